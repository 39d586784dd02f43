import { expect, it } from 'vitest'
import { httpTargets } from '../src/http/http-report.ts'
import { httpResults } from '../src/http/http-results.ts'
import type { HttpMeasurement } from '../src/http/http-round.ts'
import { httpSubjects } from '../src/http/http-subjects.ts'

const subjects = httpSubjects('express')

it('takes what was added from differences within a round, to the mean of two plain processes, and their median', () => {
  // The second round was disturbed: everything took twice as long.
  const rounds = [
    round(50, 70, 75, 80, 500, 40, 42, 42, 43),
    round(100, 140, 150, 180, 950, 80, 76, 80, 84),
    round(50, 75, 80, 90, 650, 40, 44, 43, 46),
  ]

  const results = httpResults(subjects, rounds)

  expect(results.map(({ name, addedMicroseconds }) => [name, addedMicroseconds])).toEqual([
    ['page', undefined],
    ['page, hand-written', 25],
    ['page, hand-written in full', 30],
    ['page, hedgerow', 40],
    ['page, posthog-node', 600],
    ['API', undefined],
    ['API, again', 2],
    ['API, empty scope', 1],
    ['API, hedgerow', 4],
  ])
})

it('compares what Hedgerow adds with what posthog-node adds, and API requests with a bound', () => {
  const results = httpResults(subjects, [round(50, 70, 75, 80, 500, 40, 41, 42, 43)])

  const targets = httpTargets(results, ['express'])

  expect(targets).toEqual([
    {
      name: 'express: a page, CPU added by posthog-node ÷ by Hedgerow',
      wanted: '≥ 15',
      measured: 15,
      passed: true,
    },
    {
      name: 'express: an API request without a flag, µs of CPU added by Hedgerow',
      wanted: '≤ 3',
      measured: 2.5,
      passed: true,
    },
  ])
})

function round(...cpus: number[]): HttpMeasurement[] {
  return cpus.map((cpuMicroseconds) => ({
    requests: 1,
    cpuMicroseconds,
    requestsPerSecond: 1,
  }))
}

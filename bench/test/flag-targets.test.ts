import { expect, it } from 'vitest'
import type { FlagMedians } from '../src/flags/flag-medians.ts'
import { memoryTargets, speedTargets } from '../src/flags/flag-targets.ts'

it('compares medians of one run, and leaves out what was not measured', () => {
  const medians = [
    measured('hedgerow-engine', 0.25),
    measured('hedgerow-call', 2.5),
    measured('posthog-node-call', 50),
    measured('unleash-client', 0.5),
    measured('growthbook', 0.375),
    measured('launchdarkly', 4),
  ]

  const targets = speedTargets(medians, [10])

  expect(targets).toEqual([
    { name: 'snapshot, one flag of 10, × posthog-node', wanted: '≥ 200', measured: 200, passed: true },
    { name: 'awaited call, one flag of 10, × posthog-node', wanted: '≥ 50', measured: 20, passed: false },
    { name: 'snapshot, one flag of 10, × fastest other peer', wanted: '≥ 2', measured: 1.5, passed: false },
  ])
})

it('divides the cost of all flags by their number before it compares sizes', () => {
  const medians = [
    { ...measured('hedgerow-engine', 3), unit: 'all' as const },
    { ...measured('hedgerow-engine', 450), unit: 'all' as const, definitions: 1000 },
  ]

  const targets = speedTargets(medians, [1, 10, 1000])

  expect(targets).toEqual([
    {
      name: 'snapshot, all flags: dearest ÷ cheapest cost per flag, from 10 definitions on',
      wanted: '≤ 2',
      measured: 1.5,
      passed: true,
    },
  ])
})

it('holds Hedgerow alone to the targets of memory', () => {
  const targets = memoryTargets({
    definitions: [
      { subject: 'hedgerow-call', jsonBytes: 1000, heapBytes: 5000 },
      { subject: 'posthog-node-call', jsonBytes: 1000, heapBytes: 9000 },
    ],
    growth: [
      { subject: 'hedgerow-call', bytes: 2 ** 19 },
      { subject: 'posthog-node-call', bytes: 2 ** 24 },
    ],
  })

  expect(targets).toEqual([
    { name: 'heap of 10,000 definitions, × their JSON', wanted: '≤ 4', measured: 5, passed: false },
    {
      name: 'MiB grown from the 100,000th to the 1,000,000th evaluation, hedgerow-call',
      wanted: '≤ 1',
      measured: 0.5,
      passed: true,
    },
  ])
})

function measured(subject: string, cpuMicroseconds: number): FlagMedians {
  return {
    subject,
    package: subject,
    definitions: 10,
    unit: 'one',
    cpuMicroseconds,
    wallMicroseconds: cpuMicroseconds,
    rounds: [],
  }
}

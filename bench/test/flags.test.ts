import { expect, it } from 'vitest'
import { checkAgreement, checkValues } from '../src/flags/check-values.ts'
import { flagSubjects, hedgerowCall, otherPeers, postHogNodeCall } from '../src/flags/flag-subjects.ts'
import { type FlagWorkload, flagWorld } from '../src/flags/flag-workload.ts'
import type { FlagValues } from '../src/flags/values-task.ts'
import { verifySubjects } from '../src/flags/verify-subjects.ts'
import { measureRounds } from '../src/runner/rounds.ts'

// Each subject starts a process of its own, on a machine that may be busy.
const timeout = 120_000

it(
  'finds that Hedgerow and posthog-node give the same value for every flag and visitor',
  { timeout },
  async () => {
    const subjects = flagSubjects.filter(({ isPostHog }) => isPostHog)

    const compared = await verifySubjects(subjects, 10)

    expect(subjects.map(({ name }) => name)).toEqual([
      'hedgerow-engine',
      'hedgerow-snapshot',
      'hedgerow-call',
      'hedgerow-scope',
      'posthog-node-call',
      'posthog-node-snapshot',
    ])
    expect(compared).toBe(9970)
  },
)

it('finds that the other vendors evaluate flags of every kind without a network', { timeout }, async () => {
  const compared = await verifySubjects(otherPeers, 20)

  expect(compared).toBe(19_940)
})

it('measures every subject once a round, each in a process of its own', { timeout }, async () => {
  const subjects = [hedgerowCall, postHogNodeCall]
  const workload: FlagWorkload = { definitions: 10, unit: 'all' }
  const lines: string[] = []

  const results = await measureRounds([{ title: 'ten', workload, subjects }], {
    rounds: 2,
    deadlineMs: timeout,
    times: { warmUpMs: 1, measureMs: 1 },
    progress: (line) => lines.push(line.split(':')[0]!),
  })

  expect(lines).toEqual([
    'round 1/2, ten, hedgerow-call',
    'round 1/2, ten, posthog-node-call',
    'round 2/2, ten, hedgerow-call',
    'round 2/2, ten, posthog-node-call',
  ])
  expect(results.map(({ rounds }) => rounds.length)).toEqual([2, 2])
  for (const { units, yieldPerUnit } of results.flatMap(({ rounds }) => rounds)) {
    expect(units).toBeGreaterThan(0)
    // Ten flags, of which some are on for everybody who was met and none for all.
    expect(yieldPerUnit).toBeGreaterThan(1)
    expect(yieldPerUnit).toBeLessThan(9)
  }
})

it('begins no round that would be over after the deadline', { timeout }, async () => {
  const lines: string[] = []

  const [result] = await measureRounds(
    [{ title: 'ten', workload: { definitions: 10, unit: 'one' }, subjects: [hedgerowCall] }],
    { rounds: 5, deadlineMs: 1, times: { warmUpMs: 1, measureMs: 1 }, progress: (line) => lines.push(line) },
  )

  expect(result?.rounds).toHaveLength(1)
  expect(lines.at(-1)).toBe('no time for round 2: medians are over 1')
})

it('refuses a subject that says every flag is off', () => {
  const world = flagWorld({ definitions: 20 })
  const nothing: FlagValues = world.visitors.map(() => world.flags.map(() => false))

  const problems = checkValues(postHogNodeCall, world, nothing)

  // Three flags with variants, of which 80 % of 997 visitors get one, half of them this one.
  expect(problems).toContain('posthog-node-call: control was given 0 times, expected about 1196')
  expect(problems.some((problem) => problem.includes('(regex) is false for visitor'))).toBe(true)
})

it('names the flag and the visitor of which two subjects say different things', () => {
  const world = flagWorld({ definitions: 2 })

  const problems = checkAgreement([hedgerowCall, [[true, false]]], [postHogNodeCall, [[true, true]]], world)

  expect(problems).toEqual(['flag-00001, visitor 0: hedgerow-call says false, posthog-node-call says true'])
})

import { describe, expect, it } from 'vitest'
import type { FlagCallOptions, FlagSnapshot, FlagValue } from '../../src/index.ts'
import { recording, type RecordedAnswer, type RecordedWorld, subjectFrom } from '../flags/recorded-worlds.ts'
import { createFlagClient, type FlagClientSetup, local } from './flag-client-setup.ts'

const letters = {
  experience_continuity: 'e',
  unsupported_definition: 'u',
  unresolved_dependency: 'd',
  missing_context: 'm',
} as const

/** A subject with its id, and the options that tell of it. */
interface Asked {
  readonly distinctId: string
  readonly options: FlagCallOptions
}

describe('the recorded answers of posthog-node', () => {
  it.each(recording.worlds.map((world) => [world.id, world.title, world] as const))(
    'come out of every flag method in world %i: %s',
    async (_id, _title, world) => {
      const { client, posthog } = clientOf(world)
      const keys = Object.keys(world.expect)
      const subjects = world.contexts.map(askedFor)

      const answers = { value: table(), payload: table(), all: table(), pair: table(), snapshot: table() }
      const reasons = new Map<string, string>(keys.map((key) => [key, '']))
      for (const { distinctId, options } of subjects) {
        const all = await client.getAllFlags(distinctId, options)
        const { featureFlags, featureFlagPayloads } = await client.getAllFlagsAndPayloads(distinctId, options)
        const snapshot = await client.evaluateFlags(distinctId, options)
        for (const key of keys) {
          const value = await client.getFeatureFlag(key, distinctId, options)
          const payload = await client.getFeatureFlagPayload(key, distinctId, undefined, options)
          answers.value.add(key, value)
          answers.payload.add(key, payload)
          answers.all.add(key, all[key])
          answers.pair.add(key, featureFlags[key], featureFlagPayloads[key])
          // A payload that decodes to null reads as none.
          answers.snapshot.add(key, snapshot.getFlag(key), snapshot.getFlagPayload(key) ?? undefined)
          reasons.set(key, reasons.get(key) + letterOf(snapshot, key, value))
        }
      }

      const values = recorded(world, valueOf)
      expect(answers.value.rows).toEqual(values)
      expect(answers.all.rows).toEqual(values)
      expect(answers.payload.rows).toEqual(recorded(world, payloadOf))
      expect(answers.snapshot.rows).toEqual(
        recorded(world, (answer) => [valueOf(answer), setPayloadOf(answer)]),
      )
      expect(answers.pair.rows).toEqual(
        recorded(world, (answer) => [valueOf(answer), truthyPayloadOf(answer)]),
      )
      const undecided = [...reasons].filter(([, text]) => /[^.]/.test(text))
      expect(Object.fromEntries(undecided)).toEqual(world.reasons)
      expect(posthog.paths).toEqual(['/flags/definitions?token=phc_test&send_cohorts'])
    },
  )

  it('are all asked for', () => {
    const asked = recording.worlds.flatMap(({ contexts, expect: flags }) =>
      Object.values(flags).map((answers) => answers.length === contexts.length && answers.length),
    )

    expect(asked.reduce<number>((sum, count) => sum + Number(count), 0)).toBe(17_755)
    expect(asked).not.toContain(false)
  })
})

it.each(recording.hashes.map(({ flag, legend, results }) => [flag.key, { flag, legend, results }] as const))(
  'a thousand visitors fall on the recorded sides of %s',
  async (key, { flag, legend, results }) => {
    const { client, posthog } = createFlagClient(quiet, { definitions: { flags: [flag] } })

    const values: (FlagValue | undefined)[] = []
    for (let n = 0; n < 1000; n++) {
      values.push(await client.getFeatureFlag(key, `distinct_id_${n}`, { onlyEvaluateLocally: true }))
    }

    expect(values).toEqual(Array.from(results, (letter) => legend[letter]))
    expect(posthog.paths).toHaveLength(1)
  },
)

const quiet = { ...local, sendFeatureFlagEvent: false }

function clientOf({ definitions, options, now }: RecordedWorld): FlagClientSetup {
  return createFlagClient(
    { ...quiet, evaluationContexts: options?.evaluationContexts },
    { definitions: definitions as Record<string, unknown> },
    { now: Date.parse(now) },
  )
}

function askedFor(context: unknown): Asked {
  const { distinctId, ...options } = subjectFrom(context)
  return { distinctId, options: { ...options, onlyEvaluateLocally: true } }
}

/** Answers by flag, one for each subject in turn. */
function table() {
  const rows: Record<string, unknown[]> = {}
  const add = (key: string, ...answer: unknown[]) => {
    const row = (rows[key] ??= [])
    row.push(answer.length === 1 ? answer[0] : answer)
  }
  return { rows, add }
}

function recorded(
  world: RecordedWorld,
  read: (answer: RecordedAnswer) => unknown,
): Record<string, unknown[]> {
  return Object.fromEntries(Object.entries(world.expect).map(([key, answers]) => [key, answers.map(read)]))
}

function valueOf(answer: RecordedAnswer): FlagValue | undefined {
  return (Array.isArray(answer) ? answer[0] : answer) ?? undefined
}

/** Null: decided, without a payload. */
function payloadOf(answer: RecordedAnswer): unknown {
  if (answer === null) return undefined
  return Array.isArray(answer) ? answer[1] : null
}

function setPayloadOf(answer: RecordedAnswer): unknown {
  return payloadOf(answer) ?? undefined
}

function truthyPayloadOf(answer: RecordedAnswer): unknown {
  return payloadOf(answer) || undefined
}

/** A flag that is not meant for this place is neither decided nor undecided. */
function letterOf(snapshot: FlagSnapshot, key: string, value: FlagValue | undefined): string {
  const reason = snapshot.unresolvedFlags[key]
  if (reason) return letters[reason]
  return value === undefined ? '?' : '.'
}

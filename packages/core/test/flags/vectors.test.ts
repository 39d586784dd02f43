import { describe, expect, it } from 'vitest'
import { Bucketing } from '../../src/flags/engine/bucketing.ts'
import { parseDefinitions } from '../../src/flags/engine/definitions.ts'
import type { Evaluation } from '../../src/flags/engine/evaluation.ts'
import { FlagSet } from '../../src/flags/engine/flag-set.ts'
import { recording, subjectFrom, type RecordedAnswer, type RecordedWorld } from './recorded-worlds.ts'

const letters = {
  experience_continuity: 'e',
  unsupported_definition: 'u',
  unresolved_dependency: 'd',
  missing_context: 'm',
} as const

describe('the answers of posthog-node', () => {
  it.each(recording.worlds.map((world) => [world.id, world.title, world] as const))(
    'are given in world %i: %s',
    (_id, _title, world) => {
      const flags = flagSetOf(world.definitions, world.options?.evaluationContexts)
      const now = Date.parse(world.now)
      const subjects = world.contexts.map(subjectFrom)

      const alone = eachFlag(world, (key) => subjects.map((subject) => flags.evaluate(key, subject, now)))
      const answers = (key: string, evaluations: readonly (Evaluation | undefined)[]) =>
        evaluations.map((evaluation) => answerOf(flags, key, evaluation))
      const together = subjects.map((subject) => flags.evaluateAll(subject, now))

      expect(eachFlag(world, (key) => answers(key, alone[key]!))).toEqual(world.expect)
      expect(
        eachFlag(world, (key) =>
          answers(
            key,
            together.map((all) => all.get(key)),
          ),
        ),
      ).toEqual(world.expect)
      expect(lettersOf(alone)).toEqual(world.reasons)
    },
  )

  it('are all compared', () => {
    let answers = 0
    for (const world of recording.worlds)
      for (const list of Object.values(world.expect)) answers += list.length

    expect(answers).toBe(17_755)
    expect(answers).toBe(recording.counts.expectations)
  })
})

describe('a thousand visitors', () => {
  it.each(
    recording.hashes.map(({ flag, legend, results }) => [flag.key, { flag, legend, results }] as const),
  )('fall on the recorded sides of %s', (key, { flag, legend, results }) => {
    const flags = flagSetOf({ flags: [flag] })

    const values = Array.from(
      results,
      (_, n) => flags.evaluate(key, subjectFrom({ distinctId: `distinct_id_${n}` }), 0)?.value,
    )

    expect(values).toHaveLength(1000)
    expect(values).toEqual(Array.from(results, (letter) => legend[letter]))
  })

  it.each(recording.rawHashes)(
    'have the recorded bucket for $key, $id, $salt',
    ({ key, id, salt, value }) => {
      const bucketing = new Bucketing()
      const bucket = bucketing.bucket(bucketing.prefix(`${key}.`), id, salt)

      expect(bucket).toBe(value)
    },
  )
})

function flagSetOf(json: unknown, evaluationContexts: readonly string[] = []): FlagSet {
  const definitions = parseDefinitions(json)
  if (typeof definitions === 'string') throw new Error(definitions)
  return new FlagSet(definitions, { evaluationContexts })
}

/** A flag that is not meant for this place has no evaluation. */
function answerOf(flags: FlagSet, key: string, evaluation: Evaluation | undefined): RecordedAnswer {
  if (!evaluation || evaluation.undecided !== undefined) return null
  const payload = flags.payload(key, evaluation.value)
  // A payload that decodes to null reads as none.
  return (payload ?? null) === null ? evaluation.value : [evaluation.value, payload]
}

function lettersOf(answers: Record<string, (Evaluation | undefined)[]>): Record<string, string> {
  const texts = mapValues(answers, (evaluations) =>
    evaluations.map((answer) => (answer ? letterOf(answer) : '?')).join(''),
  )
  return Object.fromEntries(Object.entries(texts).filter(([, text]) => /[^.]/.test(text)))
}

function letterOf({ undecided }: Evaluation): string {
  return undecided === undefined ? '.' : letters[undecided]
}

function eachFlag<Result>(world: RecordedWorld, compute: (key: string) => Result): Record<string, Result> {
  return Object.fromEntries(Object.keys(world.expect).map((key) => [key, compute(key)]))
}

function mapValues<From, To>(record: Record<string, From>, map: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(record).map(([key, value]) => [key, map(value)]))
}

import { describe, expect, it } from 'vitest'
import { recording } from '../flags/recorded-worlds.ts'
import { enterEdge } from './edge-realm.ts'
import type { WorldAnswers } from './inside.ts'

const edge = enterEdge()

describe('the recorded answers of posthog-node', () => {
  it.each(recording.worlds.map((world) => [world.id, world.title, world] as const))(
    'are given on the edge in world %i: %s',
    async (_id, _title, world) => {
      const answers = JSON.parse(await edge.answersIn(JSON.stringify(world))) as WorldAnswers

      expect(answers.alone).toEqual(world.expect)
      expect(answers.together).toEqual(world.expect)
      expect(withLetters(answers.reasons)).toEqual(world.reasons)
    },
  )

  it('are all asked for', () => {
    const asked = recording.worlds.flatMap(({ contexts, expect: flags }) =>
      Object.values(flags).map((answers) => (answers.length === contexts.length ? answers.length : NaN)),
    )

    expect(asked.reduce((sum, count) => sum + count, 0)).toBe(17_755)
  })
})

it.each(recording.hashes.map(({ flag, legend, results }) => [flag.key, { flag, legend, results }] as const))(
  'a thousand visitors on the edge fall on the recorded sides of %s',
  async (_key, { flag, legend, results }) => {
    const values: unknown = JSON.parse(await edge.thousandValuesOf(JSON.stringify(flag)))

    expect(values).toHaveLength(1000)
    expect(values).toEqual(Array.from(results, (letter) => legend[letter]))
  },
)

function withLetters(reasons: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(reasons).filter(([, text]) => /[^.]/.test(text)))
}

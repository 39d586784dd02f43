import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlagSubject } from '../../src/flag-snapshot.ts'
import { parseDefinitions } from '../../src/flags/engine/definitions.ts'
import type { Evaluation } from '../../src/flags/engine/evaluation.ts'
import type { FlagExplanation } from '../../src/flags/engine/flag-explanation.ts'
import { FlagSet } from '../../src/flags/engine/flag-set.ts'
import { definitionTexts, subjects } from './arbitrary-flags.ts'

const now = Date.parse('2024-03-31T10:20:30.456Z')
const runs = { numRuns: 200 }
const membersOfObjects = Object.getOwnPropertyNames(Object.prototype).sort()

function flagSet(json: unknown, evaluationContexts: string[] = []): FlagSet {
  const definitions = parseDefinitions(json)
  if (typeof definitions === 'string') throw new Error(definitions)
  return new FlagSet(definitions, { evaluationContexts })
}

function said(flags: FlagSet, key: string, evaluation: Evaluation | undefined): unknown {
  if (!evaluation) return undefined
  const { value, undecided, conditionIndex } = evaluation
  return [value, undecided, conditionIndex, value === undefined ? undefined : flags.payload(key, value)]
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value) && !ArrayBuffer.isView(value)) {
    Object.freeze(value)
    for (const key of Reflect.ownKeys(value)) deepFreeze((value as Record<PropertyKey, unknown>)[key])
  }
  return value
}

/** What the conditions of an explanation say against its cause, if anything. */
function contradictionIn(explanation: FlagExplanation, decidedBy: number): string | undefined {
  const { because, undecided, conditions } = explanation
  const outcomes = conditions.map(({ outcome }) => outcome)
  if ((because === 'undecided') !== (undecided !== undefined)) return 'undecided for no reason'
  if (because === 'condition' && outcomes.indexOf('matched') !== decidedBy) return 'another condition matched'
  if (because === 'early-exit' && outcomes[decidedBy] !== 'out-of-rollout') return 'no rollout ended it'
  const isOpen = outcomes.includes('matched') || outcomes.includes('undecided')
  return because === 'no-condition' && isOpen ? 'a condition could match' : undefined
}

/** The types do not allow such subjects; JavaScript does. */
const anySubjects = subjects as fc.Arbitrary<FlagSubject>

describe('whatever the definitions and the subject', { timeout: 30_000 }, () => {
  it('evaluation answers with a value or a reason, the same alone and among all, and explains it', () => {
    fc.assert(
      fc.property(definitionTexts, anySubjects, (text, subject) => {
        const flags = flagSet(JSON.parse(text))

        const all = flags.evaluateAll(subject, now)

        expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(membersOfObjects)
        for (const key of flags.keys()) {
          const evaluation = flags.evaluate(key, subject, now)!
          expect(typeof evaluation.value === 'undefined').toBe(evaluation.undecided !== undefined)
          expect(said(flags, key, all.get(key))).toEqual(said(flags, key, evaluation))
          // What was compiled before does not change the answer.
          const anew = flagSet(JSON.parse(text))
          expect(said(anew, key, anew.evaluate(key, subject, now))).toEqual(said(flags, key, evaluation))
          const explanation = flags.explain(key, subject, now)!
          expect([explanation.value, explanation.undecided]).toEqual([evaluation.value, evaluation.undecided])
          expect(contradictionIn(explanation, evaluation.conditionIndex)).toBeUndefined()
        }
      }),
      runs,
    )
  })

  it('reading, compiling and judging definitions never throws, and leaves the members of all objects alone', () => {
    fc.assert(
      fc.property(definitionTexts, fc.anything(), fc.jsonValue(), (text, anything, json) => {
        const flags = flagSet(JSON.parse(text), ['backend'])
        for (const key of flags.keys()) flags.problem(key)
        parseDefinitions(anything)
        parseDefinitions({ flags: [json], cohorts: json, group_type_mapping: json })

        expect(Object.getOwnPropertyNames(Object.prototype).sort()).toEqual(membersOfObjects)
      }),
      runs,
    )
  })

  it('neither is changed', () => {
    fc.assert(
      fc.property(definitionTexts, subjects, (text, subject) => {
        const json: unknown = deepFreeze(JSON.parse(text))
        const frozen = deepFreeze(subject) as FlagSubject

        // Written to, a frozen object throws, and the answer would be another one.
        const answers = (flags: FlagSet) =>
          [...flags.evaluateAll(frozen, now)].map(([key, answer]) => [key, said(flags, key, answer)])
        const onFrozen = answers(flagSet(json))

        expect(onFrozen).toEqual(answers(flagSet(JSON.parse(text))))
        expect(JSON.stringify(json)).toBe(text)
      }),
      { numRuns: 100 },
    )
  })
})

describe('a hostile subject', () => {
  const flags = flagSet({
    flags: [
      {
        key: 'f',
        active: true,
        filters: { groups: [{ properties: [{ key: 'plan', operator: 'icontains', value: 'pro' }] }] },
      },
      { key: 'all', active: true, filters: { groups: [{ properties: [] }] } },
    ],
  })
  const nobody = { distinctId: 'user-1', groups: {}, personProperties: {}, groupProperties: {} }
  const fail = () => {
    throw new Error('not for you')
  }

  it.each([
    ['a getter that throws', Object.defineProperty({}, 'plan', { get: fail })],
    ['a value whose text throws', { plan: { toString: fail } }],
    ['a value without a text', { plan: Object.create(null) }],
    ['a proxy that throws', new Proxy({}, { getOwnPropertyDescriptor: fail })],
  ])('with %s leaves undecided what reads it, and nothing else', (_what, personProperties) => {
    const subject = { ...nobody, personProperties }

    const all = flags.evaluateAll(subject, now)

    expect(all.get('f')?.undecided).toBe('missing_context')
    expect(all.get('all')?.value).toBe(true)
    expect(flags.explain('f', subject, now)?.undecided).toBe('missing_context')
  })

  it('that evaluates flags while it is being evaluated gets right answers inside and outside', () => {
    const inside: unknown[] = []
    const subject = {
      ...nobody,
      personProperties: {
        get plan() {
          inside.push(flags.evaluate('f', { ...nobody, personProperties: { plan: 'free' } }, now)?.value)
          return 'pro'
        },
      },
    }

    expect(flags.evaluate('f', subject, now)?.value).toBe(true)
    expect(inside).toEqual([false])
  })

  it('nested beyond the stack is undecided', () => {
    let nested: unknown[] = []
    for (let depth = 0; depth < 200_000; depth++) nested = [nested]
    const deep = flagSet({
      flags: [
        { key: 'f', active: true, filters: { groups: [{ properties: [{ key: 'plan', value: 'pro' }] }] } },
      ],
    })

    expect(deep.evaluate('f', { ...nobody, personProperties: { plan: nested } }, now)?.undecided).toBe(
      'missing_context',
    )
  })
})

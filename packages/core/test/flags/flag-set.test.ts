import { describe, expect, it } from 'vitest'
import {
  dependsOn,
  everyone,
  flag,
  flagSet,
  inCohort,
  now,
  onPlan,
  person,
  requires,
} from './flag-fixtures.ts'

describe('a flag set', () => {
  it('has no answer for a flag that does not exist, whatever it is called', () => {
    const flags = flagSet({ flags: [flag('known', { groups: [everyone] })] })

    for (const key of ['unknown', '__proto__', 'constructor', 'toString']) {
      expect(flags.evaluate(key, person(), now)).toBeUndefined()
      expect(flags.evaluateAll(person(), now).get(key)).toBeUndefined()
      expect(flags.explain(key, person(), now)).toBeUndefined()
    }
  })

  it('lets one flag that cannot be understood be undecided alone', () => {
    const flags = flagSet({
      flags: [
        flag('text', 'on'),
        flag('list', []),
        flag('groups', { groups: { properties: [] } }),
        flag('condition', { groups: [everyone, null] }),
        flag('rollout', { groups: [{ rollout_percentage: 'half' }] }),
        flag('property', requires('plan')),
        flag('variants', { groups: [everyone], multivariate: { variants: [{ rollout_percentage: 50 }] } }),
        flag('sound', { groups: [everyone] }),
      ],
    })

    const evaluations = [...flags.evaluateAll(person(), now)]

    expect(evaluations.map(([key, { value, undecided }]) => [key, value ?? undecided])).toEqual([
      ['text', 'unsupported_definition'],
      ['list', 'unsupported_definition'],
      ['groups', 'unsupported_definition'],
      ['condition', 'unsupported_definition'],
      ['rollout', 'unsupported_definition'],
      ['property', 'unsupported_definition'],
      ['variants', 'unsupported_definition'],
      ['sound', true],
    ])
  })

  it('gives the last of variants beyond 100 % nobody', () => {
    const variants = ['a', 'b', 'c'].map((key) => ({ key, rollout_percentage: 100 }))
    const flags = flagSet({ flags: [flag('f', { groups: [everyone], multivariate: { variants } })] })

    const values = Array.from(
      { length: 100 },
      (_, n) => flags.evaluate('f', person({}, `user-${n}`), now)?.value,
    )

    expect(new Set(values)).toEqual(new Set(['a']))
  })

  it('evaluates only the flags asked for, when asked for some', () => {
    const flags = flagSet({ flags: ['a', 'b', 'c'].map((key) => flag(key, { groups: [everyone] })) })

    const evaluations = flags.evaluateAll(person(), now, ['c', 'unknown', 'a'])

    expect(Array.from(evaluations, ([key]) => key)).toEqual(['c', 'a'])
    expect(evaluations.size).toBe(2)
  })

  it('goes through all flags in their order', () => {
    const flags = flagSet({ flags: ['c', 'a', 'b'].map((key) => flag(key, { groups: [everyone] })) })
    const seen: unknown[] = []

    flags.evaluateAll(person(), now).forEach(({ value }, key) => seen.push([key, value]))

    expect(seen).toEqual([
      ['c', true],
      ['a', true],
      ['b', true],
    ])
  })

  it('tells which condition decided', () => {
    const flags = flagSet({
      flags: [
        flag('second', { groups: [onPlan('pro'), everyone] }),
        flag('early', { groups: [{ properties: [], rollout_percentage: 0 }, everyone], early_exit: true }),
        flag('none', { groups: [onPlan('pro')] }),
      ],
    })

    expect(flags.evaluate('second', person({ plan: 'free' }), now)).toMatchObject({
      value: true,
      conditionIndex: 1,
    })
    expect(flags.evaluate('early', person(), now)).toMatchObject({ value: false, conditionIndex: 0 })
    expect(flags.evaluate('none', person({ plan: 'free' }), now)).toMatchObject({
      value: false,
      conditionIndex: -1,
    })
  })

  it('tells conditions with the same value apart', () => {
    const flags = flagSet({ flags: [flag('f', { groups: [onPlan('pro'), onPlan('free')] })] })
    const decidedBy = (plan: string) => flags.evaluate('f', person({ plan }), now)?.conditionIndex

    expect(['pro', 'free', 'pro'].map(decidedBy)).toEqual([0, 1, 0])
  })

  it('gives each reader a payload of its own', () => {
    const payloads = { true: { colours: ['red'] }, b: '{"n":1}' }
    const flags = flagSet({ flags: [flag('f', { groups: [everyone], payloads })] })

    const first = flags.payload('f', true) as { colours: string[] }
    first.colours.push('blue')

    expect(flags.payload('f', true)).toEqual({ colours: ['red'] })
    expect(flags.payload('f', 'b')).toEqual({ n: 1 })
    expect(flags.payload('f', 'toString')).toBeUndefined()
  })

  it('says ahead of any subject what can never be decided here', () => {
    const flags = flagSet({
      flags: [
        flag('continuity', { groups: [everyone] }, { ensure_experience_continuity: true }),
        flag('static', requires(inCohort(99))),
        flag('operator', requires({ key: 'plan', operator: 'between', value: [1, 2] })),
        flag('missing', requires(dependsOn('gone'))),
        flag('sound', { groups: [onPlan('pro')] }),
        flag('off', requires(inCohort(99)), { active: false }),
      ],
    })

    expect([...flags.keys()].map((key) => flags.problem(key))).toEqual([
      'experience_continuity',
      'unsupported_definition',
      'unsupported_definition',
      'unsupported_definition',
      undefined,
      undefined,
    ])
  })
})

describe('flags that look alike', () => {
  it('are told apart where their filters differ in key, operator or type alone', () => {
    const is = (value: unknown, more: Record<string, unknown> = {}) =>
      requires({ key: 'p', operator: 'exact', value, ...more })
    const flags = flagSet({
      property_matching_version: 2,
      flags: [
        flag('text', is('1.5')),
        flag('list', is(['1.5'])),
        flag('text-of-list', is('["1.5"]')),
        flag('null', is(null)),
        flag('missing', is(undefined)),
        flag('not', is('1.5', { operator: 'is_not' })),
        flag('other-key', is('1.5', { key: 'q' })),
        flag('text-again', is('1.5')),
      ],
    })
    const on = (properties: Record<string, unknown>) =>
      [...flags.evaluateAll(person(properties), now)].flatMap(([key, { value }]) => (value ? [key] : []))

    expect(on({ p: '1.5', q: 'x' })).toEqual(['text', 'list', 'text-again'])
    expect(on({ p: null, q: '1.5' })).toEqual(['null', 'not', 'other-key'])
    expect(on({ p: ['1.5'], q: 'x' })).toEqual(['text-of-list', 'not'])
    expect(flags.evaluate('missing', person({ p: '1.5' }), now)?.undecided).toBe('unsupported_definition')
  })

  it('have the shares of their own variants', () => {
    const split = (...shares: unknown[]) => ({
      groups: [everyone],
      multivariate: {
        variants: shares.map((share, index) => ({ key: 'ab'[index], rollout_percentage: share })),
      },
    })
    const flags = flagSet({
      flags: [
        flag('first', split(100, 0)),
        flag('second', split(0, 100)),
        flag('unreadable', split('x', 100)),
        flag('endless', split(Infinity, 100)),
        flag('first-again', split(100, 0)),
      ],
    })

    const evaluations = [...flags.evaluateAll(person(), now)]

    expect(evaluations.map(([, { value }]) => value)).toEqual(['a', 'b', true, 'a', 'a'])
  })
})

describe('a flag meant for other places', () => {
  const json = {
    flags: [
      flag('web', { groups: [everyone] }, { evaluation_contexts: ['web'] }),
      flag('anywhere', { groups: [everyone] }, { evaluation_contexts: [] }),
      flag('on-web', requires(dependsOn('web'))),
      flag('off-web', requires(dependsOn('web', false))),
    ],
  }

  it('does not exist here, and is off for those that depend on it', () => {
    const flags = flagSet(json, { evaluationContexts: ['backend'] })

    expect([...flags.keys()]).toEqual(['anywhere', 'on-web', 'off-web'])
    expect(flags.evaluate('web', person(), now)).toBeUndefined()
    expect(flags.evaluate('on-web', person(), now)?.value).toBe(false)
    expect(flags.evaluate('off-web', person(), now)?.value).toBe(true)
  })

  it('exists where one of its places is ours, or we name none', () => {
    expect(flagSet(json, { evaluationContexts: ['backend', 'web'] }).size).toBe(4)
    expect(flagSet(json).evaluate('on-web', person(), now)?.value).toBe(true)
  })
})

describe('a subject without an id to be told apart by', () => {
  const variants = [
    { key: 'a', rollout_percentage: 50 },
    { key: 'b', rollout_percentage: 50 },
  ]
  const half = { properties: [], rollout_percentage: 50 }
  const flags = flagSet({
    flags: [
      flag('all', { groups: [everyone] }),
      flag('nobody', { groups: [{ properties: [], rollout_percentage: 0 }] }),
      flag('half', { groups: [half] }),
      flag('half-or-all', { groups: [half, everyone] }),
      flag('half-a-or-b', {
        groups: [
          { ...half, variant: 'a' },
          { ...everyone, variant: 'b' },
        ],
        multivariate: { variants },
      }),
      flag('half-or-none', { groups: [half, everyone], early_exit: true }),
      flag('split', { groups: [everyone], multivariate: { variants } }),
      flag('fixed', { groups: [{ ...everyone, variant: 'b' }], multivariate: { variants } }),
      flag('held', { groups: [everyone], holdout: { id: 1, exclusion_percentage: 10 } }),
    ],
  })

  it('gets what everyone gets, and is undecided where it would take a draw', () => {
    const evaluations = [...flags.evaluateAll(person({}, ''), now)]

    expect(evaluations.map(([key, { value, undecided }]) => [key, value ?? undecided])).toEqual([
      ['all', true],
      ['nobody', false],
      ['half', 'missing_context'],
      ['half-or-all', true],
      ['half-a-or-b', 'missing_context'],
      ['half-or-none', 'missing_context'],
      ['split', 'missing_context'],
      ['fixed', 'b'],
      ['held', 'missing_context'],
    ])
  })
})

describe('circular definitions', () => {
  it('leave flags that depend on each other undecided, and others alone', () => {
    const flags = flagSet({
      flags: [
        flag('a', requires(dependsOn('b'))),
        flag('b', requires(dependsOn('a'))),
        flag('self', { groups: [{ properties: [dependsOn('self')] }, onPlan('pro')] }),
        flag('outside', requires(dependsOn('a'))),
        flag('free', { groups: [everyone] }),
      ],
    })

    const evaluations = [...flags.evaluateAll(person({ plan: 'pro' }), now)]

    expect(evaluations.map(([key, { value, undecided }]) => [key, value ?? undecided])).toEqual([
      ['a', 'unsupported_definition'],
      ['b', 'unsupported_definition'],
      ['self', true],
      ['outside', 'unresolved_dependency'],
      ['free', true],
    ])
  })

  it('leave cohorts that contain each other, directly or through a flag, undecided', () => {
    const flags = flagSet({
      flags: [
        flag('cohort', requires(inCohort(1))),
        flag('through-flag', requires(inCohort(3))),
        flag('beside', requires(inCohort(4))),
      ],
      cohorts: {
        1: { type: 'AND', values: [inCohort(2)] },
        2: { type: 'OR', values: [{ type: 'AND', values: [inCohort(1)] }] },
        3: { type: 'AND', values: [dependsOn('through-flag')] },
        4: { type: 'OR', values: [inCohort(1), { key: 'plan', operator: 'exact', value: 'pro' }] },
      },
    })

    expect(flags.evaluate('cohort', person(), now)?.undecided).toBe('unsupported_definition')
    expect(flags.evaluate('through-flag', person(), now)?.undecided).toBe('unsupported_definition')
    expect(flags.evaluate('beside', person({ plan: 'pro' }), now)?.value).toBe(true)
  })

  it('end at once where every flag depends on every other', () => {
    const keys = Array.from({ length: 40 }, (_, n) => `flag-${n}`)
    const flags = flagSet({
      flags: keys.map((key) =>
        flag(key, { groups: keys.map((other) => requires(dependsOn(other)).groups[0]) }),
      ),
    })

    const evaluations = [...flags.evaluateAll(person(), now)]

    expect(evaluations.every(([, { undecided }]) => undecided === 'unsupported_definition')).toBe(true)
  })

  it('are not seen where cohorts merely share members, many times over', () => {
    const cohorts = Object.fromEntries(
      Array.from({ length: 60 }, (_, n) => [n, { type: 'AND', values: [inCohort(n + 1), inCohort(n + 1)] }]),
    )
    const flags = flagSet({ flags: [flag('f', requires(inCohort(0)))], cohorts: { ...cohorts, 60: {} } })

    expect(flags.evaluate('f', person(), now)?.value).toBe(true)
  })
})

describe('what one evaluation remembers', () => {
  it('does not leak into the evaluation of another subject', () => {
    const flags = flagSet({
      flags: [
        flag('base', { groups: [onPlan('pro')] }),
        flag('in-cohort', requires(inCohort(1))),
        flag('dependent', requires(dependsOn('base'))),
      ],
      cohorts: { 1: { type: 'AND', values: [{ key: 'plan', operator: 'exact', value: 'pro' }] } },
    })
    const values = (plan: string) =>
      [...flags.evaluateAll(person({ plan }), now)].map(([, { value }]) => value)

    expect([values('pro'), values('free'), values('pro')]).toEqual([
      [true, true, true],
      [false, false, false],
      [true, true, true],
    ])
  })

  it('keeps a cohort of persons apart from the same cohort of groups', () => {
    const flags = flagSet({
      flags: [
        flag('person', requires(inCohort(1))),
        flag('group', { ...requires(inCohort(1)), aggregation_group_type_index: 0 }),
      ],
      cohorts: { 1: { type: 'AND', values: [{ key: 'plan', operator: 'exact', value: 'pro' }] } },
      group_type_mapping: { 0: 'company' },
    })
    const subject = {
      ...person({ plan: 'pro' }),
      groups: { company: 'acme' },
      groupProperties: { company: { plan: 'free' } },
    }

    expect([...flags.evaluateAll(subject, now)].map(([, { value }]) => value)).toEqual([true, false])
  })
})

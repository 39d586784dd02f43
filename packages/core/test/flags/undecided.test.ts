import { describe, expect, it } from 'vitest'
import { dependsOn, everyone, flag, flagSet, inCohort, now, person, requires } from './flag-fixtures.ts'

const variants = [
  { key: 'a', rollout_percentage: 0 },
  { key: 'b', rollout_percentage: 0 },
  { key: 'c', rollout_percentage: 100 },
]
/** Look-ahead is for the server alone to evaluate. */
const forServer = { key: 'bio', type: 'person', operator: 'regex', value: '(?=x)' }
const absent = { key: 'absent', type: 'person', operator: 'exact', value: 'x' }
const fails = { key: 'bio', type: 'person', operator: 'exact', value: 'other' }
const matches = { key: 'bio', type: 'person', operator: 'exact', value: 'hedge' }
const staticCohort = inCohort(99)

function when(properties: unknown[], variant?: string, rollout = 100) {
  return { properties, rollout_percentage: rollout, ...(variant ? { variant } : {}) }
}

/** The value of the flag `f`, or why it has none. */
function outcome(
  groups: unknown[],
  filters: object = {},
  others: unknown[] = [],
  cohorts: object = {},
): unknown {
  const multivariate = { variants }
  const flags = flagSet({ flags: [...others, flag('f', { groups, multivariate, ...filters })], cohorts })
  const evaluation = flags.evaluate('f', person({ bio: 'hedge' }), now)!
  return evaluation.value ?? evaluation.undecided
}

describe('an undecided property', () => {
  it('lets a later condition decide', () => {
    expect(outcome([when([absent], 'a'), when([], 'b')])).toBe('b')
  })

  it('is outweighed by one that fails, before or after it', () => {
    expect(outcome([when([absent, fails])])).toBe(false)
    expect(outcome([when([fails, absent])])).toBe(false)
    expect(outcome([when([staticCohort, fails])])).toBe(false)
  })

  it('keeps a rollout that ends the flag from deciding it', () => {
    expect(outcome([when([absent]), when([], 'b', 0), when([], 'a')], { early_exit: true })).toBe(
      'missing_context',
    )
  })
})

describe('what only the server knows', () => {
  it('ends the flag: no later condition decides', () => {
    expect(outcome([when([staticCohort], 'a'), when([], 'b')])).toBe('unsupported_definition')
  })

  it('ends it no more behind another undecided property of the condition', () => {
    expect(outcome([when([absent, staticCohort], 'a'), when([], 'b')])).toBe('b')
    expect(outcome([when([staticCohort, absent], 'a'), when([], 'b')])).toBe('unsupported_definition')
  })

  it('ends a cohort at once, even where a later member would decide it', () => {
    const cohorts = {
      1: { type: 'OR', values: [staticCohort, matches] },
      2: { type: 'OR', values: [matches, staticCohort] },
      3: { type: 'OR', values: [{ type: 'XOR', values: [matches] }, matches] },
    }

    expect(outcome([when([inCohort(1)], 'a'), when([], 'b')], {}, [], cohorts)).toBe('unsupported_definition')
    expect(outcome([when([inCohort(2)], 'a'), when([], 'b')], {}, [], cohorts)).toBe('a')
    expect(outcome([when([inCohort(3)], 'a'), when([], 'b')], {}, [], cohorts)).toBe('unsupported_definition')
  })

  it('ends the flags that depend on it, too', () => {
    const base = flag('base', requires(staticCohort))

    expect(outcome([when([dependsOn('base')], 'a'), when([], 'b')], {}, [base])).toBe('unresolved_dependency')
  })

  it('is reported by the worst fault of the definition, reached or not', () => {
    const base = flag('base', requires(staticCohort))
    const unknownOperator = { key: 'bio', operator: 'between', value: 1 }

    expect(outcome([when([dependsOn('base')]), when([unknownOperator])], {}, [base])).toBe(
      'unsupported_definition',
    )
    expect(outcome([when([absent]), when([dependsOn('base')])], {}, [base])).toBe('unresolved_dependency')
  })
})

describe('a regular expression that only the server may evaluate', () => {
  it('lets a later condition decide with the value that it would give itself', () => {
    expect(outcome([when([forServer], 'a'), when([], 'a')])).toBe('a')
    expect(outcome([when([forServer]), when([], 'c')])).toBe('c')
    expect(outcome([when([forServer]), when([])], { multivariate: null })).toBe(true)
  })

  it('does not let one decide with another value', () => {
    expect(outcome([when([forServer], 'a'), when([], 'b')])).toBe('unsupported_definition')
  })

  it('lets nothing decide where two of them would give different values', () => {
    expect(outcome([when([forServer], 'a'), when([forServer], 'b'), when([], 'b')])).toBe(
      'unsupported_definition',
    )
    expect(outcome([when([forServer], 'b'), when([forServer], 'b'), when([], 'b')])).toBe('b')
  })

  it('would give false where its rollout ends the flag', () => {
    const earlyExit = { early_exit: true }

    expect(outcome([when([forServer], 'b', 0), when([], 'b')], earlyExit)).toBe('unsupported_definition')
    expect(outcome([when([forServer], 'b', 0), when([], 'b')])).toBe('b')
  })

  it('binds through cohorts and through flags that depend on it', () => {
    const base = flag('base', requires(forServer))
    const cohorts = { 1: { type: 'AND', values: [forServer] } }

    expect(outcome([when([inCohort(1)], 'a'), when([], 'b')], {}, [], cohorts)).toBe('unsupported_definition')
    expect(outcome([when([inCohort(1)], 'a'), when([], 'a')], {}, [], cohorts)).toBe('a')
    expect(outcome([when([dependsOn('base')], 'a'), when([], 'b')], {}, [base])).toBe('unresolved_dependency')
    expect(outcome([when([dependsOn('base')], 'a'), when([], 'a')], {}, [base])).toBe('a')
  })
})

describe('a dependency', () => {
  const base = flag('base', { groups: [{ ...everyone, variant: 'a' }], multivariate: { variants } })
  const off = flag('off', { groups: [everyone] }, { active: false })

  it.each([
    [true, true],
    ['a', true],
    ['b', false],
    [false, false],
    [null, false],
    [1, false],
  ])('on a variant, expecting %j, is met: %s', (expected, isMet) => {
    expect(outcome([when([dependsOn('base', expected)])], { multivariate: null }, [base])).toBe(isMet)
  })

  it('asks for its target, wherever that stands in the chain', () => {
    expect(outcome([when([dependsOn('base', 'a', ['base', 'off'])], 'b')], {}, [base, off])).toBe('b')
    expect(outcome([when([dependsOn('off', false, ['base', 'off'])], 'b')], {}, [base, off])).toBe('b')
  })

  it('on a flag outside its chain is never met', () => {
    expect(outcome([when([dependsOn('base', 'a', ['off'])])], {}, [base, off])).toBe(false)
  })

  it.each([[[]], ['base'], [undefined], [['base', 'gone']]])('with the chain %j is undecided', (chain) => {
    const property = { ...dependsOn('base'), dependency_chain: chain }

    expect(outcome([when([property])], {}, [base])).toBe('unsupported_definition')
  })
})

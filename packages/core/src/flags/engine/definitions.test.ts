import { describe, expect, it } from 'vitest'
import { definitionsInSteps, parseDefinitions, type FlagDefinitions } from './definitions.ts'

function parsed(json: unknown): FlagDefinitions {
  const definitions = parseDefinitions(json)
  if (typeof definitions === 'string') throw new Error(definitions)
  return definitions
}

describe('definitions', () => {
  it.each([undefined, null, 'flags', [], 5])('are not read from %j', (json) => {
    expect(parseDefinitions(json)).toBe('the definitions are no object')
  })

  it.each([{}, { flags: null }, { flags: {} }])(
    'are not read from %j, which has no list of flags',
    (json) => {
      expect(parseDefinitions(json)).toBe('the definitions have no list of flags')
    },
  )

  it('leave out what is no flag, and count it', () => {
    const { flags, ignored } = parsed({ flags: [null, { key: 5 }, { key: 'a' }, [], { id: 1 }] })

    expect([...flags.keys()]).toEqual(['a'])
    expect(ignored).toBe(4)
  })

  it('take the last of several flags with one key, in the place of the first', () => {
    const { flags } = parsed({
      flags: [
        { key: 'a', id: 1 },
        { key: 'b', id: 2 },
        { key: 'a', id: 3 },
      ],
    })

    expect([...flags.values()].map(({ key, id }) => [key, id])).toEqual([
      ['a', 3],
      ['b', 2],
    ])
  })

  it('keep what is reported of a flag', () => {
    const flag = {
      key: 'a',
      id: 7,
      version: 3,
      active: true,
      has_experiment: true,
      evaluation_runtime: 'client',
      evaluation_tags: ['web', 5],
    }

    expect(parsed({ flags: [flag] }).flags.get('a')).toMatchObject({
      id: 7,
      version: 3,
      active: true,
      hasExperiment: true,
      evaluationRuntime: 'client',
      evaluationContexts: ['web'],
    })
  })

  it('are read from a cache that writes camel case, where the endpoint writes snake case', () => {
    const cached = parsed({
      flags: [],
      groupTypeMapping: { 0: 'company' },
      minimalFlagCalledEvents: true,
      propertyMatchingVersion: 2,
    })
    const sent = parsed({
      flags: [],
      group_type_mapping: { 0: 'company', 1: null },
      minimal_flag_called_events: true,
      property_matching_version: 2,
    })

    expect(cached).toEqual(sent)
    expect(cached.groupTypes).toEqual(new Map([['0', 'company']]))
    expect(cached.minimalFlagCalledEvents).toBe(true)
    expect(cached.propertyMatchingVersion).toBe(2)
  })

  it('may be named like members of every object', () => {
    const { flags, cohorts } = parsed(
      JSON.parse('{"flags": [{"key": "__proto__"}, {"key": "constructor"}], "cohorts": {"__proto__": {}}}'),
    )

    expect([...flags.keys()]).toEqual(['__proto__', 'constructor'])
    expect([...cohorts.keys()]).toEqual(['__proto__'])
  })

  it('can be read in steps that let others run', () => {
    const json = { flags: Array.from({ length: 1000 }, (_, n) => ({ key: `flag-${n}` })) }

    const steps = definitionsInSteps(json)
    let stops = 0
    let step = steps.next()
    for (; !step.done; step = steps.next()) stops++

    expect(stops).toBe(10)
    expect(step.value).toEqual(parseDefinitions(json))
  })
})

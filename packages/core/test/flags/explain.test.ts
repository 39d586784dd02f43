import { describe, expect, it } from 'vitest'
import { parseDefinitions } from '../../src/flags/engine/definitions.ts'
import type { FlagExplanation } from '../../src/flags/engine/flag-explanation.ts'
import { FlagSet } from '../../src/flags/engine/flag-set.ts'

const everyone = { properties: [], rollout_percentage: 100 }
const plan = { key: 'plan', type: 'person', operator: 'exact', value: 'secret-plan' }
const country = { key: 'country', type: 'person', operator: 'icontains', value: 'secret-country' }

function explain(filters: unknown, more: object = {}, subject: object = {}): FlagExplanation {
  const definitions = parseDefinitions({
    flags: [{ key: 'f', active: true, filters, ...more }],
    cohorts: { 7: { type: 'AND', values: [plan] } },
    group_type_mapping: { 0: 'company' },
  })
  if (typeof definitions === 'string') throw new Error(definitions)
  const nobody = { distinctId: 'user-1', groups: {}, personProperties: {}, groupProperties: {} }
  return new FlagSet(definitions).explain('f', { ...nobody, ...subject }, 0)!
}

describe('an explanation', () => {
  it('names the property that failed, the one that was missing, and the condition that matched', () => {
    const filters = {
      groups: [
        { properties: [plan, country], rollout_percentage: 40 },
        { properties: [country] },
        everyone,
        { properties: [plan] },
      ],
    }

    const explanation = explain(filters, {}, { personProperties: { plan: 'free' } })

    expect(explanation).toEqual({
      key: 'f',
      value: true,
      undecided: undefined,
      because: 'condition',
      conditions: [
        {
          outcome: 'failed',
          rolloutPercentage: 40,
          properties: [
            { kind: 'property', name: 'plan', operator: 'exact', outcome: 'failed', undecided: undefined },
            {
              kind: 'property',
              name: 'country',
              operator: 'icontains',
              outcome: 'undecided',
              undecided: 'missing_context',
            },
          ],
        },
        {
          outcome: 'undecided',
          rolloutPercentage: undefined,
          properties: [
            {
              kind: 'property',
              name: 'country',
              operator: 'icontains',
              outcome: 'undecided',
              undecided: 'missing_context',
            },
          ],
        },
        { outcome: 'matched', rolloutPercentage: 100, properties: [] },
        { outcome: 'not-reached', rolloutPercentage: undefined, properties: [] },
      ],
    })
  })

  it('names cohorts by id and flags by key', () => {
    const properties = [
      { key: 'id', type: 'cohort', value: 7 },
      { key: 'gone', type: 'flag', operator: 'flag_evaluates_to', value: true, dependency_chain: ['gone'] },
    ]

    const { conditions } = explain(
      { groups: [{ properties }] },
      {},
      { personProperties: { plan: 'secret-plan' } },
    )

    expect(
      conditions[0]?.properties.map(({ kind, name, outcome, undecided }) => [kind, name, outcome, undecided]),
    ).toEqual([
      ['cohort', '7', 'matched', undefined],
      ['flag', 'gone', 'undecided', 'unsupported_definition'],
    ])
  })

  it.each([
    ['disabled', { groups: [everyone] }, { active: false }],
    ['holdout', { groups: [everyone], holdout: { id: 1, exclusion_percentage: 100 } }, {}],
    ['no-group', { groups: [everyone], aggregation_group_type_index: 0 }, {}],
    ['early-exit', { groups: [{ rollout_percentage: 0 }, everyone], early_exit: true }, {}],
    ['no-condition', { groups: [{ rollout_percentage: 0 }] }, {}],
    ['undecided', { groups: [everyone] }, { ensure_experience_continuity: true }],
    ['undecided', { groups: [everyone] }, { bucketing_identifier: 'device_id' }],
  ])('says that it was %s', (because, filters, more) => {
    expect(explain(filters, more).because).toBe(because)
  })

  it('tells a rollout and a missing group from a failed property', () => {
    const groups = [
      { rollout_percentage: 0 },
      { ...everyone, aggregation_group_type_index: 0 },
      { properties: [plan] },
    ]

    const { conditions } = explain({ groups }, {}, { personProperties: { plan: 'free' } })

    expect(conditions.map(({ outcome }) => outcome)).toEqual(['out-of-rollout', 'no-group', 'failed'])
  })

  it('carries no value of a subject or of a filter', () => {
    const filters = { groups: [{ properties: [plan, country] }] }

    const text = JSON.stringify(
      explain(filters, {}, { personProperties: { plan: 'secret-own', country: 'secret-own' } }),
    )

    expect(text).not.toContain('secret')
  })
})

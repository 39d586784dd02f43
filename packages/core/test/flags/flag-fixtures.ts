import type { FlagSubject } from '../../src/flag-snapshot.ts'
import { parseDefinitions } from '../../src/flags/engine/definitions.ts'
import { FlagSet, type FlagSetOptions } from '../../src/flags/engine/flag-set.ts'

export const now = Date.parse('2024-03-31T10:20:30.456Z')

export function flagSet(json: Record<string, unknown>, options?: FlagSetOptions): FlagSet {
  const definitions = parseDefinitions({ flags: [], ...json })
  if (typeof definitions === 'string') throw new Error(definitions)
  return new FlagSet(definitions, options)
}

export function flag(key: string, filters: unknown, more: Record<string, unknown> = {}) {
  return { key, active: true, filters, ...more }
}

export function person(properties: Record<string, unknown> = {}, distinctId = 'user-1'): FlagSubject {
  return { distinctId, groups: {}, personProperties: properties, groupProperties: {} }
}

export const everyone = { properties: [], rollout_percentage: 100 }
export const onPlan = (plan: string, more: Record<string, unknown> = {}) => ({
  properties: [{ key: 'plan', type: 'person', operator: 'exact', value: plan }],
  ...more,
})
export const inCohort = (id: number) => ({ key: 'id', type: 'cohort', value: id })
export const dependsOn = (key: string, value: unknown = true, chain: unknown = [key]) => ({
  key,
  type: 'flag',
  operator: 'flag_evaluates_to',
  value,
  dependency_chain: chain,
})
export const requires = (...properties: unknown[]) => ({ groups: [{ properties, rollout_percentage: 100 }] })

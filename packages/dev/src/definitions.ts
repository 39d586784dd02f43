import type { FlagSet, FlagValue } from './flag-file.ts'

/**
 * The body of `GET /flags/definitions`: every flag as a definition that a client can evaluate by itself.
 *
 * A flag that is on has one condition that everybody meets; a variant is the only one of its flag and takes
 * 100 percent; a flag that is off is inactive.
 */
export function definitionsBody(flags: FlagSet): object {
  return {
    flags: [...flags].map(([key, value], index) => definitionOf(key, value, index + 1)),
    group_type_mapping: {},
    cohorts: {},
  }
}

function definitionOf(key: string, value: FlagValue, id: number): object {
  return {
    id,
    key,
    name: '',
    team_id: 1,
    version: 1,
    active: value !== false,
    deleted: false,
    ensure_experience_continuity: false,
    has_experiment: false,
    filters: {
      groups: [{ properties: [], rollout_percentage: 100, variant: null }],
      multivariate:
        typeof value === 'string' ? { variants: [{ key: value, name: '', rollout_percentage: 100 }] } : null,
      payloads: {},
      aggregation_group_type_index: null,
    },
  }
}

import type { FlagDefinition, FlagFilters } from './flag-definition.ts'
import { type FlagFile, type FlagValue, isDefinitionList } from './flag-file.ts'

/** The body of `GET /flags/definitions`: every flag as a definition that a client can evaluate by itself. */
export interface DefinitionsBody {
  readonly flags: readonly FlagDefinition[]
  readonly group_type_mapping: Readonly<Record<string, string>>
  readonly cohorts: Readonly<Record<string, unknown>>
  readonly property_matching_version?: number
  readonly minimal_flag_called_events?: boolean
}

/** The definitions that a flags file stands for: shorthand written out, and with the members that PostHog always sends. */
export function definitionsBody(file: FlagFile): DefinitionsBody {
  const { flags, $schema: _forEditors, ...others } = file
  const definitions = isDefinitionList(flags)
    ? flags
    : Object.entries(flags).map(([key, flag]) => keyedDefinition(key, flag))
  return {
    flags: withIds(definitions)
      .filter((definition) => definition.deleted !== true)
      .map(completed),
    group_type_mapping: {},
    cohorts: {},
    ...others,
  }
}

function keyedDefinition(key: string, flag: FlagValue | Omit<FlagDefinition, 'key'>): FlagDefinition {
  return typeof flag === 'object' ? { ...flag, key } : { key, ...shorthand(flag) }
}

/**
 * A flag that is on has one condition that everybody meets; a variant is the only one of its flag and takes 100 percent; a
 * flag that is off is inactive.
 */
function shorthand(value: FlagValue): Omit<FlagDefinition, 'key'> {
  return {
    active: value !== false,
    filters: {
      groups: [{ properties: [], rollout_percentage: 100, variant: null }],
      multivariate:
        typeof value === 'string' ? { variants: [{ key: value, name: '', rollout_percentage: 100 }] } : null,
      payloads: {},
      aggregation_group_type_index: null,
    },
  }
}

/** A flag without an ID gets its place, or the next number that no other flag has. */
function withIds(flags: readonly FlagDefinition[]): FlagDefinition[] {
  const taken = new Set(flags.map(({ id }) => id))
  return flags.map((flag, index) => {
    if (flag.id !== undefined) return flag
    let id = index + 1
    while (taken.has(id)) id += 1
    taken.add(id)
    return { ...flag, id }
  })
}

function completed(flag: FlagDefinition): FlagDefinition {
  return {
    ...{ name: '', team_id: 1, version: 1, active: true, deleted: false },
    ...{ ensure_experience_continuity: false, has_experiment: false },
    ...flag,
    filters: withPayloadTexts(flag.filters ?? { groups: [] }),
  }
}

/** PostHog sends payloads as JSON text. One that counts as none must not become text, which would count. */
function withPayloadTexts(filters: FlagFilters): FlagFilters {
  if (!filters.payloads) return filters
  const texts = Object.entries(filters.payloads).map(([value, payload]) => {
    return [value, payload && typeof payload !== 'string' ? JSON.stringify(payload) : payload] as const
  })
  return { ...filters, payloads: Object.fromEntries(texts) }
}

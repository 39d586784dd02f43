import type { FlagDefinition } from './flag-definition.ts'
import { parsePropertyFilter, type FlagFilters, type PropertyFilter } from './flag-filters.ts'
import { dependencyKeys } from './match-dependency.ts'
import { isUsableFilter } from './match-property.ts'
import { continuity, unsupported, type Outcome } from './outcome.ts'
import { isWireRecord } from '../../wire-record.ts'

/** What a flag may refer to. */
export interface KnownDefinitions {
  readonly cohorts: ReadonlyMap<string, unknown>
  readonly groupTypes: ReadonlyMap<string, string>
  hasFlag(key: string): boolean
}

/**
 * What of a flag can never be evaluated here, whoever the subject is, as reason bits; 0: nothing. Conditions may still
 * decide without looking at that part.
 */
export function definitionProblem(
  definition: FlagDefinition,
  filters: FlagFilters | string,
  known: KnownDefinitions,
): Outcome {
  if (!definition.active) return 0
  if (definition.experienceContinuity) return continuity
  if (typeof filters === 'string') return unsupported
  const { conditions, groupTypeIndex } = filters
  if (groupTypeIndex !== undefined && !known.groupTypes.has(groupTypeIndex)) return unsupported
  const isFaulty = conditions.some(({ properties }) =>
    properties.some((filter) => isUnusable(filter, known, new Set())),
  )
  return isFaulty ? unsupported : 0
}

function isUnusable(filter: PropertyFilter, known: KnownDefinitions, seenCohorts: Set<string>): boolean {
  if (filter.type === 'flag') {
    const keys = dependencyKeys(filter)
    return !keys || keys.some((key) => !known.hasFlag(key))
  }
  if (filter.type !== 'cohort') return !isUsableFilter(filter)
  const id = String(filter.value)
  if (!known.cohorts.has(id)) return true
  if (seenCohorts.has(id)) return false
  seenCohorts.add(id)
  return hasUnusable(known.cohorts.get(id), known, seenCohorts)
}

function hasUnusable(group: unknown, known: KnownDefinitions, seenCohorts: Set<string>): boolean {
  if (!isWireRecord(group) || !Array.isArray(group['values'])) return false
  return group['values'].some((value: unknown) => {
    if (isWireRecord(value) && Object.hasOwn(value, 'values')) return hasUnusable(value, known, seenCohorts)
    const leaf = parsePropertyFilter(value)
    return leaf !== undefined && isUnusable(leaf, known, seenCohorts)
  })
}

import { isWireRecord } from '../../wire-record.ts'

/** One requirement of a condition or a cohort. */
export interface PropertyFilter {
  /** What it looks at; everything that is no cohort and no flag is a property. */
  readonly type: 'property' | 'cohort' | 'flag'
  readonly key: string
  readonly value: unknown
  /** `exact` where the definition names none; an operator that is no text is unknown. */
  readonly operator: string
  /** Inverts the result; counts inside cohorts alone. */
  readonly negation: boolean
  /** As sent: keys of flags to evaluate first, the target last. */
  readonly dependencyChain: unknown
}

/** One release condition. */
export interface ConditionDefinition {
  readonly properties: readonly PropertyFilter[]
  /** 0 to 100; undefined: everyone. */
  readonly rolloutPercentage: number | undefined
  /** The variant it gives instead of the hashed one; not yet checked to exist. */
  readonly variant: string | undefined
  /** A group type of its own; undefined: the flag's. */
  readonly groupTypeIndex: string | undefined
}

/** A variant and its share, as sent: shares need not add up to 100. */
export interface VariantDefinition {
  readonly key: string
  readonly rolloutPercentage: number
}

/** What a flag releases to whom. */
export interface FlagFilters {
  readonly conditions: readonly ConditionDefinition[]
  readonly variants: readonly VariantDefinition[]
  /** Makes it a flag of groups; undefined: of persons. */
  readonly groupTypeIndex: string | undefined
  readonly earlyExit: boolean
  readonly holdout: { readonly value: string; readonly percentage: number } | undefined
}

/** Filters that release a flag to nobody. */
export const noFilters: FlagFilters = {
  conditions: [],
  variants: [],
  groupTypeIndex: undefined,
  earlyExit: false,
  holdout: undefined,
}

/**
 * Reads the `filters` of a flag; what is missing or null counts as empty.
 *
 * @returns a text naming what cannot be read, if anything.
 */
export function parseFilters(filters: unknown): FlagFilters | string {
  if (!filters) return noFilters
  if (!isWireRecord(filters)) return 'filters is no object'
  const groupTypeIndex = filters['aggregation_group_type_index'] ?? undefined
  const conditions = parseList(filters['groups'], 'filters.groups', (item) =>
    parseCondition(item, groupTypeIndex),
  )
  if (typeof conditions === 'string') return conditions
  const multivariate = filters['multivariate'] || {}
  if (!isWireRecord(multivariate)) return 'filters.multivariate is no object'
  const variants = parseList(multivariate['variants'], 'filters.multivariate.variants', parseVariant)
  if (typeof variants === 'string') return variants
  return {
    conditions,
    variants,
    groupTypeIndex: groupTypeIndex === undefined ? undefined : indexText(groupTypeIndex),
    earlyExit: Boolean(filters['early_exit']),
    holdout: parseHoldout(filters['holdout']),
  }
}

/** Reads a requirement; undefined if it is no object. */
export function parsePropertyFilter(filter: unknown): PropertyFilter | undefined {
  if (!isWireRecord(filter)) return undefined
  const { type, key, value, operator } = filter
  return {
    type: type === 'cohort' || type === 'flag' ? type : 'property',
    key: String(key),
    value,
    operator: typeof operator === 'string' && operator ? operator : operator ? 'unknown' : 'exact',
    negation: Boolean(filter['negation']),
    dependencyChain: filter['dependency_chain'],
  }
}

function parseCondition(condition: unknown, flagGroupTypeIndex: unknown): ConditionDefinition | string {
  if (!isWireRecord(condition)) return 'is no object'
  const properties = parseList(
    condition['properties'],
    'properties',
    (item) => parsePropertyFilter(item) ?? 'is no object',
  )
  if (typeof properties === 'string') return properties
  const rolloutPercentage = parseRollout(condition['rollout_percentage'])
  if (Number.isNaN(rolloutPercentage)) return 'rollout_percentage is no number'
  const { variant } = condition
  const groupTypeIndex = condition['aggregation_group_type_index'] ?? undefined
  return {
    properties,
    rolloutPercentage,
    variant: typeof variant === 'string' ? variant : undefined,
    groupTypeIndex:
      groupTypeIndex === undefined || groupTypeIndex === flagGroupTypeIndex
        ? undefined
        : indexText(groupTypeIndex),
  }
}

function parseVariant(variant: unknown): VariantDefinition | string {
  if (!isWireRecord(variant) || typeof variant['key'] !== 'string') return 'has no key'
  // One that is no number takes nobody in, as no comparison with NaN holds; neither do the variants after it.
  return { key: variant['key'], rolloutPercentage: Number(variant['rollout_percentage']) }
}

/** What is neither number nor text is the index of no group type. */
function indexText(index: unknown): string {
  return typeof index === 'number' || typeof index === 'string' ? String(index) : ''
}

/** One without an id or a percentage holds nobody out. */
function parseHoldout(holdout: unknown): FlagFilters['holdout'] {
  if (!isWireRecord(holdout)) return undefined
  const { id, exclusion_percentage: percentage } = holdout
  if ((typeof id !== 'number' && typeof id !== 'string') || (percentage ?? null) === null) return undefined
  const number = Number(percentage)
  return Number.isFinite(number) ? { value: `holdout-${id}`, percentage: number } : undefined
}

function parseRollout(percentage: unknown): number | undefined {
  if (percentage === undefined || percentage === null) return undefined
  return typeof percentage === 'number' || typeof percentage === 'string' ? Number(percentage) : NaN
}

/** Reads every item of a list; the text of the first that cannot be read, with its place. */
function parseList<Item>(
  list: unknown,
  name: string,
  parse: (item: unknown) => Item | string,
): Item[] | string {
  if (!list) return []
  if (!Array.isArray(list)) return `${name} is no list`
  const items: Item[] = []
  for (const [index, entry] of list.entries()) {
    const item = parse(entry)
    if (typeof item === 'string') return `${name}[${index}] ${item}`
    items.push(item)
  }
  return items
}

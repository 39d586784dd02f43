import type { CohortOperator, FlagOperator, PropertyOperator } from './property-operators.ts'

/**
 * One flag as PostHog's definitions endpoint gives it, as far as evaluation reads it. Other members are kept and served
 * as they are.
 */
export interface FlagDefinition {
  /** @default the flag's place in the file, from 1 */
  readonly id?: number
  readonly key: string
  readonly name?: string | null
  readonly version?: number
  /** Off for everybody when false: `/flags` then leaves the flag out. @default true */
  readonly active?: boolean
  /** A deleted flag is as good as not there. */
  readonly deleted?: boolean
  /** Keeps a person's value across login; only PostHog can, so that the flag stays undecided here. */
  readonly ensure_experience_continuity?: boolean | null
  /** What partial rollouts and variants go by. @default 'distinct_id' */
  readonly bucketing_identifier?: 'distinct_id' | 'device_id' | '' | null
  readonly has_experiment?: boolean | null
  /** Where the flag is meant to be evaluated. @default everywhere */
  readonly evaluation_contexts?: readonly string[] | null
  /** Older name of `evaluation_contexts`. */
  readonly evaluation_tags?: readonly string[] | null
  readonly evaluation_runtime?: 'all' | 'client' | 'server' | null
  /** Without conditions the flag is off. */
  readonly filters?: FlagFilters | null
}

/** Whom a flag is released to, and what they get. */
export interface FlagFilters {
  /** Release conditions, in order: the first one that matches decides. */
  readonly groups?: readonly FlagCondition[] | null
  readonly multivariate?: { readonly variants?: readonly FlagVariant[] | null } | null
  /** By `"true"` or the name of a variant. Text is taken as JSON, anything else as it is. */
  readonly payloads?: Readonly<Record<string, unknown>> | null
  /** Makes it a flag of groups of that type. */
  readonly aggregation_group_type_index?: number | null
  /** Whom only the rollout of a condition leaves out is not offered to the later ones. */
  readonly early_exit?: boolean | null
  /** Whom it holds out gets the value `holdout-<id>`, before all conditions. */
  readonly holdout?: { readonly id: number | string; readonly exclusion_percentage: number } | null
}

/** Matches whoever meets all its properties and is inside the rollout. */
export interface FlagCondition {
  readonly properties?: readonly PropertyFilter[] | null
  /** 0 to 100. @default 100 */
  readonly rollout_percentage?: number | null
  /** Gives this variant to everybody it matches. @default by the variants' shares */
  readonly variant?: string | null
  /** Looks at a group of that type instead of the flag's subject. */
  readonly aggregation_group_type_index?: number | null
}

/** A variant and its share of those whom the flag is on for. */
export interface FlagVariant {
  readonly key: string
  readonly name?: string | null
  /** 0 to 100; the shares of a flag usually add up to 100. */
  readonly rollout_percentage: number
}

/** One requirement of a condition or cohort: on a property, on a cohort or on another flag. */
export type PropertyFilter = ValueFilter | CohortFilter | FlagFilter

interface ValueFilter {
  readonly type?: 'person' | 'group' | null
  readonly key: string
  /** Needed by every operator but `is_set` and `is_not_set`. */
  readonly value?: string | number | boolean | readonly unknown[] | null
  /** @default 'exact' */
  readonly operator?: PropertyOperator | null
  /** Inverts the result; counts inside cohorts alone. */
  readonly negation?: boolean | null
}

interface CohortFilter {
  readonly type: 'cohort'
  readonly key?: string
  /** ID of the cohort. One that the file does not have is PostHog's alone, and leaves the flag undecided. */
  readonly value: number | string
  /** @default 'in' */
  readonly operator?: CohortOperator | null
  readonly negation?: boolean | null
}

interface FlagFilter {
  readonly type: 'flag'
  /** Key of the other flag. */
  readonly key: string
  /** The value it must have; `true` stands for any variant too. */
  readonly value: boolean | string
  readonly operator?: FlagOperator | null
  readonly negation?: boolean | null
  /** The flags to evaluate first, in order, the other flag itself last. Without it the filter is undecided. */
  readonly dependency_chain?: readonly string[] | null
}

/** Members of a cohort: of all (`AND`) or any (`OR`) of its parts. */
export interface CohortGroup {
  readonly type?: 'AND' | 'OR' | 'property'
  /** All filters, or all groups again. */
  readonly values?: readonly CohortGroup[] | readonly PropertyFilter[] | null
}

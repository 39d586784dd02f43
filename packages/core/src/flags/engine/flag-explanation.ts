import type { FlagValue, UndecidedReason } from '../../flag-snapshot.ts'
import type { PropertyFilter } from './flag-filters.ts'

/** How one requirement of a condition came out. Names what was looked at; carries no value of it. */
export interface PropertyExplanation {
  readonly kind: PropertyFilter['type']
  /** Name of the property, id of the cohort or key of the flag. */
  readonly name: string
  readonly operator: string
  readonly outcome: 'matched' | 'failed' | 'undecided'
  /** Why it is undecided; `missing_context`: the property was not given, or not in a form that can be compared. */
  readonly undecided: UndecidedReason | undefined
}

/** How one release condition came out. */
export interface ConditionExplanation {
  /**
   * `out-of-rollout`: the properties matched, the percentage left the subject out; `no-group`: it asks for a group of a
   * type that the subject has none of; `not-reached`: something before it decided.
   */
  readonly outcome: 'matched' | 'failed' | 'out-of-rollout' | 'no-group' | 'undecided' | 'not-reached'
  /** 0 to 100; undefined: everyone. */
  readonly rolloutPercentage: number | undefined
  /** Empty where the condition was not reached. */
  readonly properties: readonly PropertyExplanation[]
}

/** How a flag came to its value for a subject. */
export interface FlagExplanation {
  readonly key: string
  readonly value: FlagValue | undefined
  readonly undecided: UndecidedReason | undefined
  /**
   * What decided. `disabled`: the flag is off for everyone; `no-group`: a flag of groups, and the subject has none;
   * `condition`: one matched; `early-exit`: the rollout of the first one whose properties matched; `no-condition`: none
   * matched.
   */
  readonly because:
    | 'disabled'
    | 'holdout'
    | 'no-group'
    | 'condition'
    | 'early-exit'
    | 'no-condition'
    | 'undecided'
  readonly conditions: readonly ConditionExplanation[]
}

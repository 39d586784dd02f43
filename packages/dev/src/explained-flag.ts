/** How one flag of a flags call came to its value. Names what was looked at; carries no value of a property. */
export interface ExplainedFlag {
  readonly key: string
  /** What was answered; `null`: the flag is not in the answer. */
  readonly value: boolean | string | null
  /**
   * What decided: `condition`: the one that matched; `early-exit`: the rollout of the first one whose properties matched;
   * `no-condition`: none matched; `no-group`: a flag of groups, and the request names no group of that type; `holdout`;
   * `disabled`: the flag is off for everybody; `undecided`; `elsewhere`: not meant for where the request comes from;
   * `unknown`: there is no such flag.
   */
  readonly because:
    | 'condition'
    | 'early-exit'
    | 'no-condition'
    | 'no-group'
    | 'holdout'
    | 'disabled'
    | 'undecided'
    | 'elsewhere'
    | 'unknown'
  readonly undecided: UndecidedCause | null
  /** Index of the condition that decided, from 0; `null`: none did. */
  readonly condition: number | null
  /** The release conditions in order; `null`: left out, because this call explains a great deal already. */
  readonly conditions: readonly ExplainedCondition[] | null
}

/** How one release condition came out. */
export interface ExplainedCondition {
  /**
   * `out-of-rollout`: the properties matched, the percentage left the person or group out; `no-group`: it asks for a group
   * of a type that the request names none of; `not-reached`: something before it decided.
   */
  readonly outcome: 'matched' | 'failed' | 'out-of-rollout' | 'no-group' | 'undecided' | 'not-reached'
  /** 0 to 100; `null`: everybody. */
  readonly rolloutPercentage: number | null
  readonly properties: readonly ExplainedProperty[]
}

/** How one requirement of a condition came out. */
export interface ExplainedProperty {
  readonly kind: 'property' | 'cohort' | 'flag'
  /** Name of the property, ID of the cohort or key of the flag. */
  readonly name: string
  readonly operator: string
  readonly outcome: 'matched' | 'failed' | 'undecided'
  readonly undecided: UndecidedCause | null
}

/**
 * Why something is undecided here: `missing_context`: a property was not given, or not in a form that can be compared;
 * `unsupported_definition` and `experience_continuity`: only PostHog can tell; `unresolved_dependency`: another flag is
 * undecided.
 */
export type UndecidedCause =
  | 'experience_continuity'
  | 'unsupported_definition'
  | 'unresolved_dependency'
  | 'missing_context'

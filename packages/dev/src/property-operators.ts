/** Operators of a filter on a property of a person or group. */
export const PROPERTY_OPERATORS = [
  'exact',
  'is_not',
  'icontains',
  'not_icontains',
  'starts_with',
  'not_starts_with',
  'ends_with',
  'not_ends_with',
  'regex',
  'not_regex',
  'gt',
  'gte',
  'lt',
  'lte',
  'is_set',
  'is_not_set',
  'is_date_before',
  'is_date_after',
  'semver_eq',
  'semver_neq',
  'semver_gt',
  'semver_gte',
  'semver_lt',
  'semver_lte',
  'semver_tilde',
  'semver_caret',
  'semver_wildcard',
] as const

/** Operators that look at no value. */
export const PRESENCE_OPERATORS = ['is_set', 'is_not_set'] as const

/** Operators of a filter on a cohort; `exact` is the old name of `in`. */
export const COHORT_OPERATORS = ['in', 'not_in', 'exact'] as const

/** Operators of a filter on another flag; both mean the same. */
export const FLAG_OPERATORS = ['flag_evaluates_to', 'exact'] as const

export type PropertyOperator = (typeof PROPERTY_OPERATORS)[number]
export type CohortOperator = (typeof COHORT_OPERATORS)[number]
export type FlagOperator = (typeof FLAG_OPERATORS)[number]

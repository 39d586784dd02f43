import type { UndecidedReason } from '../../flag-snapshot.ts'

/**
 * Answer of a property, cohort or condition: `no`, `yes`, or above `yes` the bits of what kept it from an answer. Bits of
 * several causes are or-ed. A number and no object, because one evaluation passes through dozens of them.
 */
export type Outcome = number

export const no: Outcome = 0
export const yes: Outcome = 1

// One bit for each reason; the lower bit is the one reported when several apply.
export const continuity: Outcome = 2
export const unsupported: Outcome = 4
export const unresolved: Outcome = 8
export const missing: Outcome = 16
/**
 * Mark beside a reason, of a regular expression that only the server may evaluate: the condition counts as one that may
 * match, so that a later one decides only with the same value.
 */
export const binding: Outcome = 32
/** Mark beside a reason: only the server knows, so that no later condition may decide either. */
export const serverOnly: Outcome = 64

const reasons = continuity | unsupported | unresolved | missing

/** The reasons of an undecided outcome, without marks. */
export function reasonsOf(outcome: Outcome): Outcome {
  return outcome & reasons
}

/** `yes` and `no` exchanged; undecided stays undecided. */
export function negated(outcome: Outcome): Outcome {
  return outcome > yes ? outcome : 1 - outcome
}

/** The reason to report for an undecided outcome. */
export function reasonOf(outcome: Outcome): UndecidedReason {
  if (outcome & continuity) return 'experience_continuity'
  if (outcome & unsupported) return 'unsupported_definition'
  return outcome & unresolved ? 'unresolved_dependency' : 'missing_context'
}

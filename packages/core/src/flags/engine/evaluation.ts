import type { FlagValue, UndecidedReason } from '../../flag-snapshot.ts'

/** A flag with a value. */
export interface DecidedFlag {
  readonly value: FlagValue
  /**
   * Index of the release condition that decided: the one that matched or, with early exit, the one whose rollout left the
   * subject out. -1: none did, as for a flag that is off, a holdout, or when nothing matched.
   */
  readonly conditionIndex: number
  readonly undecided: undefined
}

/** A flag that cannot be decided here. */
export interface UndecidedFlag {
  readonly value: undefined
  readonly conditionIndex: -1
  readonly undecided: UndecidedReason
}

/**
 * What local evaluation says of a flag for a subject: a value, or `undecided` and why. Flags and subjects with the same
 * evaluation share one instance.
 */
export type Evaluation = DecidedFlag | UndecidedFlag

/** The evaluation of a flag that is off because nothing of it matched, or because it is off for everyone. */
export const matchesNobody: DecidedFlag = decidedFlag(false, -1)

/** The undecided evaluations, by reason. */
export const undecidedFlags: Readonly<Record<UndecidedReason, UndecidedFlag>> = {
  experience_continuity: undecidedFor('experience_continuity'),
  unsupported_definition: undecidedFor('unsupported_definition'),
  unresolved_dependency: undecidedFor('unresolved_dependency'),
  missing_context: undecidedFor('missing_context'),
}

/** A new decided evaluation. */
export function decidedFlag(value: FlagValue, conditionIndex: number): DecidedFlag {
  return Object.freeze({ value, conditionIndex, undecided: undefined })
}

function undecidedFor(undecided: UndecidedReason): UndecidedFlag {
  return Object.freeze({ value: undefined, conditionIndex: -1, undecided })
}

/** Evaluations of many flags for one subject, in the order of the definitions or of the keys asked for. */
export interface Evaluations extends Iterable<[key: string, evaluation: Evaluation]> {
  readonly size: number
  /** Undefined for a flag that does not exist, or was not asked for. */
  get(key: string): Evaluation | undefined
  /** The cheapest way through all of them. */
  forEach(see: (evaluation: Evaluation, key: string) => void): void
}

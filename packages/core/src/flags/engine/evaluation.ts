import type { FlagValue, UndecidedReason } from '../../flag-snapshot.ts'
import type { FlagDefinition } from './flag-definition.ts'
import { payloadFor } from './flag-payload.ts'

/** A flag with a value for one subject. */
export class DecidedFlag {
  readonly value: FlagValue
  /**
   * Index of the release condition that decided: the one that matched or, with early exit, the one whose rollout left the
   * subject out. -1: none did, as for a flag that is off, a holdout, or when nothing matched.
   */
  readonly conditionIndex: number
  readonly #definition: FlagDefinition | undefined

  /** @param definition where payloads are read from; undefined: there are none. */
  constructor(value: FlagValue, conditionIndex: number, definition: FlagDefinition | undefined) {
    this.value = value
    this.conditionIndex = conditionIndex
    this.#definition = definition
  }

  get undecided(): undefined {
    return undefined
  }

  /** The decoded payload of the value, a fresh one at each read; undefined if there is none. */
  get payload(): unknown {
    return payloadFor(this.#definition?.filters, this.value)
  }
}

/** The evaluation of a flag that is off because nothing of it matched, or because it is off for everyone. */
export const matchesNobody = new DecidedFlag(false, -1, undefined)

/** A flag that cannot be decided here. One instance a reason: it says nothing about the subject. */
export interface UndecidedFlag {
  readonly value: undefined
  readonly conditionIndex: -1
  readonly payload: undefined
  readonly undecided: UndecidedReason
}

/** What local evaluation says of a flag for a subject: a value, or `undecided` and why. */
export type Evaluation = DecidedFlag | UndecidedFlag

/** The undecided evaluations, by reason. */
export const undecidedFlags: Readonly<Record<UndecidedReason, UndecidedFlag>> = {
  experience_continuity: undecidedFor('experience_continuity'),
  unsupported_definition: undecidedFor('unsupported_definition'),
  unresolved_dependency: undecidedFor('unresolved_dependency'),
  missing_context: undecidedFor('missing_context'),
}

function undecidedFor(undecided: UndecidedReason): UndecidedFlag {
  return Object.freeze({ value: undefined, conditionIndex: -1, payload: undefined, undecided })
}

/** Evaluations of many flags for one subject, in the order of the definitions or of the keys asked for. */
export interface Evaluations extends Iterable<[key: string, evaluation: Evaluation]> {
  readonly size: number
  /** Undefined for a flag that does not exist, or was not asked for. */
  get(key: string): Evaluation | undefined
  keys(): IterableIterator<string>
}

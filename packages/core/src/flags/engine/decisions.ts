import type { FlagValue } from '../../flag-snapshot.ts'
import { decidedFlag, type DecidedFlag } from './evaluation.ts'

/** The decided evaluations of a set of flags, one for each value and condition, so that evaluating makes no new ones. */
export class Decisions {
  readonly #byValue = new Map<FlagValue, DecidedFlag[]>()

  /** @param conditionIndex of the condition that decided; -1: none did. */
  of(value: FlagValue, conditionIndex: number): DecidedFlag {
    let byCondition = this.#byValue.get(value)
    if (!byCondition) {
      byCondition = []
      this.#byValue.set(value, byCondition)
    }
    const known = byCondition[conditionIndex + 1]
    if (known) return known
    const decided = decidedFlag(value, conditionIndex)
    byCondition[conditionIndex + 1] = decided
    return decided
  }
}

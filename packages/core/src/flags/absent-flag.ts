import type { FlagResult } from '../flag-snapshot.ts'

/** The result for a flag of which nothing is known. */
export function absent(key: string, reason: FlagResult['reason']): FlagResult {
  return {
    key,
    value: undefined,
    payload: undefined,
    reason,
    undecided: undefined,
    description: undefined,
    code: undefined,
    origin: undefined,
  }
}

import type { FlagResult } from '../flag-snapshot.ts'

/** A result as an object of its own members, for callers who copy it or make it JSON. Its payload is decoded at each read. */
export function plainResult(result: FlagResult): FlagResult {
  const { key, value, reason, undecided, description, code, origin } = result
  return {
    key,
    value,
    get payload() {
      return result.payload
    },
    reason,
    undecided,
    description,
    code,
    origin,
  }
}

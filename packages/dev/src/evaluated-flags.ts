import { randomUUID } from 'node:crypto'
import type { FlagSet, FlagValue } from './flag-file.ts'

/**
 * The body of `POST /flags/?v=2`.
 *
 * @param keys answer these alone; unknown ones are absent from the answer. `null` answers every flag.
 */
export function evaluatedFlagsBody(flags: FlagSet, keys: readonly string[] | null, now: number): object {
  const wanted = keys && new Set(keys)
  const evaluated = [...flags].map(
    ([key, value], index) => [key, evaluatedFlag(key, value, index + 1)] as const,
  )
  return {
    // fromEntries defines own properties, so that a flag named "__proto__" is a flag like any other.
    flags: Object.fromEntries(evaluated.filter(([key]) => !wanted || wanted.has(key))),
    errorsWhileComputingFlags: false,
    requestId: randomUUID(),
    evaluatedAt: now,
  }
}

function evaluatedFlag(key: string, value: FlagValue, id: number): object {
  return {
    key,
    enabled: value !== false,
    variant: typeof value === 'string' ? value : null,
    failed: false,
    reason:
      value === false
        ? { code: 'flag_disabled', condition_index: null, description: 'Feature flag is disabled' }
        : { code: 'condition_match', condition_index: 0, description: 'Matched condition set 1' },
    metadata: { id, version: 1, description: '', payload: null, has_experiment: false },
  }
}

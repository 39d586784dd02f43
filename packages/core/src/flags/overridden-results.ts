import type { FlagAnswer, FlagExplanation, FlagResult, FlagValue } from '../flag-snapshot.ts'
import { absent } from './absent-flag.ts'
import { plainResult } from './plain-result.ts'
import type { FlagResults } from './flag-source.ts'

/** Values and payloads by flag key. They are replaced as a whole, so who holds some keeps them unchanged. */
export interface OverrideTables {
  /** Undefined makes the flag unknown. */
  readonly values: ReadonlyMap<string, FlagValue | undefined>
  readonly payloads: ReadonlyMap<string, unknown>
}

/** Results beneath what the application set itself, each put together when it is read. */
export class OverriddenResults implements FlagResults {
  readonly #results: FlagResults
  readonly #tables: OverrideTables

  constructor(results: FlagResults, tables: OverrideTables) {
    this.#results = results
    this.#tables = tables
  }

  get answer(): FlagAnswer | undefined {
    return this.#results.answer
  }

  get(key: string): FlagResult | undefined {
    return overridden(key, this.#results.get(key), this.#tables)
  }

  *all(): Iterable<FlagResult> {
    for (const result of this.#results.all()) yield overridden(result.key, result, this.#tables) ?? result
    for (const key of this.#tables.values.keys()) {
      const result = this.#results.get(key) ? undefined : this.get(key)
      if (result) yield result
    }
  }

  explain(key: string): FlagExplanation | undefined {
    return this.#results.explain?.(key)
  }
}

/** The result with its overrides; the same object when there are none. */
export function overridden(
  key: string,
  result: FlagResult | undefined,
  { values, payloads }: OverrideTables,
): FlagResult | undefined {
  const valued = values.has(key) ? { ...absent(key, 'override'), value: values.get(key) } : result
  return valued && payloads.has(key) ? { ...plainResult(valued), payload: payloads.get(key) } : valued
}

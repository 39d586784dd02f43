import type { FlagExplanation, FlagResult } from '../flag-snapshot.ts'
import type { FlagResults } from './flag-source.ts'

/** Results put together from others, or picked out of them. */
export class GatheredResults implements FlagResults {
  readonly #results: ReadonlyMap<string, FlagResult>
  readonly #evaluatedHere: FlagResults | undefined

  /** @param evaluatedHere explains those of them that it evaluated. */
  constructor(results: ReadonlyMap<string, FlagResult>, evaluatedHere: FlagResults | undefined) {
    this.#results = results
    this.#evaluatedHere = evaluatedHere
  }

  get(key: string): FlagResult | undefined {
    return this.#results.get(key)
  }

  keys(): IterableIterator<string> {
    return this.#results.keys()
  }

  explain(key: string): FlagExplanation | undefined {
    return this.#evaluatedHere?.explain?.(key)
  }
}

/** The first results, and the second ones for flags that are not decided in them. */
export function joined(first: FlagResults, second: FlagResults): FlagResults {
  const results = new Map<string, FlagResult>()
  for (const key of new Set([...first.keys(), ...second.keys()])) {
    const own = first.get(key)
    const result = own?.value === undefined ? (second.get(key) ?? own) : own
    if (result) results.set(key, result)
  }
  return new GatheredResults(results, first.explain ? first : second)
}

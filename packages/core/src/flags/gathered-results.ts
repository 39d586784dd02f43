import type { FlagAnswer, FlagExplanation, FlagResult } from '../flag-snapshot.ts'
import type { FlagResults } from './flag-source.ts'

/** Results put together from others, or picked out of them. */
export class GatheredResults implements FlagResults {
  readonly answer: FlagAnswer | undefined
  readonly #results: ReadonlyMap<string, FlagResult>
  readonly #evaluatedHere: FlagResults | undefined

  /** @param from.evaluatedHere explains those of them that it evaluated. */
  constructor(
    results: ReadonlyMap<string, FlagResult>,
    from: { answer?: FlagAnswer | undefined; evaluatedHere?: FlagResults | undefined } = {},
  ) {
    this.#results = results
    this.answer = from.answer
    this.#evaluatedHere = from.evaluatedHere
  }

  get(key: string): FlagResult | undefined {
    return this.#results.get(key)
  }

  all(): Iterable<FlagResult> {
    return this.#results.values()
  }

  explain(key: string): FlagExplanation | undefined {
    return this.#evaluatedHere?.explain?.(key)
  }
}

/** No flags at all. */
export const noResults: FlagResults = new GatheredResults(new Map())

/** The first results, and the second ones for flags that are not decided in them. */
export function joined(first: FlagResults, second: FlagResults): FlagResults {
  const results = new Map<string, FlagResult>()
  for (const own of first.all()) {
    results.set(own.key, own.value === undefined ? (second.get(own.key) ?? own) : own)
  }
  for (const other of second.all()) if (!results.has(other.key)) results.set(other.key, other)
  return new GatheredResults(results, {
    answer: first.answer ?? second.answer,
    evaluatedHere: first.answer ? second : first,
  })
}

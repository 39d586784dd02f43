import type { FlagResults } from '../flag-source.ts'

/** Keys longer than this are not remembered, so that the bound on entries bounds memory too. */
const longestKey = 1000

/** Answers of the last moments, bounded: the least recently used one makes room. */
export class RecentResults {
  readonly #size: number
  readonly #ttlMs: number
  readonly #now: () => number
  readonly #entries = new Map<string, { readonly results: FlagResults; readonly until: number }>()

  constructor(size: number, ttlMs: number, now: () => number) {
    this.#size = size
    this.#ttlMs = ttlMs
    this.#now = now
  }

  get(key: string): FlagResults | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    this.#entries.delete(key)
    if (entry.until <= this.#now()) return undefined
    this.#entries.set(key, entry)
    return entry.results
  }

  set(key: string, results: FlagResults): void {
    if (key.length > longestKey) return
    this.#entries.delete(key)
    this.#entries.set(key, { results, until: this.#now() + this.#ttlMs })
    if (this.#entries.size <= this.#size) return
    const [oldest] = this.#entries.keys()
    if (oldest !== undefined) this.#entries.delete(oldest)
  }
}

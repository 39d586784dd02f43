import type { FlagKey, FlagPayload, FlagVariant } from '../flag-registry.ts'
import type {
  FlagAnswer,
  FlagExplanation,
  FlagReadOptions,
  FlagResult,
  FlagSnapshot,
  FlagValue,
  UndecidedReason,
} from '../flag-snapshot.ts'
import { SmallMap } from '../small-map.ts'
import { absent } from './absent-flag.ts'
import type { FlagResults } from './flag-source.ts'
import { GatheredResults } from './gathered-results.ts'
import { plainResult } from './plain-result.ts'

/** Flags that one warning names. */
const mostNamed = 5

/** What a snapshot is made of. */
export interface SnapshotParts {
  readonly state: FlagSnapshot['state']
  readonly results: FlagResults
  /** Values for flags that are not decided. */
  readonly defaults: Readonly<Record<string, FlagValue>>
  /** Hears of every read by `isEnabled` and `getFlag`. */
  readonly onRead: (
    result: FlagResult,
    options: FlagReadOptions<unknown>,
    answer: FlagAnswer | undefined,
  ) => void
  /** Loads what is not loaded, or only PostHog can decide; undefined when that is nothing. */
  readonly load?: ((key: string | undefined) => Promise<FlagSnapshot> | undefined) | undefined
  /** Warns of a call that cannot mean anything. */
  readonly warn?: ((message: string) => void) | undefined
}

/** The snapshot over flags that were evaluated, or are at their first read. */
export class EvaluatedFlags implements FlagSnapshot {
  readonly state: FlagSnapshot['state']
  readonly #parts: SnapshotParts
  #accessed: SmallMap<true> | undefined

  /** @param accessed keys that count as read. */
  constructor(parts: SnapshotParts, accessed: Iterable<string> = []) {
    this.state = parts.state
    this.#parts = parts
    for (const key of accessed) this.#access(key)
  }

  get keys(): string[] {
    return Array.from(this.entries(), ([key]) => key)
  }

  get unresolvedFlags(): Readonly<Record<string, UndecidedReason>> {
    const unresolved: [string, UndecidedReason][] = []
    for (const { key, undecided } of this.#parts.results.all()) {
      if (undecided) unresolved.push([key, undecided])
    }
    return Object.fromEntries(unresolved)
  }

  isEnabled(key: FlagKey, options: FlagReadOptions<boolean> = {}): boolean {
    const value = this.#read(key, options) ?? options.defaultValue ?? this.#default(key) ?? false
    return value !== false
  }

  getFlag<Key extends FlagKey>(
    key: Key,
    options: FlagReadOptions<FlagVariant<Key>> = {},
  ): FlagVariant<Key> | undefined {
    const value = this.#read(key, options) ?? options.defaultValue ?? this.#default(key)
    // The registry promises which values the flag has; PostHog keeps the promise.
    return value as FlagVariant<Key> | undefined
  }

  getFlagPayload<Key extends FlagKey>(key: Key): FlagPayload<Key> | undefined {
    return this.#parts.results.get(key)?.payload as FlagPayload<Key> | undefined
  }

  getFlagResult(key: FlagKey): FlagResult {
    return plainResult(this.#result(key))
  }

  explain(key: FlagKey): FlagExplanation | undefined {
    const { results } = this.#parts
    // An override, or an answer of PostHog, took the place of what was evaluated here.
    return results.get(key)?.origin?.isLocal ? results.explain?.(key) : undefined
  }

  only(keys: readonly FlagKey[]): FlagSnapshot {
    const unknown = keys.filter((key) => this.#parts.results.get(key) === undefined)
    if (unknown.length > 0)
      this.#parts.warn?.(`only() leaves out flags that are not in the snapshot: ${listed(unknown)}`)
    return this.#slice(keys)
  }

  onlyAccessed(): FlagSnapshot {
    if (!this.#accessed) this.#parts.warn?.('onlyAccessed() has no flags, because none was read yet')
    return this.#slice(this.#accessed?.keys() ?? [])
  }

  *entries(): Iterable<readonly [key: string, value: FlagValue]> {
    for (const { key, value } of this.#parts.results.all()) {
      if (value !== undefined) yield [key, value]
    }
  }

  load(key?: FlagKey): Promise<FlagSnapshot> {
    return this.#parts.load?.(key) ?? Promise.resolve(this)
  }

  #read(key: string, options: FlagReadOptions<unknown>): FlagValue | undefined {
    const result = this.#result(key)
    this.#access(key)
    this.#parts.onRead(result, options, this.#parts.results.answer)
    return result.value
  }

  #access(key: string): void {
    this.#accessed ??= new SmallMap()
    this.#accessed.set(key, true)
  }

  #result(key: string): FlagResult {
    return this.#parts.results.get(key) ?? absent(key, this.state === 'loaded' ? 'unknown' : this.state)
  }

  #default(key: string): FlagValue | undefined {
    const { defaults } = this.#parts
    // Callers without types read keys that cannot be made text.
    return typeof key === 'string' && Object.hasOwn(defaults, key) ? defaults[key] : undefined
  }

  /** A read of a key that a slice left out says nothing about the flag, so nobody hears of it. */
  #slice(keys: Iterable<string>): FlagSnapshot {
    const results = new Map<string, FlagResult>()
    for (const key of keys) {
      const result = this.#parts.results.get(key)
      if (result) results.set(key, result)
    }
    const { onRead, results: all } = this.#parts
    const parts: SnapshotParts = {
      ...this.#parts,
      results: new GatheredResults(results, { answer: all.answer, evaluatedHere: all }),
      load: undefined,
      onRead: (result, options, answer) => {
        if (results.has(result.key)) onRead(result, options, answer)
      },
    }
    return new EvaluatedFlags(parts, this.#accessed?.keys())
  }
}

function listed(keys: readonly string[]): string {
  const named = keys.slice(0, mostNamed).join(', ')
  return keys.length > mostNamed ? `${named} and ${keys.length - mostNamed} more` : named
}

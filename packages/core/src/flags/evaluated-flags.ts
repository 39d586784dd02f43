import type { FlagReadOptions, FlagResult, FlagSnapshot, FlagValue } from '../flag-snapshot.ts'
import type { FlagResults } from './flag-source.ts'

/** Parts of an `EvaluatedFlags`. */
export interface SnapshotParts {
  readonly state: FlagSnapshot['state']
  readonly results: FlagResults
  /** Hears of every read by `isEnabled` and `getFlag`. */
  readonly onRead: (result: FlagResult) => void
  /** Loads what is not loaded; absent when nothing is left to load. */
  readonly load?: () => Promise<FlagSnapshot>
}

/** The snapshot over a map of decided flags. */
export class EvaluatedFlags implements FlagSnapshot {
  readonly state: FlagSnapshot['state']
  readonly #results: FlagResults
  readonly #onRead: (result: FlagResult) => void
  readonly #load: (() => Promise<FlagSnapshot>) | undefined
  #loading: Promise<FlagSnapshot> | undefined

  constructor(parts: SnapshotParts) {
    this.state = parts.state
    this.#results = parts.results
    this.#onRead = parts.onRead
    this.#load = parts.load
  }

  get keys(): string[] {
    return [...this.#results.keys()]
  }

  isEnabled(key: string, options?: FlagReadOptions<boolean>): boolean {
    const value = this.#read(key)
    return value === undefined ? (options?.defaultValue ?? false) : value !== false
  }

  getFlag(key: string, options?: FlagReadOptions<FlagValue>): FlagValue | undefined {
    return this.#read(key) ?? options?.defaultValue
  }

  getFlagPayload(key: string): unknown {
    return this.#results.get(key)?.payload
  }

  getFlagResult(key: string): FlagResult {
    const reason = this.state === 'loaded' ? 'unknown' : this.state
    return (
      this.#results.get(key) ?? { key, value: undefined, payload: undefined, reason, description: undefined }
    )
  }

  load(): Promise<FlagSnapshot> {
    this.#loading ??= this.#load?.() ?? Promise.resolve(this)
    return this.#loading
  }

  #read(key: string): FlagValue | undefined {
    const result = this.getFlagResult(key)
    this.#onRead(result)
    return result.value
  }
}

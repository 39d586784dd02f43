/** Value of a flag: off, on, or the name of a variant. */
export type FlagValue = boolean | string

/**
 * Why a flag has the value it has. `evaluated`: decided by its definition or by PostHog; `unknown`: PostHog has no such
 * flag, or could not decide it; `not-loaded`: nobody waited for an answer yet; `unavailable`: there was none in time.
 */
export type FlagReason = 'evaluated' | 'unknown' | 'not-loaded' | 'unavailable'

/** One flag for one identity. */
export interface FlagResult {
  readonly key: string
  /** Undefined unless the reason is `evaluated`. */
  readonly value: FlagValue | undefined
  /** Decoded payload of an enabled value; undefined when there is none. */
  readonly payload: unknown
  readonly reason: FlagReason
  /** The reason as PostHog words it, such as `Matched condition set 1`. */
  readonly description: string | undefined
}

/** Options of a single read. */
export interface FlagReadOptions<Default> {
  /** Given when the flag is undecided. */
  readonly defaultValue?: Default
}

/**
 * All flags of one identity at one moment. It never changes: what was read once reads the same for ever, and a payload
 * belongs to the value read.
 */
export interface FlagSnapshot {
  /** `loaded` once an answer is in; before that every flag is undecided, which is not the same as off. */
  readonly state: 'loaded' | 'not-loaded' | 'unavailable'
  /** Keys of the decided flags, a fresh array each time. */
  readonly keys: string[]
  /** True for `true` and for any variant; `defaultValue`, else false, when undecided. */
  isEnabled(key: string, options?: FlagReadOptions<boolean>): boolean
  /** The value; `defaultValue`, else undefined, when undecided. */
  getFlag(key: string, options?: FlagReadOptions<FlagValue>): FlagValue | undefined
  /** The decoded payload of an enabled flag, else undefined. Does not count as reading the flag. */
  getFlagPayload(key: string): unknown
  /** Value, payload and reason together. Does not count as reading the flag. */
  getFlagResult(key: string): FlagResult
  /**
   * Waits until flags are loaded or given up, within the deadline. Never rejects.
   *
   * @returns the snapshot to read from; this one if nothing was left to load.
   */
  load(): Promise<FlagSnapshot>
}

/** Who flags are evaluated for. */
export interface FlagSubject {
  readonly distinctId: string
  readonly groups: Readonly<Record<string, string>>
  readonly personProperties: Readonly<Record<string, unknown>>
  readonly groupProperties: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Whoever holds a snapshot: hears of reads, and receives the snapshot that takes its place. */
export interface FlagObserver {
  /** A flag was read by `isEnabled` or `getFlag`. */
  onRead(result: FlagResult): void
  /** A load ended; `snapshot` replaces the one that it began with. */
  onLoad(snapshot: FlagSnapshot): void
  /** Runs a load with what is left of the request's time for flags, and takes off what it used. */
  wait<T>(load: (deadlineMs: number) => Promise<T>): Promise<T>
}

import type { FlagKey, FlagPayload, FlagValue, FlagVariant } from './flag-registry.ts'

export type { FlagValue } from './flag-registry.ts'

/**
 * Why a flag could not be decided in this process. `experience_continuity` and `unsupported_definition` lie in its
 * definition, `unresolved_dependency` in a flag that it depends on, `missing_context` in what was said about the subject.
 */
export type UndecidedReason =
  | 'experience_continuity'
  | 'unsupported_definition'
  | 'unresolved_dependency'
  | 'missing_context'

/**
 * Why a flag has the value it has. `evaluated`: by its definition or by PostHog; `override`: set by the application;
 * `undecided`: its definition needs more than is known here; `unknown`: there is no such flag, or PostHog could not
 * decide it; `not-loaded`: nobody waited for an answer yet; `unavailable`: there was none in time.
 */
export type FlagReason = 'evaluated' | 'override' | 'undecided' | 'unknown' | 'not-loaded' | 'unavailable'

/** One flag for one identity. */
export interface FlagResult {
  readonly key: string
  /** Undefined unless the reason is `evaluated` or `override`. */
  readonly value: FlagValue | undefined
  /** Decoded payload of an enabled value; undefined when there is none. */
  readonly payload: unknown
  readonly reason: FlagReason
  /** What was missing, when the reason is `undecided`. */
  readonly undecided: UndecidedReason | undefined
  /** The reason in words: `Evaluated locally`, or PostHog's, such as `Matched condition set 1`. */
  readonly description: string | undefined
  /** PostHog's code for the reason, such as `condition_match`. */
  readonly code: string | undefined
  /** What is known of the flag beside its value; undefined for an override and for an unknown flag. */
  readonly origin: FlagOrigin | undefined
}

/** Where a flag's value comes from; goes out with `$feature_flag_called`. */
export interface FlagOrigin {
  readonly isLocal: boolean
  readonly id: number | undefined
  /** Remote evaluation only. */
  readonly version: number | undefined
  readonly hasExperiment: boolean | undefined
  /** Remote evaluation only. */
  readonly requestId: string | undefined
  /** Milliseconds since the epoch, by the clock of whoever evaluated. */
  readonly evaluatedAt: number | undefined
  /** Local evaluation only: when the definitions arrived, in milliseconds since the epoch. */
  readonly definitionsLoadedAt: number | undefined
}

/** What is known of an answer of PostHog beside the flags in it. */
export interface FlagAnswer extends Pick<FlagOrigin, 'requestId' | 'evaluatedAt'> {
  /** What went wrong, as `$feature_flag_error` says it: `errors_while_computing_flags`, `timeout`, … */
  readonly errors: readonly string[]
}

/** Options of a single read. */
export interface FlagReadOptions<Default> {
  /** Given when the flag is undecided. */
  readonly defaultValue?: Default | undefined
  /** False: this read sends no `$feature_flag_called`. @default the client's `sendFeatureFlagEvent` */
  readonly sendFeatureFlagEvents?: boolean | undefined
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
  /** Flags that could not be decided here, and why. */
  readonly unresolvedFlags: Readonly<Record<string, UndecidedReason>>
  /** True for `true` and for any variant; `defaultValue`, else false, when undecided. */
  isEnabled(key: FlagKey, options?: FlagReadOptions<boolean>): boolean
  /** The value; `defaultValue`, else undefined, when undecided. */
  getFlag<Key extends FlagKey>(
    key: Key,
    options?: FlagReadOptions<FlagVariant<Key>>,
  ): FlagVariant<Key> | undefined
  /** The decoded payload of an enabled flag, else undefined. Does not count as reading the flag. */
  getFlagPayload<Key extends FlagKey>(key: Key): FlagPayload<Key> | undefined
  /** Value, payload and reason together. Does not count as reading the flag. */
  getFlagResult(key: FlagKey): FlagResult
  /** How a locally evaluated flag came to its value: which condition matched, what failed, what was missing. Undefined for others. Does not count as reading the flag. */
  explain(key: FlagKey): FlagExplanation | undefined
  /** These flags alone, for `capture({ flags })`; unknown keys are left out with a warning. */
  only(keys: readonly FlagKey[]): FlagSnapshot
  /** The flags read so far, for `capture({ flags })`. */
  onlyAccessed(): FlagSnapshot
  /** Keys and values of the decided flags. */
  entries(): Iterable<readonly [key: string, value: FlagValue]>
  /**
   * Waits until flags are loaded or given up, within the deadline. Never rejects. With local evaluation there is nothing
   * to wait for, unless `key` names a flag that only PostHog can decide.
   *
   * @returns the snapshot to read from; this one if nothing was left to load.
   */
  load(key?: FlagKey): Promise<FlagSnapshot>
}

/** How a flag came to its value; the engine's own type, as far as callers read it. */
export interface FlagExplanation {
  readonly key: string
  readonly value: FlagValue | undefined
  readonly undecided: UndecidedReason | undefined
  readonly because: string
  readonly conditions: readonly {
    readonly outcome: string
    readonly rolloutPercentage: number | undefined
    readonly properties: readonly {
      readonly kind: string
      readonly name: string
      readonly operator: string
      readonly outcome: string
      readonly undecided: UndecidedReason | undefined
    }[]
  }[]
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
  /** A flag was read by `isEnabled` or `getFlag`; `answer` is what PostHog said, if it was asked. */
  onRead(result: FlagResult, options: FlagReadOptions<unknown>, answer: FlagAnswer | undefined): void
  /** A load ended; `snapshot` replaces the one that it began with. */
  onLoad(snapshot: FlagSnapshot): void
  /**
   * Runs a load with what is left of the request's time for flags, and takes off what it used; undefined where nothing may
   * be asked about the subject any more.
   */
  wait<T>(load: (deadlineMs: number) => Promise<T>): Promise<T | undefined>
}

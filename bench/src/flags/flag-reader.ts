import type { Visitor } from './visitors.ts'

/** `false`, `true` or a variant; undefined: undecided. */
export type FlagValue = boolean | string | undefined

/** Receives the values of flags, one by one. */
export type SeeFlag = (key: string, value: FlagValue) => void

/** A subject that answers at once. */
export interface SyncFlagReader {
  readonly isAsync: false
  one(key: string, visitor: Visitor): FlagValue
  all(visitor: Visitor, see: SeeFlag): void
  close(): Promise<void> | void
}

/** A subject that has to be awaited. */
export interface AsyncFlagReader {
  readonly isAsync: true
  one(key: string, visitor: Visitor): Promise<FlagValue>
  all(visitor: Visitor, see: SeeFlag): Promise<void>
  close(): Promise<void> | void
}

/** A vendor's client, opened and with definitions loaded, that evaluates flags in this process. */
export type FlagReader = SyncFlagReader | AsyncFlagReader

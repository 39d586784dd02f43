import type { FlagObserver, FlagResult, FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import type { ScopeFlagReader } from './ports.ts'

/** The flags of one request: a snapshot per identity, a budget of waiting, and what was read so far. */
export class ScopeFlags {
  readonly #reader: ScopeFlagReader
  readonly #now: () => number
  readonly #onUnloadedRead: (key: string) => void
  #properties: Readonly<Record<string, unknown>> = {}
  #remainingMs: number
  #subject: FlagSubject | undefined
  #snapshot: FlagSnapshot | undefined

  /** @param parts.onUnloadedRead hears of a flag that was read although nobody had waited for the flags. */
  constructor(parts: {
    reader: ScopeFlagReader
    deadlineMs: number
    now: () => number
    onUnloadedRead: (key: string) => void
  }) {
    this.#reader = parts.reader
    this.#remainingMs = parts.deadlineMs
    this.#now = parts.now
    this.#onUnloadedRead = parts.onUnloadedRead
  }

  /** The snapshot of this subject; a new one when the distinct id is another than before. */
  of(subject: FlagSubject): FlagSnapshot {
    if (!this.#snapshot || this.#subject?.distinctId !== subject.distinctId) {
      this.#subject = subject
      this.#snapshot = this.#reader.snapshot(subject, this.#observe(subject))
    }
    return this.#snapshot
  }

  /** Whether the request has begun to use flags; after a change of identity they are then worth loading again. */
  get inUse(): boolean {
    return this.#snapshot !== undefined
  }

  /** Runs something with what is left of the request's time for flags, and takes off what it used. */
  async wait<T>(work: (deadlineMs: number) => Promise<T>): Promise<T> {
    const start = this.#now()
    const result = await work(this.#remainingMs)
    this.#remainingMs = Math.max(0, this.#remainingMs - Math.max(0, this.#now() - start))
    return result
  }

  /** `$feature/<key>` of the decided flags that were read; another object once there is more to say. */
  get properties(): Readonly<Record<string, unknown>> {
    return this.#properties
  }

  #observe(subject: FlagSubject): FlagObserver {
    return {
      onRead: (result) => this.#noteRead(result),
      onLoad: (snapshot) => {
        // The visitor may have signed in meanwhile: an answer for the old identity is then of no use.
        if (this.#subject === subject) this.#snapshot = snapshot
      },
      wait: (load) => this.wait(load),
    }
  }

  #noteRead({ key, value, reason }: FlagResult): void {
    if (reason === 'not-loaded') this.#onUnloadedRead(key)
    const property = `$feature/${key}`
    if (this.#properties[property] === value) return
    const { [property]: _before, ...others } = this.#properties
    this.#properties = value === undefined ? others : { ...others, [property]: value }
  }
}

import type {
  FlagObserver,
  FlagReadOptions,
  FlagResult,
  FlagSnapshot,
  FlagSubject,
} from '../flag-snapshot.ts'
import type { VisitorIdentity } from './identity.ts'
import type { ScopeFlagReader } from './ports.ts'

/** Hears that a flag was read, and for whom: a snapshot may be kept when the visitor is already somebody else. */
type ReadListener = (result: FlagResult, identity: VisitorIdentity, options: FlagReadOptions<unknown>) => void

/** The flags of one request: a snapshot per identity, a budget of waiting, and what was read so far. */
export class ScopeFlags {
  readonly #reader: ScopeFlagReader
  readonly #now: () => number
  readonly #onRead: ReadListener
  #properties: Readonly<Record<string, unknown>> = {}
  #remainingMs: number
  #subject: FlagSubject | undefined
  #snapshot: FlagSnapshot | undefined

  constructor(parts: {
    reader: ScopeFlagReader
    deadlineMs: number
    now: () => number
    onRead: ReadListener
  }) {
    this.#reader = parts.reader
    this.#remainingMs = parts.deadlineMs
    this.#now = parts.now
    this.#onRead = parts.onRead
  }

  /** The snapshot of this visitor; a new one when the distinct id is another than before. */
  of(identity: VisitorIdentity, deviceId: string | undefined): FlagSnapshot {
    if (!this.#snapshot || this.#subject?.distinctId !== identity.distinctId) {
      const subject: FlagSubject = {
        distinctId: identity.distinctId,
        groups: {},
        personProperties: deviceId ? { $device_id: deviceId } : {},
        groupProperties: {},
      }
      this.#subject = subject
      this.#snapshot = this.#reader.snapshot(subject, this.#observe(subject, identity))
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

  #observe(subject: FlagSubject, identity: VisitorIdentity): FlagObserver {
    return {
      onRead: (result, options) => {
        this.#noteRead(result)
        this.#onRead(result, identity, options)
      },
      onLoad: (snapshot) => {
        // The visitor may have signed in meanwhile: an answer for the old identity is then of no use.
        if (this.#subject === subject) this.#snapshot = snapshot
      },
      wait: (load) => this.wait(load),
    }
  }

  #noteRead({ key, value }: FlagResult): void {
    const property = `$feature/${key}`
    if (this.#properties[property] === value) return
    const { [property]: _before, ...others } = this.#properties
    this.#properties = value === undefined ? others : { ...others, [property]: value }
  }
}

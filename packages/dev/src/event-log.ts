import { randomUUID } from 'node:crypto'
import type { CapturedEvent } from './event-batch.ts'
import type { FlagsCall, ReceivedEvent } from './received-event.ts'
import { RingBuffer } from './ring-buffer.ts'

/** A line of the log. `json` is the text of a {@link ReceivedEvent} or a {@link FlagsCall}, as `kind` says. */
export interface LogEntry {
  readonly id: number
  readonly kind: 'event' | 'flags-call'
  readonly json: string
}

/**
 * Everything the server received, oldest first, within bounds: old entries go when new ones need their place.
 *
 * Entries are kept as JSON text. Parsed objects take up to twenty times the memory of their text, and a bound
 * in bytes would mean little.
 */
export class EventLog {
  readonly #entries: RingBuffer<LogEntry>
  readonly #waiting = new Set<() => void>()
  #generation: string = randomUUID()
  #lastId = 0
  #version = 0

  constructor({ maxEntries = 10_000, maxBytes = 64 * 1024 * 1024 } = {}) {
    this.#entries = new RingBuffer({ maxItems: maxEntries, maxBytes })
  }

  /** Changes when the log is cleared and differs between two servers: positions of another one mean nothing. */
  get generation(): string {
    return this.#generation
  }

  /** Changes with every addition and every clear. */
  get version(): number {
    return this.#version
  }

  get lastId(): number {
    return this.#lastId
  }

  appendEvents(events: readonly CapturedEvent[], endpoint: string): void {
    const receivedAt = new Date().toISOString()
    for (const event of events) {
      this.#append('event', { id: this.#lastId + 1, receivedAt, endpoint, ...event })
    }
    this.#announce()
  }

  appendFlagsCall(call: Omit<FlagsCall, 'id' | 'receivedAt'>): void {
    this.#append('flags-call', { id: this.#lastId + 1, receivedAt: new Date().toISOString(), ...call })
    this.#announce()
  }

  /** Entries of one kind that are still held, oldest first. */
  entriesOf(kind: LogEntry['kind']): LogEntry[] {
    return this.#entries.slice(0).filter((entry) => entry.kind === kind)
  }

  /** At most `limit` entries that are still held and newer than the one with this ID, oldest first. */
  entriesAfter(id: number, limit: number): LogEntry[] {
    const oldestId = this.#lastId - this.#entries.size + 1
    const start = Math.max(id + 1 - oldestId, 0)
    return this.#entries.slice(start, start + limit)
  }

  clear(): void {
    this.#entries.clear()
    this.#generation = randomUUID()
    this.#announce()
  }

  /**
   * Resolves once {@link version} is no longer `seen`, and when `signal` aborts. It never rejects.
   */
  waitForChange(seen: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.aborted || this.#version !== seen) return resolve()
      const done = () => {
        this.#waiting.delete(done)
        signal.removeEventListener('abort', done)
        resolve()
      }
      this.#waiting.add(done)
      signal.addEventListener('abort', done)
    })
  }

  #append(kind: LogEntry['kind'], record: ReceivedEvent | FlagsCall): void {
    const json = JSON.stringify(record)
    this.#entries.push({ id: record.id, kind, json }, Buffer.byteLength(json))
    this.#lastId = record.id
  }

  #announce(): void {
    this.#version += 1
    for (const done of this.#waiting) done()
  }
}

import type { ClaimedEvent, ClaimLimit, EventStore, QueuedEvent } from './event-store.ts'

/** What an event takes in memory beside its bytes (measured on Node 24: about 145), so that the bound on bytes is one on memory. */
const overheadBytes = 160

/** Bounds of a `MemoryStore`, over waiting and leased events together. */
export interface MemoryBounds {
  readonly events: number
  /** Of memory: an event counts with its bytes and a fixed overhead. */
  readonly bytes: number
}

interface Entry extends ClaimedEvent {
  readonly id: number
}

/**
 * Events in memory, bounded by count and bytes. At a bound the oldest waiting event makes room; leased ones are being
 * sent and stay. Ids are numbers that grow in order of arrival.
 */
export class MemoryStore implements EventStore {
  readonly #bounds: MemoryBounds
  readonly #onEvict: (events: number) => void
  /** Oldest first, from `#head` on; what lies before it was taken and is cut off now and then. */
  #waiting: (Entry | undefined)[] = []
  #head = 0
  readonly #leased = new Map<number, Entry>()
  #bytes = 0
  #nextId = 1

  /** @param onEvict is told how many events just made room; they are gone. */
  constructor(bounds: MemoryBounds, onEvict: (events: number) => void) {
    this.#bounds = bounds
    this.#onEvict = onEvict
  }

  /** Events held: waiting and leased. */
  get size(): number {
    return this.waiting + this.#leased.size
  }

  get waiting(): number {
    return this.#waiting.length - this.#head
  }

  /** Bytes of the events held. */
  get bytes(): number {
    return this.#bytes
  }

  /** Id of the newest event ever appended, 0 before the first. */
  get newestId(): number {
    return this.#nextId - 1
  }

  /** Id of the oldest event held, waiting or leased. */
  get oldestId(): number | undefined {
    let oldest = this.#waiting[this.#head]?.id
    for (const id of this.#leased.keys()) if (oldest === undefined || id < oldest) oldest = id
    return oldest
  }

  append(events: readonly QueuedEvent[]): void {
    for (const { uuid, json, bytes } of events) {
      this.#waiting.push({ id: this.#nextId++, uuid, json, bytes })
      this.#bytes += bytes
    }
    this.#evict()
  }

  /** Appends an event that is being sent already. It takes its room from waiting ones. */
  lease({ uuid, json, bytes }: QueuedEvent): ClaimedEvent {
    const entry = { id: this.#nextId++, uuid, json, bytes }
    this.#leased.set(entry.id, entry)
    this.#bytes += bytes
    this.#evict()
    return entry
  }

  claim(limit: ClaimLimit): readonly ClaimedEvent[] {
    const claimed: Entry[] = []
    let bytes = 0
    while (claimed.length < limit.events) {
      const entry = this.#waiting[this.#head]
      if (!entry || (claimed.length > 0 && bytes + entry.bytes > limit.bytes)) break
      this.#takeOldest()
      this.#leased.set(entry.id, entry)
      claimed.push(entry)
      bytes += entry.bytes
    }
    return claimed
  }

  ack(ids: readonly number[]): void {
    for (const id of ids) {
      this.#bytes -= this.#leased.get(id)?.bytes ?? 0
      this.#leased.delete(id)
    }
  }

  release(ids: readonly number[]): void {
    const released: Entry[] = []
    for (const id of ids) {
      const entry = this.#leased.get(id)
      if (entry && this.#leased.delete(id)) released.push(entry)
    }
    const waiting = [...released, ...this.#waiting.slice(this.#head)] as Entry[]
    this.#waiting = waiting.sort((a, b) => a.id - b.id)
    this.#head = 0
    this.#evict()
  }

  #evict(): void {
    let evicted = 0
    while (this.waiting > 0 && this.#isOverfull) {
      this.#bytes -= this.#takeOldest().bytes
      evicted++
    }
    if (evicted > 0) this.#onEvict(evicted)
  }

  get #isOverfull(): boolean {
    return this.size > this.#bounds.events || this.#bytes + this.size * overheadBytes > this.#bounds.bytes
  }

  #takeOldest(): Entry {
    const entry = this.#waiting[this.#head] as Entry
    this.#waiting[this.#head++] = undefined
    if (this.#head > 1024 && this.#head * 2 > this.#waiting.length) {
      this.#waiting = this.#waiting.slice(this.#head)
      this.#head = 0
    }
    return entry
  }
}

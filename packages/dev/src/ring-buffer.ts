/** Keeps the newest items within a number of items and a number of bytes; the oldest make room. */
export class RingBuffer<T> {
  readonly #maxItems: number
  readonly #maxBytes: number
  readonly #slots: Array<{ readonly item: T; readonly bytes: number } | undefined> = []
  #first = 0
  #size = 0
  #bytes = 0

  constructor(limits: { maxItems: number; maxBytes: number }) {
    this.#maxItems = limits.maxItems
    this.#maxBytes = limits.maxBytes
  }

  get size(): number {
    return this.#size
  }

  /** An item that is larger than the whole buffer empties it and stays as the only one. */
  push(item: T, bytes: number): void {
    while (this.#size > 0 && (this.#size === this.#maxItems || this.#bytes + bytes > this.#maxBytes)) {
      this.#dropOldest()
    }
    this.#slots[(this.#first + this.#size) % this.#maxItems] = { item, bytes }
    this.#size += 1
    this.#bytes += bytes
  }

  /** Items from position `start` (0 is the oldest) up to, not including, `end`. */
  slice(start: number, end = this.#size): T[] {
    const items: T[] = []
    for (let index = Math.max(start, 0); index < Math.min(end, this.#size); index += 1) {
      const slot = this.#slots[(this.#first + index) % this.#maxItems]
      if (slot) items.push(slot.item)
    }
    return items
  }

  clear(): void {
    this.#slots.length = 0
    this.#first = 0
    this.#size = 0
    this.#bytes = 0
  }

  #dropOldest(): void {
    this.#bytes -= this.#slots[this.#first]?.bytes ?? 0
    this.#slots[this.#first] = undefined
    this.#first = (this.#first + 1) % this.#maxItems
    this.#size -= 1
  }
}

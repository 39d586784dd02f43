/** Who has which book, in memory: for this example alone. */
export class Loans {
  readonly #readers = new Map<string, string>()

  /** @returns false when somebody has the book already. */
  lend(bookId: string, reader: string): boolean {
    if (this.#readers.has(bookId)) return false
    this.#readers.set(bookId, reader)
    return true
  }

  isLent(bookId: string): boolean {
    return this.#readers.has(bookId)
  }

  get count(): number {
    return this.#readers.size
  }
}

/**
 * Ends work early. Not an `AbortSignal`: that one warns on Node once more than ten listen, and one shutdown may have
 * to end any number of requests, pauses and unread bodies.
 */
export class StopSignal {
  readonly #listeners = new Set<() => void>()
  #stopped = false

  get stopped(): boolean {
    return this.#stopped
  }

  /** @returns what removes the listener; it is never called for a signal that has stopped already. */
  onStop(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => {
      this.#listeners.delete(listener)
    }
  }

  stop(): void {
    this.#stopped = true
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
  }
}

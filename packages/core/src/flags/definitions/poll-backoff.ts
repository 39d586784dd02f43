const longestPauseMs = 60_000
/** For a client that does not poll. */
const defaultBaseMs = 30_000

/** Pauses after answers that refuse a request, doubled by each refusal in a row. */
export class PollBackoff {
  readonly #baseMs: number
  readonly #now: () => number
  #refusals = 0
  #since = 0

  /** @param intervalMs time between polls; null for a client that does not poll. */
  constructor(intervalMs: number | null, now: () => number) {
    this.#baseMs = intervalMs ?? defaultBaseMs
    this.#now = now
  }

  /** Milliseconds from the last refusal to the next poll; undefined when there was none. */
  get pauseMs(): number | undefined {
    return this.#refusals === 0 ? undefined : Math.min(longestPauseMs, this.#baseMs * 2 ** this.#refusals)
  }

  /** Whether the pause is not over yet. */
  get holds(): boolean {
    const elapsed = this.#now() - this.#since
    // A clock that was set back must not prolong it.
    return elapsed >= 0 && elapsed < (this.pauseMs ?? 0)
  }

  refused(): void {
    this.#refusals++
    this.#since = this.#now()
  }

  clear(): void {
    this.#refusals = 0
  }
}

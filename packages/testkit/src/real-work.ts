import { setImmediate as nextTurn } from 'node:timers/promises'

/** Turns of the event loop that promises and streams get before a test looks at the outcome. */
const QUIET_TURNS = 6
/** How long one request or compression may hold up the fake clock; a hanging one is then left alone. */
const PATIENCE_MS = 250
/** Ends the wait even where every piece of work begins another. */
const LIMIT_MS = 5000

/** Real asynchronous work begun under a fake clock, which must end before that clock moves on. */
export class RealWork {
  readonly #startTimes = new Map<Promise<unknown>, number>()

  /** Counts a promise as running until it settles; hands it back. */
  track<T>(work: Promise<T>): Promise<T> {
    const forget = (): void => {
      this.#startTimes.delete(work)
    }
    this.#startTimes.set(work, performance.now())
    work.then(forget, forget)
    return work
  }

  /** Resolves when promises have run and tracked work has ended, or has used up its patience. */
  async settle(): Promise<void> {
    const limit = performance.now() + LIMIT_MS
    for (let quiet = 0; quiet < QUIET_TURNS && performance.now() < limit; quiet += 1) {
      await nextTurn()
      if (this.#isExpectant()) quiet = 0
    }
  }

  #isExpectant(): boolean {
    const since = performance.now() - PATIENCE_MS
    for (const startTime of this.#startTimes.values()) if (startTime > since) return true
    return false
  }
}

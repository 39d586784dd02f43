/** Settings of a `Breaker`. */
export interface BreakerLimits {
  /** Failures in a row that open it. */
  readonly failures: number
  /** First pause; it doubles with each failed probe. */
  readonly pauseMs: number
  readonly longestPauseMs: number
}

/**
 * Stops calls to a service that keeps failing. Open, it lets nobody through until its pause is over; then one probe
 * goes, and its outcome closes it or opens it for twice as long.
 */
export class Breaker {
  readonly #limits: BreakerLimits
  readonly #now: () => number
  #failures = 0
  #pauseMs = 0
  #openUntil: number | undefined
  #probing = false

  constructor(limits: BreakerLimits, now: () => number) {
    this.#limits = limits
    this.#now = now
  }

  get isOpen(): boolean {
    return this.#openUntil !== undefined
  }

  /** Whether a call may go now. A true answer while open is the probe, whose outcome must be reported. */
  admits(): boolean {
    if (this.#openUntil === undefined) return true
    if (this.#probing || this.#now() < this.#openUntil) return false
    this.#probing = true
    return true
  }

  succeeded(): void {
    this.#failures = 0
    this.#pauseMs = 0
    this.#openUntil = undefined
    this.#probing = false
  }

  failed(): void {
    this.#failures++
    // Late failures of calls that went before it opened change nothing.
    if (this.#openUntil !== undefined && !this.#probing) return
    if (!this.#probing && this.#failures < this.#limits.failures) return
    this.#pauseMs = Math.min(this.#pauseMs * 2 || this.#limits.pauseMs, this.#limits.longestPauseMs)
    this.#openUntil = this.#now() + this.#pauseMs
    this.#probing = false
  }
}

import type { Runtime, TimerHandle } from '../runtime.ts'

/** Why an exchange was given up. */
export type StopReason =
  | 'timeout'
  /** The time was over before the browser's body was: nobody can say who was slow. */
  | 'timeout-while-sending'
  | 'visitor-left'
  | 'request-too-large'
  | 'answer-too-large'

/** The time that one exchange with PostHog has, and the visitor who waits for it; ends it when either is gone. */
export class ExchangeLimits {
  readonly #runtime: Runtime
  readonly #controller = new AbortController()
  readonly #timer: TimerHandle
  readonly #visitor: AbortSignal
  readonly #onLeave = () => this.stop('visitor-left')
  #reason: StopReason | undefined
  /** Whether the browser is still sending its body. */
  isSending = false

  constructor(runtime: Runtime, timeoutMs: number, visitor: AbortSignal) {
    this.#runtime = runtime
    this.#visitor = visitor
    this.#timer = runtime.setTimeout(
      () => this.stop(this.isSending ? 'timeout-while-sending' : 'timeout'),
      timeoutMs,
    )
    if (visitor.aborted) this.#onLeave()
    else visitor.addEventListener('abort', this.#onLeave)
  }

  /** Aborts when the exchange is given up. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  /** The first reason; undefined while the exchange goes on, and for one that ended well. */
  get reason(): StopReason | undefined {
    return this.#reason
  }

  /** Gives the exchange up. */
  stop(reason: StopReason): void {
    if (this.#reason) return
    this.#reason = reason
    this.end()
    this.#controller.abort()
  }

  /** The exchange is over: nothing is timed or listened for any more, and what is still being sent is sent in vain. */
  end(): void {
    this.#runtime.clearTimeout(this.#timer)
    this.#visitor.removeEventListener('abort', this.#onLeave)
    if (this.isSending) this.#controller.abort()
  }

  /** What `work` resolves with, or a rejection at once when the exchange is given up, whether `work` notices or not. */
  async during<T>(work: Promise<T>): Promise<T> {
    const { signal } = this
    let onAbort = () => {}
    const stopped = new Promise<never>((_resolve, reject) => {
      onAbort = () => reject(new Error(`the exchange was given up: ${this.#reason}`))
      if (signal.aborted) onAbort()
      else signal.addEventListener('abort', onAbort)
    })
    try {
      return await Promise.race([work, stopped])
    } finally {
      signal.removeEventListener('abort', onAbort)
    }
  }
}

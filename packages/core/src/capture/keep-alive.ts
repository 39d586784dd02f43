import type { ResolvedOptions } from '../options.ts'
import type { Runtime, TimerHandle } from '../runtime.ts'

/** A run of captures that one flush sends. */
interface Burst {
  readonly startedAt: number
  readonly end: () => void
  timer: TimerHandle
}

/**
 * Sends soon, for processes that may be frozen after a response: a burst of captures is flushed a moment after its last
 * one, and the platform is asked to stay alive until that has happened.
 */
export class KeepAlive {
  readonly #options: Pick<ResolvedOptions, 'waitUntil' | 'waitUntilDebounceMs' | 'waitUntilMaxWaitMs'>
  readonly #runtime: Runtime
  readonly #flush: () => Promise<unknown>
  #burst: Burst | undefined

  /** @param flush sends what is queued; its rejection is somebody else's to report. */
  constructor(
    options: Pick<ResolvedOptions, 'waitUntil' | 'waitUntilDebounceMs' | 'waitUntilMaxWaitMs'>,
    runtime: Runtime,
    flush: () => Promise<unknown>,
  ) {
    this.#options = options
    this.#runtime = runtime
    this.#flush = flush
  }

  /** To be called after each event was accepted. */
  captured(): void {
    const burst = (this.#burst ??= this.#begin())
    this.#runtime.clearTimeout(burst.timer)
    const left = burst.startedAt + this.#options.waitUntilMaxWaitMs - this.#runtime.now()
    const delay = Math.max(0, Math.min(this.#options.waitUntilDebounceMs, left))
    burst.timer = this.#runtime.setTimeout(() => this.#send(burst), delay)
  }

  /** Ends the burst under way, because everything is being sent anyway; call it when that is done. */
  end(): void {
    const burst = this.#burst
    if (!burst) return
    this.#burst = undefined
    this.#runtime.clearTimeout(burst.timer)
    burst.end()
  }

  #begin(): Burst {
    let end: () => void = ignore
    const done = new Promise<void>((resolve) => (end = resolve))
    try {
      this.#options.waitUntil?.(done)
    } catch {
      // Platforms throw outside of a request; the event is sent all the same.
    }
    return { startedAt: this.#runtime.now(), end, timer: undefined }
  }

  #send(burst: Burst): void {
    this.#burst = undefined
    this.#flush().then(burst.end, burst.end)
  }
}

function ignore(): void {}

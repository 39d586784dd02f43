import type { ResolvedOptions } from '../options.ts'
import type { Runtime, TimerHandle } from '../runtime.ts'
import { whenRejected } from '../when-rejected.ts'

/** A run of captures that one flush sends. */
interface Burst {
  /** Resolves once it is sent. */
  readonly done: Promise<void>
  readonly end: () => void
  /** Whether the platform waits for it. */
  isAwaited: boolean
  /** Events that were begun in it and are not captured yet. */
  readonly preparations: Set<Promise<void>>
  /** Fires a moment after the last capture. */
  soon: TimerHandle
  /** Fires however long captures go on. */
  latest: TimerHandle
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
    const burst = this.#join()
    // A `waitUntil` that shuts the client down has ended the burst already.
    if (burst !== this.#burst) return
    this.#runtime.clearTimeout(burst.soon)
    burst.soon = this.#runtime.setTimeout(() => this.#send(burst), this.#options.waitUntilDebounceMs)
  }

  /** To be called when an event begins to be prepared: by the time it is captured, the process may be frozen. */
  preparing(work: Promise<void>): void {
    const { preparations } = this.#join()
    const remove = () => preparations.delete(work)
    preparations.add(work)
    work.then(remove, remove)
  }

  /** Ends the burst under way, because everything is being sent anyway; call it when that is done. */
  end(): void {
    if (this.#burst) this.#close(this.#burst).end()
  }

  /** The burst under way, or a new one, that the platform is told of. */
  #join(): Burst {
    const burst = this.#burst ?? this.#begin()
    if (!burst.isAwaited) this.#tell(burst)
    return burst
  }

  #begin(): Burst {
    let end: () => void = ignore
    const done = new Promise<void>((resolve) => (end = () => resolve()))
    const burst: Burst = {
      done,
      end,
      isAwaited: false,
      preparations: new Set(),
      soon: undefined,
      latest: undefined,
    }
    this.#burst = burst
    burst.latest = this.#runtime.setTimeout(() => this.#send(burst), this.#options.waitUntilMaxWaitMs)
    return burst
  }

  #tell(burst: Burst): void {
    try {
      whenRejected(this.#options.waitUntil?.(burst.done), ignore)
      burst.isAwaited = true
    } catch {
      // Platforms throw outside of a request. The event is sent all the same, and the next one may be of a request.
    }
  }

  #send(burst: Burst): void {
    this.#close(burst)
    const { preparations, end } = burst
    const prepared = preparations.size > 0 ? Promise.allSettled(preparations) : Promise.resolve()
    prepared.then(() => this.#flush()).then(end, end)
  }

  #close(burst: Burst): Burst {
    this.#burst = undefined
    this.#runtime.clearTimeout(burst.soon)
    this.#runtime.clearTimeout(burst.latest)
    return burst
  }
}

function ignore(): void {}

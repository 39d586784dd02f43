import type { Emitter } from '../emitter.ts'
import { DropError, type DropReason, type HedgerowError, TransportError } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { whenRejected } from '../when-rejected.ts'

/** At most one line per reason in this time; it tells all losses since the last one. */
const quietMs = 60_000

/** Tells users about failures and losses: `onError`, the `error` event, and a rate-limited line. Counting is the ledger's. */
export class LossReporter {
  readonly #options: Pick<ResolvedOptions, 'onError' | 'maxQueueSize' | 'maxQueueBytes' | 'maxEventBytes'>
  readonly #runtime: Pick<Runtime, 'now'>
  readonly #logger: Logger
  readonly #emitter: Emitter
  readonly #lines = new Map<DropReason, { since: number; untold: number }>()
  #evicted = 0

  constructor(parts: {
    options: Pick<ResolvedOptions, 'onError' | 'maxQueueSize' | 'maxQueueBytes' | 'maxEventBytes'>
    runtime: Pick<Runtime, 'now'>
    logger: Logger
    emitter: Emitter
  }) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#logger = parts.logger
    this.#emitter = parts.emitter
  }

  /** Events made room for newer ones. Evictions of one turn are reported together: a full queue loses one with each capture. */
  evicted(events: number): void {
    this.#evicted += events
    if (this.#evicted === events) Promise.resolve().then(() => this.#tellEvicted(), ignore)
  }

  /** An event was larger than `maxEventBytes`. */
  tooLarge(): void {
    const message = `1 event was dropped, because it is larger than maxEventBytes (${this.#options.maxEventBytes} bytes)`
    this.#tell('too-large', 1, -1, new DropError('too-large', 1, message))
  }

  /** Nobody answered; nothing is lost. */
  unanswered(error: TransportError): void {
    this.#notify(error.status, error)
  }

  /** The application has made a mistake that shows only while it runs. */
  misused(error: HedgerowError): void {
    this.#logger.error(error.code, error.message)
    this.#notify(-1, error)
  }

  /** A batch, or a part of one, was given up. @param reason of the most part. */
  lost(error: TransportError, reason: DropReason): void {
    this.#tell(reason, error.dropped, error.status, error)
  }

  #tellEvicted(): void {
    const events = this.#evicted
    this.#evicted = 0
    const { maxQueueSize, maxQueueBytes } = this.#options
    const message =
      `${events} ${events === 1 ? 'event was' : 'events were'} dropped, the oldest first, because the queue is full ` +
      `(maxQueueSize ${maxQueueSize} events, maxQueueBytes ${maxQueueBytes})`
    this.#tell('queue-full', events, -1, new DropError('queue-full', events, message))
  }

  #tell(reason: DropReason, events: number, status: number, error: HedgerowError): void {
    const now = this.#runtime.now()
    const line = this.#lines.get(reason)
    // A clock that was set back by hours must not keep losses quiet for as long.
    if (line && Math.abs(now - line.since) < quietMs) line.untold += events
    else {
      const untold = line?.untold ?? 0
      this.#logger.warn(
        reason,
        untold > 0 ? `${error.message}; ${untold} more since the last such line` : error.message,
      )
      this.#lines.set(reason, { since: now, untold: 0 })
    }
    this.#notify(status, error)
  }

  #notify(status: number, error: HedgerowError): void {
    this.#emitter.emit('error', error)
    const failed = () => this.#logger.error('listener-failed', 'onError threw; it must handle its own errors')
    try {
      whenRejected(this.#options.onError?.(status, error.message, error), failed)
    } catch {
      failed()
    }
  }
}

/** `#tellEvicted` does not reject, which the compiler cannot know. */
function ignore(): void {}

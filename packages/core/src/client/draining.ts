import type { Delivery } from '../capture/delivery.ts'
import type { Emitter } from '../emitter.ts'
import type { DeliveryReport } from '../errors.ts'
import type { Logger } from '../logger.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { held } from '../runtime/held.ts'
import { within } from '../runtime/within.ts'
import type { ClientFlags } from './client-flags.ts'
import type { PendingWork } from './pending-work.ts'

const defaultShutdownMs = 30_000

/** What is drained, and told of it. */
export interface DrainingParts {
  readonly options: ResolvedOptions
  readonly runtime: Runtime
  readonly logger: Logger
  readonly emitter: Emitter
  readonly delivery: Delivery
  readonly flags: ClientFlags
  readonly preparations: PendingWork
}

/** Sends what a client holds, on request and at its end. An awaited call keeps the process alive. */
export class Draining {
  readonly #parts: DrainingParts
  #shutdown: Promise<DeliveryReport> | undefined

  constructor(parts: DrainingParts) {
    this.#parts = parts
  }

  /** @throws TransportError when one of its batches failed. */
  flush(): Promise<DeliveryReport> {
    const flushed = held(this.#parts.runtime, this.#flush())
    // A caller who does not wait must not find an unhandled rejection; one who does gets it all the same.
    flushed.catch(ignore)
    return flushed
  }

  /** As `flush`, but no longer than that, and never rejecting: for an application that closes and leaves the client to others. */
  drain(timeoutMs: number): Promise<DeliveryReport> {
    return held(this.#parts.runtime, this.#drain(timeoutMs))
  }

  /** Never rejects. A call while another one runs ends with it. */
  shutdown(timeoutMs: number | undefined): Promise<DeliveryReport> {
    const { runtime, logger } = this.#parts
    if (this.#shutdown) {
      logger.warn('shutdown-twice', 'shutdown() was called while it was running; both calls end together')
    }
    this.#shutdown ??= held(runtime, this.#end(usableTimeout(timeoutMs))).finally(
      () => (this.#shutdown = undefined),
    )
    return this.#shutdown
  }

  async #drain(timeoutMs: number): Promise<DeliveryReport> {
    const report = this.#parts.delivery.startReport()
    let timedOut = true
    const settled = () => {
      timedOut = false
    }
    await within(this.#parts.runtime, timeoutMs, this.flush().then(settled, settled))
    return this.#warned(report(timedOut), 'before the application closed')
  }

  async #flush(): Promise<DeliveryReport> {
    const { options, preparations, delivery, emitter } = this.#parts
    // Not even a turn later when there is nothing to wait for: what is captured after the call is not covered by it.
    const prepared = preparations.settled(longestPreparationMs(options))
    if (prepared) await prepared
    const report = await delivery.flush()
    emitter.emit('flush', report)
    return report
  }

  async #end(timeoutMs: number): Promise<DeliveryReport> {
    const { options, preparations, delivery, flags } = this.#parts
    const prepared = preparations.settled(Math.min(timeoutMs, longestPreparationMs(options)))
    const flagsStopped = flags.shutdown(timeoutMs, prepared)
    const report = await delivery.shutdown(timeoutMs, prepared)
    await flagsStopped
    return this.#warned(report, 'before the client was shut down')
  }

  #warned(report: DeliveryReport, when: string): DeliveryReport {
    if (report.pending > 0) {
      const events = report.pending === 1 ? '1 event' : `${report.pending} events`
      this.#parts.logger.warn('shutdown', `${events} could not be sent ${when}`)
    }
    return report
  }
}

/** A time that can be waited; `shutdown` must not reject or hang for one that cannot. */
function usableTimeout(timeoutMs: unknown): number {
  const isNumber = typeof timeoutMs === 'number' && !Number.isNaN(timeoutMs)
  return isNumber ? Math.max(0, timeoutMs) : defaultShutdownMs
}

/** Longer than any preparation takes by itself: definitions to find and to load, flags to ask for, sources to read. */
function longestPreparationMs(options: ResolvedOptions): number {
  const { requestTimeout, featureFlagsRequestTimeoutMs, featureFlagsRequestMaxRetries } = options
  const attempts = featureFlagsRequestMaxRetries + 1
  return 5000 + 3 * requestTimeout + attempts * (featureFlagsRequestTimeoutMs + 1000)
}

/** For promises whose rejection is somebody else's to handle, or that never reject. */
function ignore(): void {}

import type { DeliveryReport } from '../errors.ts'
import type { ResolvedOptions } from '../options.ts'
import type { UuidSource } from '../runtime/uuid.ts'
import type { QueuedEvent } from '../store/event-store.ts'
import { MemoryStore } from '../store/memory-store.ts'
import type { BatchSender, SenderParts } from './batch-sender.ts'
import { Batcher } from './batcher.ts'
import { KeepAlive } from './keep-alive.ts'
import type { LossReporter } from './loss-reporter.ts'
import { V0Sender } from './v0-sender.ts'
import { V1Sender } from './v1-sender.ts'

/** A platform's timer fires at once when asked for more. */
const longestTimerMs = 2_147_483_647

/** A queue and what empties it. */
interface Lane {
  readonly store: MemoryStore
  readonly batcher: Batcher
}

/**
 * Accepted events on their way out. In capture mode v1 the AI events, whose names begin with `$ai_`, go by v0 in a lane
 * of their own, so that a failure of one protocol resends nothing that the other has delivered.
 */
export class Delivery {
  readonly #parts: SenderParts
  readonly #reporter: LossReporter
  readonly #main: Lane
  readonly #ai: Lane
  readonly #keepAlive: KeepAlive | undefined

  constructor(parts: SenderParts & { readonly reporter: LossReporter; readonly uuids: UuidSource }) {
    this.#parts = parts
    this.#reporter = parts.reporter
    const v0 = this.#lane(new V0Sender(parts))
    this.#ai = v0
    this.#main = speaksV1(parts.options) ? this.#lane(new V1Sender(parts, parts.uuids)) : v0
    if (parts.options.lifetime === 'serverless') {
      this.#keepAlive = new KeepAlive(parts.options, parts.runtime, () => this.flush())
    }
  }

  /** Events held in memory, waiting or being sent. */
  get held(): { events: number; bytes: number } {
    return this.#lanes.reduce(
      (sum, { store }) => ({ events: sum.events + store.size, bytes: sum.bytes + store.bytes }),
      { events: 0, bytes: 0 },
    )
  }

  /** Queues an event, to be sent with others. @param name as it is after `before_send`. */
  accept(event: QueuedEvent, name: string): void {
    const { store, batcher } = this.#laneOf(name)
    this.#parts.ledger.accept(1)
    store.append([event])
    batcher.appended()
    this.#keepAlive?.captured()
  }

  /** The platform is to stay alive for an event that is still being prepared. */
  preparing(work: Promise<void>): void {
    this.#keepAlive?.preparing(work)
  }

  /** Sends an event in a request of its own; resolves when it was sent or given up, or stays queued after a network failure. */
  acceptNow(event: QueuedEvent, name: string): Promise<void> {
    this.#parts.ledger.accept(1)
    return this.#laneOf(name).batcher.sendNow(event)
  }

  /** Counts and reports an event that is too large to be kept. */
  rejectTooLarge(): void {
    this.#parts.ledger.accept(1)
    this.#parts.ledger.drop(1, 'too-large')
    this.#reporter.tooLarge()
  }

  /** Begins a report: what happens until the function that it gives is called. */
  startReport(): (timedOut: boolean) => DeliveryReport {
    const { ledger } = this.#parts
    const { sent, dropped } = ledger
    return (timedOut) => ({
      sent: ledger.sent - sent,
      dropped: ledger.dropped - dropped,
      spooled: 0,
      pending: this.held.events,
      timedOut,
    })
  }

  /** Sends what was accepted before the call. @throws TransportError, with the report, when one of its batches failed. */
  async flush(): Promise<DeliveryReport> {
    const report = this.startReport()
    const failures = await Promise.all(this.#lanes.map(({ batcher }) => batcher.flush()))
    const failure = failures.find((each) => each !== undefined)
    if (failure) throw failure.withReport(report(false))
    return report(false)
  }

  /**
   * Sends until nothing is left or nothing gets through, at most `timeoutMs`; what is in flight then stays queued.
   *
   * @param prepared is waited for first, within the same time.
   */
  async shutdown(timeoutMs: number, prepared?: Promise<void>): Promise<DeliveryReport> {
    const report = this.startReport()
    const { runtime } = this.#parts
    let timedOut = false
    const deadline = runtime.setTimeout(
      () => {
        timedOut = true
        for (const { batcher } of this.#lanes) batcher.giveUp()
      },
      Math.min(timeoutMs, longestTimerMs),
    )
    if (prepared) await prepared
    // Again and again: one lane may get events while the other one is being emptied, and no request is cut off in time.
    for (let stuck = ''; !timedOut && (this.#oldest !== stuck || this.#isSending);) {
      stuck = this.#oldest
      await Promise.all(this.#lanes.map(({ batcher }) => batcher.flush()))
    }
    runtime.clearTimeout(deadline)
    for (const { batcher } of this.#lanes) batcher.rest()
    this.#keepAlive?.end()
    return report(timedOut)
  }

  /** Names the oldest event of each lane; empty when there is none. */
  get #oldest(): string {
    const ids = this.#lanes.map(({ store }) => store.oldestId)
    return ids.every((id) => id === undefined) ? '' : ids.join()
  }

  get #isSending(): boolean {
    return this.#lanes.some(({ batcher }) => batcher.isSending)
  }

  get #lanes(): readonly Lane[] {
    return this.#main === this.#ai ? [this.#main] : [this.#main, this.#ai]
  }

  #laneOf(name: string): Lane {
    return name.startsWith('$ai_') ? this.#ai : this.#main
  }

  #lane(sender: BatchSender): Lane {
    const { options, ledger } = this.#parts
    const bounds = { events: options.maxQueueSize, bytes: options.maxQueueBytes }
    const store = new MemoryStore(bounds, (events) => {
      ledger.drop(events, 'queue-full')
      this.#reporter.evicted(events)
    })
    return { store, batcher: new Batcher({ ...this.#parts, store, sender, reporter: this.#reporter }) }
  }
}

/** Whether an event goes out by capture v1. */
export function speaksV1(options: Pick<ResolvedOptions, 'captureMode'>, name = ''): boolean {
  return options.captureMode === 'v1' && !name.startsWith('$ai_')
}

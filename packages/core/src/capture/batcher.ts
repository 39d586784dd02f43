import type { TransportError } from '../errors.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime, TimerHandle } from '../runtime.ts'
import type { ClaimedEvent, QueuedEvent } from '../store/event-store.ts'
import type { MemoryStore } from '../store/memory-store.ts'
import { StopSignal } from '../transport/stop-signal.ts'
import type { BatchSender, PartOutcome } from './batch-sender.ts'
import type { DeliveryLedger } from './delivery-ledger.ts'
import type { LossReporter } from './loss-reporter.ts'

/** Pause after an outage was seen, when the flush timer is off or shorter. */
const shortestOutagePauseMs = 1000

interface Waiter {
  /** The newest event that the waiting call covers. */
  readonly upTo: number
  failure: TransportError | undefined
  readonly done: (failure: TransportError | undefined) => void
}

/**
 * Decides when queued events are sent. A drain takes batches, several in flight, until the queue is empty, so an event
 * captured meanwhile goes out with it; a network failure ends it and leaves its batches queued for the next one.
 */
export class Batcher {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #store: MemoryStore
  readonly #sender: BatchSender
  readonly #ledger: DeliveryLedger
  readonly #reporter: LossReporter
  readonly #waiters = new Set<Waiter>()
  #stop = new StopSignal()
  #inFlight = 0
  #draining = false
  /** Set when a batch in flight met a network failure. */
  #outage: TransportError | undefined
  /** After an outage the number of waiting events starts no drain, only the timer or a flush does. */
  #paused = false
  #timer: TimerHandle

  constructor(parts: {
    options: ResolvedOptions
    runtime: Runtime
    store: MemoryStore
    sender: BatchSender
    ledger: DeliveryLedger
    reporter: LossReporter
  }) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#store = parts.store
    this.#sender = parts.sender
    this.#ledger = parts.ledger
    this.#reporter = parts.reporter
  }

  /** Whether a request is under way. */
  get isSending(): boolean {
    return this.#inFlight > 0
  }

  /** To be called after each append. */
  appended(): void {
    if (this.#store.waiting >= this.#options.flushAt && !this.#paused) this.#drain()
    else if (!this.#draining) this.#armTimer(this.#options.flushInterval)
  }

  /** Sends one event at once, beside whatever is in flight or waits. Resolves when it was settled; never rejects. */
  sendNow(event: QueuedEvent): Promise<void> {
    return this.#send([this.#store.lease(event)])
  }

  /** Sends what was captured before the call. @returns the first failure of one of its batches. */
  flush(): Promise<TransportError | undefined> {
    if (this.#store.size === 0) return Promise.resolve(undefined)
    return new Promise((done) => {
      this.#waiters.add({ upTo: this.#store.newestId, failure: undefined, done })
      this.#drain()
    })
  }

  /** Gives up what is in flight, keeping it queued, until `rest` is called. */
  giveUp(): void {
    this.#stop.stop()
  }

  /** Leaves no timer behind, neither of its own nor for the rest of answers' bodies. The next capture starts anew. */
  rest(): void {
    this.#disarmTimer()
    this.#paused = false
    this.#stop.stop()
    this.#stop = new StopSignal()
  }

  #drain(): void {
    this.#draining = true
    this.#paused = false
    this.#disarmTimer()
    this.#fill()
  }

  #fill(): void {
    while (!this.#outage && this.#inFlight < this.#options.maxConcurrentRequests) {
      const batch = this.#store.claim({ events: this.#sender.batchSize, bytes: this.#options.maxBatchBytes })
      if (batch.length === 0) break
      this.#send(batch).catch(ignore)
    }
    if (this.#inFlight === 0) this.#endDrain()
  }

  #send(batch: readonly ClaimedEvent[]): Promise<void> {
    this.#inFlight++
    return this.#sender
      .deliver(batch, this.#stop, (outcome) => this.#settle(outcome))
      .finally(() => this.#batchEnded())
  }

  #settle(outcome: PartOutcome): void {
    if (outcome.kind === 'sent') {
      this.#store.ack(idsOf(outcome.events))
      return this.#ledger.settle(outcome.events.length)
    }
    const { error } = outcome
    if (outcome.kind === 'kept') {
      this.#outage = error
      this.#store.release(idsOf(outcome.events))
      this.#tellWaiters(outcome.events, error)
      return this.#reporter.unanswered(error)
    }
    for (const { reason, events } of outcome.losses) {
      this.#store.ack(idsOf(events))
      this.#ledger.drop(events.length, reason)
      this.#tellWaiters(events, error)
    }
    this.#reporter.lost(error, outcome.losses[0]?.reason ?? 'rejected')
  }

  #tellWaiters(events: readonly ClaimedEvent[], error: TransportError): void {
    const oldest = idsOf(events)[0] ?? 0
    for (const waiter of this.#waiters) if (oldest <= waiter.upTo) waiter.failure ??= error
  }

  #batchEnded(): void {
    this.#inFlight--
    const oldest = this.#store.oldestId ?? Number.POSITIVE_INFINITY
    for (const waiter of this.#waiters) if (oldest > waiter.upTo) this.#finish(waiter)
    if (this.#draining) this.#fill()
    else if (this.#outage) this.#endDrain()
  }

  #endDrain(): void {
    const outage = this.#outage
    this.#draining = false
    this.#outage = undefined
    for (const waiter of this.#waiters) {
      waiter.failure ??= outage
      this.#finish(waiter)
    }
    if (!outage) return
    this.#paused = true
    this.#armTimer(Math.max(this.#options.flushInterval, shortestOutagePauseMs))
  }

  #finish(waiter: Waiter): void {
    this.#waiters.delete(waiter)
    waiter.done(waiter.failure)
  }

  #armTimer(delayMs: number): void {
    if (this.#timer !== undefined || delayMs === 0) return
    this.#timer = this.#runtime.setTimeout(() => {
      this.#timer = undefined
      this.#drain()
    }, delayMs)
  }

  #disarmTimer(): void {
    if (this.#timer === undefined) return
    this.#runtime.clearTimeout(this.#timer)
    this.#timer = undefined
  }
}

/** The memory store's ids are numbers, in order of arrival. */
function idsOf(events: readonly ClaimedEvent[]): readonly number[] {
  return events.map((event) => event.id as number)
}

/** `deliver` never rejects, which the compiler cannot know. */
function ignore(): void {}

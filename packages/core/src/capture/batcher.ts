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
/** Where `flushAt` events arrive again within this time, they wait for its end, or until they fill a batch. */
const gatheringMs = 200

interface Waiter {
  /** The newest event that the waiting call covers. */
  readonly upTo: number
  failure: TransportError | undefined
  readonly done: (failure: TransportError | undefined) => void
}

/** How far a drain goes: until the queue is empty, or until fewer than `flushAt` events are left. */
type DrainEnd = 'empty' | 'few'

/**
 * Decides when queued events are sent. A drain takes batches, several in flight, and what is captured meanwhile too: all
 * of it, when it was asked for or its time has come, and in portions of at least `flushAt`, when that many events began it.
 * A network failure ends it and leaves its batches queued for the next one.
 *
 * A request costs about as much as making a hundred events, so where events come fast they are sent in larger batches
 * instead of more of them.
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
  /** Undefined while nothing is being drained. */
  #draining: DrainEnd | undefined
  /** Set when a batch in flight met a network failure. */
  #outage: TransportError | undefined
  /** After an outage the number of waiting events starts no drain, only the timer or a flush does. */
  #paused = false
  #timer: TimerHandle
  /** Runs for a while after `flushAt` events have gone out. */
  #gathering: TimerHandle

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
    if (!this.#paused && this.#isEnough) this.#drain('few')
    else if (this.#draining !== 'empty') this.#armTimer(this.#options.flushInterval)
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
      this.#drain('empty')
    })
  }

  /** Gives up what is in flight, keeping it queued, until `rest` is called. */
  giveUp(): void {
    this.#stop.stop()
  }

  /** Leaves no timer behind, neither of its own nor for the rest of answers' bodies. The next capture starts anew. */
  rest(): void {
    this.#disarmTimer()
    this.#endGathering()
    this.#paused = false
    this.#stop.stop()
    this.#stop = new StopSignal()
  }

  /** Whether so many events wait that they are sent without being asked for. */
  get #isEnough(): boolean {
    const { waiting } = this.#store
    if (waiting < this.#options.flushAt) return false
    return this.#gathering === undefined || waiting >= this.#sender.batchSize || this.#isMuch
  }

  /** Whether there is as much as goes into one request, or half of what the queue may hold. */
  get #isMuch(): boolean {
    const { waiting, bytes } = this.#store
    const { maxBatchBytes, maxQueueSize, maxQueueBytes } = this.#options
    return bytes >= Math.min(maxBatchBytes, maxQueueBytes / 2) || waiting >= maxQueueSize / 2
  }

  #drain(end: DrainEnd): void {
    if (this.#draining !== 'empty') this.#draining = end
    this.#paused = false
    this.#disarmTimer()
    // Who wants each event to be sent at once says so by 1.
    if (end === 'few' && this.#options.flushAt > 1) this.#gather()
    this.#fill()
  }

  #gather(): void {
    this.#gathering ??= this.#runtime.setTimeout(() => {
      this.#gathering = undefined
      if (!this.#paused && this.#isEnough) this.#drain('few')
    }, gatheringMs)
  }

  #endGathering(): void {
    if (this.#gathering === undefined) return
    this.#runtime.clearTimeout(this.#gathering)
    this.#gathering = undefined
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
    if (this.#draining === 'empty' || (this.#draining && this.#isEnough)) this.#fill()
    else if (this.#outage || (this.#draining && this.#inFlight === 0)) this.#endDrain()
  }

  #endDrain(): void {
    const outage = this.#outage
    this.#draining = undefined
    this.#outage = undefined
    for (const waiter of this.#waiters) {
      waiter.failure ??= outage
      this.#finish(waiter)
    }
    if (!outage) {
      if (this.#store.waiting > 0) this.#armTimer(this.#options.flushInterval)
      return
    }
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
      this.#drain('empty')
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

import type { DropReason } from '../errors.ts'

/** Why an event was not accepted in the first place. */
export type RefusalReason = 'disabled' | 'opted-out' | 'consent-denied' | 'before-send' | 'invalid' | 'bot'

/** Requests made to PostHog, by purpose; flag evaluations and definitions are what PostHog bills. */
export interface CallCounts {
  readonly batch: number
  readonly flags: number
  readonly definitions: number
}

/** Lifetime counters of a client, in events. `accepted + recovered = sent + all dropped + spooled + pending + handedOver` at every instant. */
export interface ClientStats {
  readonly accepted: number
  /** Found in a durable store at the start. */
  readonly recovered: number
  readonly sent: number
  readonly dropped: Readonly<Partial<Record<DropReason, number>>>
  /** Never accepted, by reason; outside the equation. */
  readonly refused: Readonly<Partial<Record<RefusalReason, number>>>
  /** In a durable store only. */
  readonly spooled: number
  /** In memory, waiting or being sent. */
  readonly pending: number
  readonly pendingBytes: number
  /** Taken over by another process. */
  readonly handedOver: number
  readonly calls: CallCounts
}

/**
 * What became of every event: the one place that counts. What is pending is not kept here but read from the store, so
 * that the equation is a check and not a definition.
 */
export class DeliveryLedger {
  #accepted = 0
  #sent = 0
  readonly #dropped = new Map<DropReason, number>()
  readonly #refused = new Map<RefusalReason, number>()
  readonly #calls = { batch: 0, flags: 0, definitions: 0 }

  get sent(): number {
    return this.#sent
  }

  /** Events lost so far, for any reason. */
  get dropped(): number {
    let total = 0
    for (const events of this.#dropped.values()) total += events
    return total
  }

  accept(events: number): void {
    this.#accepted += events
  }

  settle(events: number): void {
    this.#sent += events
  }

  drop(events: number, reason: DropReason): void {
    this.#dropped.set(reason, (this.#dropped.get(reason) ?? 0) + events)
  }

  refuse(reason: RefusalReason): void {
    this.#refused.set(reason, (this.#refused.get(reason) ?? 0) + 1)
  }

  /** Counts one request about to be made. */
  call(purpose: keyof CallCounts): void {
    this.#calls[purpose]++
  }

  snapshot(held: { events: number; bytes: number }): ClientStats {
    return {
      accepted: this.#accepted,
      recovered: 0,
      sent: this.#sent,
      dropped: Object.fromEntries(this.#dropped),
      refused: Object.fromEntries(this.#refused),
      spooled: 0,
      pending: held.events,
      pendingBytes: held.bytes,
      handedOver: 0,
      calls: { ...this.#calls },
    }
  }
}

/** A value now or later: stores in memory answer at once, others take their time. */
export type MaybePromise<T> = T | Promise<T>

/** An accepted event, its bytes final. */
export interface QueuedEvent {
  readonly uuid: string
  /** The event as it goes into a batch. */
  readonly json: string
  /** UTF-8 length of `json`. */
  readonly bytes: number
}

/** Names an event inside its store; ids are the store's own and not the events' uuids, of which a caller may repeat one. */
export type EventId = string | number

/** An event leased by `claim`. */
export interface ClaimedEvent extends QueuedEvent {
  readonly id: EventId
}

/** How much one `claim` may take; it takes at least one event when there is one, however large. */
export interface ClaimLimit {
  readonly events: number
  readonly bytes: number
}

/**
 * Where accepted events wait until PostHog has them. An event is waiting (appended, released) or leased (claimed);
 * only `ack` ends it. A lease is exclusive: no event is claimed twice unless it was released in between.
 */
export interface EventStore {
  append(events: readonly QueuedEvent[]): MaybePromise<void>
  /** Leases the oldest waiting events, oldest first. */
  claim(limit: ClaimLimit): MaybePromise<readonly ClaimedEvent[]>
  /** Forgets leased events: they arrived, or were given up. */
  ack(ids: readonly EventId[]): MaybePromise<void>
  /** Ends leases without success; the events wait again, in their old order. */
  release(ids: readonly EventId[]): MaybePromise<void>
}

/** One event as it travels in the `batch` array of a request to `/batch/`. */
export interface WireEvent {
  readonly event: string
  readonly distinct_id: string
  readonly uuid: string
  /** ISO 8601 in UTC. */
  readonly timestamp: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** The events of a parsed request body, none when it is not a batch. */
export function wireEventsOf(body: unknown): readonly WireEvent[] {
  if (typeof body !== 'object' || body === null || !('batch' in body)) return []
  // Unchecked on purpose: what is wrong with an event is for the test's own expectations to say.
  return Array.isArray(body.batch) ? (body.batch as WireEvent[]) : []
}

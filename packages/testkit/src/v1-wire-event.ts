import { wireEventsOf } from './wire-event.ts'
import type { WireEvent } from './wire-event.ts'

/** One event as it travels in the `batch` array of a request to `/i/v1/analytics/events`. */
export interface V1WireEvent extends WireEvent {
  readonly session_id?: string
  readonly window_id?: string
  readonly options: Readonly<Record<string, unknown>>
}

/** The events of a parsed request body of capture v1, none when it is not a batch. */
export function v1EventsOf(body: unknown): readonly V1WireEvent[] {
  // As unchecked as those of v0: a test's own expectations say what is wrong with an event.
  return wireEventsOf(body) as readonly V1WireEvent[]
}

import { TransportError } from '../errors.ts'
import { isRetryableStatus } from '../transport/retry.ts'

/** For a batch that nobody answered; its events stay queued. */
export function noAnswer(cause: unknown, attempts: number): TransportError {
  return new TransportError(
    `no answer from PostHog for a batch after ${tries(attempts)}; its events stay queued`,
    { status: -1, attempts, retryable: true, dropped: 0, cause },
  )
}

/** For a batch, or what is left of it, that was refused for good. */
export function refusal(status: number, attempts: number, events: number): TransportError {
  const retryable = isRetryableStatus(status)
  return new TransportError(refusalMessage(status, attempts, events), {
    status,
    attempts,
    retryable,
    dropped: events,
  })
}

/** Says how a batch was refused, how many events that cost, and what to check. */
export function refusalMessage(status: number, attempts: number, events: number): string {
  return `PostHog answered a batch with status ${status} after ${tries(attempts)}; ${lost(events)}${hintFor(status)}`
}

/** `1 event is lost`, `2 events are lost`. */
export function lost(events: number): string {
  return events === 1 ? '1 event is lost' : `${events} events are lost`
}

/** `1 attempt`, `2 attempts`. */
export function tries(attempts: number): string {
  return attempts === 1 ? '1 attempt' : `${attempts} attempts`
}

/** What a reader of the message should check. */
function hintFor(status: number): string {
  if (status === 401 || status === 403) return '; check the project token and the host (region) of the client'
  if (status === 404) return '; check that host is a PostHog ingestion address'
  if (status === 413) return '; the event is larger than the server accepts'
  return ''
}

import { TransportError } from '../errors.ts'
import type { ClaimedEvent } from '../store/event-store.ts'
import { lost, refusalMessage, tries } from './delivery-errors.ts'
import type { V1Drop } from './v1-results.ts'

/** What became of a batch that capture v1 did not take as a whole. */
export interface V1Outcome {
  readonly requestId: string
  readonly attempts: number
  /** Of the last answer. */
  readonly status: number
  /** Refused one by one, in whichever attempt. */
  readonly drops: readonly V1Drop[]
  /** Given up with the last answer. */
  readonly given: readonly ClaimedEvent[]
  /** Whether those given up could arrive with a further attempt. */
  readonly retryable: boolean
}

/** The one report for all that a batch lost. */
export function v1Failure(outcome: V1Outcome): TransportError {
  const { requestId, attempts, status, drops, given, retryable } = outcome
  return new TransportError(messageFor(outcome), {
    status,
    attempts,
    retryable,
    dropped: drops.length + given.length,
    requestId,
    drops: drops.map(({ event, details }) => ({ uuid: event.uuid, details })),
    retryExhausted: retryable ? given.map(({ uuid }) => uuid) : [],
  })
}

function messageFor({ attempts, status, drops, given, retryable }: V1Outcome): string {
  const events = drops.length + given.length
  if (status > 299) return refusalMessage(status, attempts, events)
  if (retryable || given.length === 0) {
    return `PostHog did not take all of a batch after ${tries(attempts)}; ${lost(events)}`
  }
  return (
    `PostHog answered a batch with status ${status}, but without results that can be read; ${lost(events)}; ` +
    `check that host is a PostHog ingestion address`
  )
}

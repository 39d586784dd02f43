import type { ClaimedEvent } from '../store/event-store.ts'
import { isWireRecord } from '../wire-record.ts'

/** What the server decided about the events of one request. */
export interface V1Verdicts {
  /** Taken: `ok`, `warning`, `limited`, any word that is not known yet, or not mentioned. */
  readonly done: readonly ClaimedEvent[]
  readonly dropped: readonly V1Drop[]
  /** To be sent once more, and only these. */
  readonly retry: readonly ClaimedEvent[]
}

/** An event that the server refused, and why. */
export interface V1Drop {
  readonly event: ClaimedEvent
  readonly details: unknown
}

/** Reads the body of a 2xx answer of capture v1; undefined when it is none, which no further attempt would change. */
export function v1Verdicts(events: readonly ClaimedEvent[], body: unknown): V1Verdicts | undefined {
  if (!isWireRecord(body)) return undefined
  const { results = {} } = body
  if (!isWireRecord(results)) return undefined
  const done: ClaimedEvent[] = []
  const dropped: V1Drop[] = []
  const retry: ClaimedEvent[] = []
  for (const event of events) {
    const verdict = Object.hasOwn(results, event.uuid) ? results[event.uuid] : undefined
    const result = isWireRecord(verdict) ? verdict['result'] : undefined
    if (result === 'retry') retry.push(event)
    else if (result === 'drop')
      dropped.push({ event, details: isWireRecord(verdict) ? verdict['details'] : undefined })
    else done.push(event)
  }
  return { done, dropped, retry }
}

import type { ReceivedRequest } from 'testkit'

/** An event that reached PostHog, from whichever side. */
export interface CapturedEvent {
  readonly by: 'browser' | 'server'
  readonly event: string
  readonly distinctId: string
  readonly timestamp: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** An event on the wire; posthog-js keeps the id among the properties. */
interface SentEvent {
  readonly event: string
  readonly distinct_id?: string
  readonly timestamp: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** All events of these requests, in the order in which they happened. */
export function capturedEvents(requests: readonly ReceivedRequest[]): CapturedEvent[] {
  return requests
    .flatMap(({ path, body }) => {
      const by = /^\/(?:i\/v0\/)?e\//.test(path)
        ? 'browser'
        : path.startsWith('/batch/')
          ? 'server'
          : undefined
      if (by === undefined) return []
      return (body as { batch: SentEvent[] }).batch.map((sent) => capturedEvent(by, sent)) // as both libraries send it
    })
    .toSorted((a, b) => a.timestamp.localeCompare(b.timestamp))
}

function capturedEvent(by: CapturedEvent['by'], sent: SentEvent): CapturedEvent {
  const { event, distinct_id: id = String(sent.properties['distinct_id']), timestamp, properties } = sent
  return { by, event, distinctId: id, timestamp, properties }
}

/**
 * Each event as a line, such as `server $pageview / A 1 minted`: who captured it, its path, distinct id, session, and where
 * the server has the id from. Ids and sessions are letters and numbers in the order in which they appear. A link is told
 * as `A→user_1`, and an event that makes or changes a person ends with `person`.
 */
export function storyOf(events: readonly CapturedEvent[]): string[] {
  const visitors: string[] = []
  const sessions: string[] = []
  const visitor = (id: unknown) => (isUuid(id) ? String.fromCharCode(65 + indexIn(visitors, id)) : String(id))
  return events.map(({ by, event, distinctId, properties }) => {
    const session = properties['$session_id']
    const linked = properties['$anon_distinct_id']
    const link = linked === undefined ? '' : `${visitor(linked)}→`
    return [
      by,
      event,
      properties['$pathname'],
      link + visitor(distinctId),
      isUuid(session) ? indexIn(sessions, session) + 1 : 'no session',
      properties['$hedgerow_id_source'],
      properties['$process_person_profile'] === false ? undefined : 'person',
    ]
      .filter((part) => part !== undefined)
      .map(String)
      .join(' ')
  })
}

function isUuid(value: unknown): value is string {
  return typeof value === 'string' && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value)
}

/** Where an id stands in a list that grows by those that are new. */
function indexIn(list: string[], id: string): number {
  if (!list.includes(id)) list.push(id)
  return list.indexOf(id)
}

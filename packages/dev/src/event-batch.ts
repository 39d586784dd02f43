import { distinctIdFrom } from './distinct-id.ts'
import { eventNameFrom, eventRecordsFrom, refusedEvent, requireEventSize } from './event-record.ts'
import { type JsonRecord, isJsonRecord } from './json-record.ts'
import type { ReceivedEvent } from './received-event.ts'
import { requireOneToken } from './token.ts'

/** An accepted event before the log gives it a number and a time. */
export type CapturedEvent = Omit<ReceivedEvent, 'id' | 'receivedAt' | 'endpoint'>

/**
 * The events in a decoded body: a batch envelope, a single event, or an array of events.
 *
 * One bad event refuses the whole request, as PostHog's servers do.
 *
 * @throws HTTPException 400 for a body or event that is not usable, 401 for the project token.
 */
export function eventsFromBody(body: unknown): CapturedEvent[] {
  const { events, tokens } = openEnvelope(body)
  if (events.length === 0) throw refusedEvent('The batch is empty; send at least one event.')
  requireOneToken(tokens)
  return events.map((event, index) => eventFromWire(event, `Event ${index + 1}`))
}

function openEnvelope(body: unknown): { events: JsonRecord[]; tokens: unknown[] } {
  if (Array.isArray(body)) {
    const events = eventRecordsFrom(body)
    return { events, tokens: events.flatMap(tokensOfEvent) }
  }
  if (!isJsonRecord(body)) throw refusedEvent('The body must be a JSON object or an array of events.')
  if (!Object.hasOwn(body, 'batch')) return { events: [body], tokens: tokensOfEvent(body) }

  if (!Array.isArray(body['batch'])) throw refusedEvent('The batch must be an array of events.')
  const events = eventRecordsFrom(body['batch'])
  const tokens = tokensOf(body)
  // A token inside the events does not stand in for the envelope's; it can only contradict it.
  return { events, tokens: tokens.length === 0 ? [] : [...tokens, ...events.flatMap(tokensOf)] }
}

function tokensOf(record: JsonRecord): unknown[] {
  return [record['api_key'], record['token']].filter((token) => token !== undefined && token !== null)
}

/** Browsers put the token among the properties; a property of that name counts only when nothing else does. */
function tokensOfEvent(event: JsonRecord): unknown[] {
  const tokens = tokensOf(event)
  if (tokens.length > 0 || !isJsonRecord(event['properties'])) return tokens
  return [event['properties']['token']]
}

function eventFromWire(wire: JsonRecord, where: string): CapturedEvent {
  const event = eventNameFrom(wire, where)
  const { properties = {}, uuid, timestamp } = wire
  if (!isJsonRecord(properties)) throw refusedEvent(`${where}: properties must be an object.`)
  requireEventSize(wire, where)
  return {
    event,
    distinctId: distinctIdFrom(wire['distinct_id'] ?? properties['distinct_id'], where),
    uuid: typeof uuid === 'string' ? uuid : null,
    timestamp: typeof timestamp === 'string' ? timestamp : null,
    properties: { ...personUpdatesOf(wire), ...properties },
  }
}

/** Old SDKs send `$set` and `$set_once` beside the properties; servers read them as if they were inside. */
function personUpdatesOf(wire: JsonRecord): JsonRecord {
  const names = ['$set', '$set_once'].filter((name) => Object.hasOwn(wire, name))
  return Object.fromEntries(names.map((name) => [name, wire[name]]))
}

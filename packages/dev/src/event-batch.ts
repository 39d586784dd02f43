import { HTTPException } from 'hono/http-exception'
import { distinctIdFrom } from './distinct-id.ts'
import { type JsonRecord, isJsonRecord } from './json-record.ts'
import type { ReceivedEvent } from './received-event.ts'
import { requireOneToken } from './token.ts'

/** An accepted event before the log gives it a number and a time. */
export type CapturedEvent = Omit<ReceivedEvent, 'id' | 'receivedAt' | 'endpoint'>

/** Above the limit of an SDK that follows the protocol, so that only a real mistake meets it. */
const MAX_EVENT_BYTES = 1024 * 1024

/**
 * The events in a decoded body: a batch envelope, a single event, or an array of events.
 *
 * One bad event refuses the whole request, as PostHog's servers do.
 *
 * @throws HTTPException 400 for a body or event that is not usable, 401 for the project token.
 */
export function eventsFromBody(body: unknown): CapturedEvent[] {
  const { events, tokens } = openEnvelope(body)
  if (events.length === 0) throw refused('The batch is empty; send at least one event.')
  requireOneToken(tokens)
  return events.map((event, index) => eventFromWire(event, `Event ${index + 1}`))
}

function openEnvelope(body: unknown): { events: JsonRecord[]; tokens: unknown[] } {
  if (Array.isArray(body)) {
    const events = recordsOf(body)
    return { events, tokens: events.flatMap(tokensOfEvent) }
  }
  if (!isJsonRecord(body)) throw refused('The body must be a JSON object or an array of events.')
  if (!Object.hasOwn(body, 'batch')) return { events: [body], tokens: tokensOfEvent(body) }

  if (!Array.isArray(body['batch'])) throw refused('The batch must be an array of events.')
  const events = recordsOf(body['batch'])
  const tokens = tokensOf(body)
  // A token inside the events does not stand in for the envelope's; it can only contradict it.
  return { events, tokens: tokens.length === 0 ? [] : [...tokens, ...events.flatMap(tokensOf)] }
}

function recordsOf(events: readonly unknown[]): JsonRecord[] {
  return events.map((event, index) => {
    if (!isJsonRecord(event)) throw refused(`Event ${index + 1} must be a JSON object.`)
    return event
  })
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
  const { event, properties = {}, uuid, timestamp } = wire
  if (event === undefined || event === null) throw refused(`${where} has no event name; send it as event.`)
  if (typeof event !== 'string' || event === '') throw refused(`${where}: event must be a non-empty string.`)
  if (!isJsonRecord(properties)) throw refused(`${where}: properties must be an object.`)
  if (Buffer.byteLength(JSON.stringify(wire)) > MAX_EVENT_BYTES) {
    throw refused(`${where} is larger than ${MAX_EVENT_BYTES} bytes.`)
  }
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

function refused(message: string): HTTPException {
  return new HTTPException(400, { message })
}

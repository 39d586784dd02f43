import type { SdkLibrary } from './capture-v1-headers.ts'
import { distinctIdFrom } from './distinct-id.ts'
import type { CapturedEvent } from './event-batch.ts'
import { eventNameFrom, eventRecordsFrom, refusedEvent, requireEventSize } from './event-record.ts'
import { type JsonRecord, isJsonRecord } from './json-record.ts'
import { isUtcTimestamp } from './utc-timestamp.ts'
import { isUuid } from './uuid.ts'

/** An event of capture v1, which answers by UUID and therefore knows none without. */
export type CapturedV1Event = CapturedEvent & { readonly uuid: string }

/**
 * The events in a decoded body of capture v1. One bad event refuses the whole request.
 *
 * @param library goes into the properties as `$lib` and `$lib_version`, as PostHog's servers put it there.
 * @throws HTTPException 400 for a body or event that is not usable.
 */
export function eventsFromV1Body(body: unknown, library: SdkLibrary): CapturedV1Event[] {
  if (!isJsonRecord(body)) throw refusedEvent('The body must be a JSON object.')
  timestampFrom(body, 'created_at', 'The body')
  if (!Array.isArray(body['batch'])) throw refusedEvent('The body must have a batch, an array of events.')
  if (body['batch'].length === 0) throw refusedEvent('The batch is empty; send at least one event.')
  return eventRecordsFrom(body['batch']).map((event, index) =>
    eventFromV1Wire(event, `Event ${index + 1}`, library),
  )
}

function eventFromV1Wire(wire: JsonRecord, where: string, library: SdkLibrary): CapturedV1Event {
  requireEventSize(wire, where)
  const uuid = textFrom(wire, 'uuid', where)
  if (!isUuid(uuid)) throw refusedEvent(`${where}: uuid must have the form of a UUID.`)
  return {
    event: eventNameFrom(wire, where),
    distinctId: distinctIdFrom(textFrom(wire, 'distinct_id', where), where),
    uuid,
    timestamp: timestampFrom(wire, 'timestamp', where),
    ...(isGiven(wire, 'session_id') && { sessionId: textFrom(wire, 'session_id', where) }),
    ...(isGiven(wire, 'window_id') && { windowId: textFrom(wire, 'window_id', where) }),
    options: objectFrom(wire, 'options', where),
    properties: {
      ...objectFrom(wire, 'properties', where),
      $lib: library.name,
      $lib_version: library.version,
    },
  }
}

function isGiven(record: JsonRecord, name: string): boolean {
  return record[name] !== undefined && record[name] !== null
}

function textFrom(record: JsonRecord, name: string, where: string): string {
  const value = record[name]
  if (typeof value !== 'string' || value === '') {
    throw refusedEvent(`${where}: ${name} must be a non-empty string.`)
  }
  return value
}

function timestampFrom(record: JsonRecord, name: string, where: string): string {
  const text = textFrom(record, name, where)
  if (isUtcTimestamp(text)) return text
  throw refusedEvent(`${where}: ${name} must be an RFC 3339 timestamp in UTC.`)
}

function objectFrom(record: JsonRecord, name: string, where: string): JsonRecord {
  const value = record[name]
  if (isJsonRecord(value)) return value
  throw refusedEvent(`${where}: ${name} must be an object, and may be an empty one.`)
}

import type { WireEvent } from './wire-event.ts'

/** An event as capture v1 takes it (`POST /i/v1/analytics/events`). */
export interface V1Event {
  readonly event: string
  readonly uuid: string
  readonly distinct_id: string
  readonly timestamp: string
  readonly session_id?: string
  readonly window_id?: string
  readonly options: Readonly<Record<string, boolean | string>>
  readonly properties: Readonly<Record<string, unknown>>
}

/** Properties that v1 takes as options instead, and how each may be read. */
const optionOf: Readonly<
  Record<string, readonly [name: string, read: (value: unknown) => boolean | string | undefined]>
> = {
  $cookieless_mode: ['cookieless_mode', asBoolean],
  $ignore_sent_at: ['disable_skew_correction', asBoolean],
  $process_person_profile: ['process_person_profile', asBoolean],
  $product_tour_id: ['product_tour_id', asText],
}
/** Properties that move elsewhere or that the server derives from headers; they leave `properties` even when unreadable. */
const movedProperties: ReadonlySet<string> = new Set([
  ...Object.keys(optionOf),
  '$session_id',
  '$window_id',
  '$lib',
  '$lib_version',
])

const rfc3339UtcShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d+)?Z$/

/** The v1 form of an event; the given one is not changed. A timestamp that is none becomes `now`. */
export function v1Event(event: WireEvent, now: number): V1Event {
  const { properties } = event
  const sessionId = asText(properties['$session_id'])
  const windowId = asText(properties['$window_id'])
  return {
    event: event.event,
    uuid: event.uuid,
    distinct_id: event.distinct_id,
    timestamp: rfc3339Utc(event.timestamp) ?? new Date(now).toISOString(),
    ...(sessionId !== undefined && { session_id: sessionId }),
    ...(windowId !== undefined && { window_id: windowId }),
    options: optionsFrom(properties),
    properties: Object.fromEntries(Object.entries(properties).filter(([key]) => !movedProperties.has(key))),
  }
}

/** The text itself when it is RFC 3339 in UTC, else the same instant in that form; undefined when there is none. */
function rfc3339Utc(text: string): string | undefined {
  const time = Date.parse(text)
  if (Number.isNaN(time)) return undefined
  return [text, new Date(time).toISOString()].find((form) => rfc3339UtcShape.test(form))
}

function optionsFrom(properties: Readonly<Record<string, unknown>>): Record<string, boolean | string> {
  const options: Record<string, boolean | string> = {}
  for (const [property, [name, read]] of Object.entries(optionOf)) {
    const value = Object.hasOwn(properties, property) ? read(properties[property]) : undefined
    if (value !== undefined) options[name] = value
  }
  return options
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asBoolean(value: unknown): boolean | undefined {
  if (typeof value === 'boolean') return value
  if (typeof value === 'number') return value !== 0
  const text = typeof value === 'string' ? value.trim().toLowerCase() : undefined
  if (text === 'true' || text === '1') return true
  return text === 'false' || text === '0' ? false : undefined
}

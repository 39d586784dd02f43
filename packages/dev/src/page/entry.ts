import type { FlagsCall, ReceivedEvent } from '../received-event.ts'

/** One row of the page, with the texts it shows made once. */
export type Entry = EventEntry | FlagsCallEntry

interface EventEntry extends EntryTexts {
  readonly kind: 'event'
  /** What arrived, for the opened row. */
  readonly record: ReceivedEvent
}

interface FlagsCallEntry extends EntryTexts {
  readonly kind: 'flags-call'
  readonly record: FlagsCall
}

interface EntryTexts {
  readonly id: number
  readonly title: string
  readonly distinctId: string
  /** The page or path it is about, or the flag keys asked for; empty when there is none. */
  readonly subject: string
  /** Matched route template; empty when there is none. */
  readonly route: string
  /** HTTP status of the response that an event reports. */
  readonly status: number | undefined
  readonly receivedAt: Date
  /** Everything in it in lower case, for the filter. */
  readonly searchText: string
}

/** The row of an event as the stream sends it. */
export function entryFromEvent(json: string): Entry {
  const record = JSON.parse(json) as ReceivedEvent
  const { properties } = record
  const status = properties['$response_status_code']
  return {
    id: record.id,
    kind: 'event',
    title: record.event,
    distinctId: record.distinctId,
    subject: textOf(properties['$current_url']) || textOf(properties['$pathname']),
    route: textOf(properties['$route']),
    status: typeof status === 'number' ? status : undefined,
    receivedAt: new Date(record.receivedAt),
    record,
    searchText: json.toLowerCase(),
  }
}

/** The row of a remote flag evaluation as the stream sends it. */
export function entryFromFlagsCall(json: string): Entry {
  const record = JSON.parse(json) as FlagsCall
  return {
    id: record.id,
    kind: 'flags-call',
    title: 'flags call',
    distinctId: record.distinctId,
    subject: record.keys ? record.keys.join(', ') : 'all flags',
    route: '',
    status: undefined,
    receivedAt: new Date(record.receivedAt),
    record,
    searchText: `flags call ${json.toLowerCase()}`,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

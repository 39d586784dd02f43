import { vi } from 'vitest'
import { HedgerowClient } from '../../src/index.ts'
import type { ClientOptions, Fetch } from '../../src/index.ts'

/** A `fetch` as users mock it: no `ok`, no headers, no body to read. */
export function mockFetch(status = 200) {
  return vi.fn<Fetch>(async () => ({
    status,
    text: async () => 'ok',
    json: async () => ({ status: 1 }),
  }))
}

/** What `mockFetch` gives. */
export type FetchMock = ReturnType<typeof mockFetch>

/** A client as users make it in their tests, and the `fetch` that it calls. */
export function createClient(options: ClientOptions = {}, fetch = mockFetch()) {
  const client = new HedgerowClient('T', {
    host: 'http://example.com',
    fetch,
    disableCompression: true,
    ...options,
  })
  return { client, fetch }
}

/** An event in the body of a request. */
export interface SentEvent {
  readonly event: string
  readonly distinct_id: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly uuid: string
  readonly timestamp: string
}

/** The events of all requests, oldest first. */
export function sentBy(fetch: FetchMock): SentEvent[] {
  // What was sent is for each test's expectations to judge.
  return fetch.mock.calls.flatMap(
    ([, init]) => (JSON.parse(String(init.body)) as { batch: SentEvent[] }).batch,
  )
}

/** What the library adds to each event with default options. */
export const libraryProperties = {
  $lib: 'hedgerow-node',
  $lib_version: '0.0.0',
  $is_server: true,
  $geoip_disable: true,
}

/** Any UUID of version 7, as the library makes them. */
export const uuidv7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

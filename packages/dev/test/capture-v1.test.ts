import { gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { DevServer } from '../src/index.ts'
import { batchOf, gzipped, namesOf, post, runningServer } from './running-server.ts'

const PATH = '/i/v1/analytics/events'
const MIB = 1024 * 1024
const ADA = '0195a1b2-0000-7000-8000-000000000001'
const GRACE = '0195a1b2-0000-7000-8000-000000000002'
const OK = { result: 'ok', details: null }

const headers: Record<string, string> = {
  authorization: 'Bearer phc_test',
  'content-type': 'application/json',
  'posthog-sdk-info': 'some-sdk/1.2.3',
  'posthog-attempt': '1',
  'posthog-request-id': '0195a1b2-0000-7000-8000-00000000000f',
  'posthog-request-timestamp': '2026-03-01T10:00:01.000Z',
}
const event = {
  event: 'signed up',
  uuid: ADA,
  distinct_id: 'ada',
  timestamp: '2026-03-01T09:59:59.123Z',
  options: {},
  properties: {},
}

describe('a batch of capture v1', () => {
  it('is answered with ok for each of its events, by UUID', async () => {
    const server = await runningServer()

    const answer = await post(server, PATH, bodyOf(event, { ...event, uuid: GRACE }), headers)

    expect(answer).toEqual({ status: 200, body: { results: { [ADA]: OK, [GRACE]: OK } } })
  })

  it('is kept with all that its events carry, and the library from the header', async () => {
    const server = await runningServer()
    const pageview = {
      ...event,
      event: '$pageview',
      uuid: GRACE,
      session_id: 'session-1',
      window_id: 'window-1',
      options: { process_person_profile: false },
      properties: { $pathname: '/', nested: { list: [1, 'two', null] } },
    }

    await post(server, PATH, bodyOf(event, pageview), headers)

    const list = await fetch(`${server.url}/api/events`)
    expect(await list.json()).toEqual({
      events: [
        {
          id: 2,
          receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
          endpoint: PATH,
          event: '$pageview',
          distinctId: 'ada',
          uuid: GRACE,
          timestamp: '2026-03-01T09:59:59.123Z',
          sessionId: 'session-1',
          windowId: 'window-1',
          options: { process_person_profile: false },
          properties: {
            $pathname: '/',
            nested: { list: [1, 'two', null] },
            $lib: 'some-sdk',
            $lib_version: '1.2.3',
          },
        },
        {
          id: 1,
          receivedAt: expect.any(String),
          endpoint: PATH,
          event: 'signed up',
          distinctId: 'ada',
          uuid: ADA,
          timestamp: '2026-03-01T09:59:59.123Z',
          options: {},
          properties: { $lib: 'some-sdk', $lib_version: '1.2.3' },
        },
      ],
      total: 2,
    })
  })

  it.each([
    ['accepted', bodyOf(event), 200],
    ['refused', '{', 400],
  ])('gets its request ID back when it is %s, and no Retry-After', async (_name, body, status) => {
    const server = await runningServer()

    const response = await postRaw(server, body)

    expect(response.status).toBe(status)
    expect(response.headers.get('posthog-request-id')).toBe('0195a1b2-0000-7000-8000-00000000000f')
    expect(response.headers.get('retry-after')).toBeNull()
  })

  it('stays apart from v0: neither takes the shape of the other', async () => {
    const server = await runningServer()

    expect((await post(server, PATH, batchOf('v0'), headers)).status).toBe(400)
    expect((await post(server, '/batch/', bodyOf(event))).status).toBe(401)
    expect(server.events()).toEqual([])
  })

  it.each([
    ['with its header', { ...headers, 'content-encoding': 'gzip' }],
    ['without its header', headers],
  ])('may be gzipped, %s', async (_name, sent) => {
    const server = await runningServer()

    const answer = await post(server, PATH, gzipped(bodyOf(event)), sent)

    expect(answer.status).toBe(200)
    expect(namesOf(server)).toEqual(['signed up'])
  })

  it.each([
    ['an upper-case UUID', { uuid: ADA.toUpperCase() }],
    ['a null session', { session_id: null }],
    ['an explicit zero offset', { timestamp: '2026-03-01T09:59:59+00:00' }],
  ])('may carry %s', async (_name, change) => {
    const server = await runningServer()

    expect((await post(server, PATH, bodyOf({ ...event, ...change }), headers)).status).toBe(200)
  })

  it('may state its type with a charset', async () => {
    const server = await runningServer()
    const sent = { ...headers, 'content-type': 'application/json; charset=utf-8' }

    expect((await post(server, PATH, bodyOf(event), sent)).status).toBe(200)
  })
})

describe('a request to capture v1 with bad headers', () => {
  it.each([
    ['no Authorization', 'authorization', '', 401, 'missing_authorization'],
    ['another scheme', 'authorization', 'Basic phc_secret', 401, 'missing_authorization'],
    ['no token after Bearer', 'authorization', 'Bearer', 401, 'missing_authorization'],
    ['a personal key', 'authorization', 'Bearer phx_secret', 401, 'missing_authorization'],
    ['a token that is not ASCII', 'authorization', 'Bearer phc_é', 401, 'missing_authorization'],
    ['a token over 64 bytes', 'authorization', 'Bearer phc_' + 'x'.repeat(61), 401, 'missing_authorization'],
    ['no type', 'content-type', '', 415, 'unsupported_content_type'],
    ['another type', 'content-type', 'text/plain', 415, 'unsupported_content_type'],
    ['a longer type', 'content-type', 'application/jsonlines', 415, 'unsupported_content_type'],
    ['no library', 'posthog-sdk-info', '', 400, 'missing_required_headers'],
    ['a library without version', 'posthog-sdk-info', 'some-sdk', 400, 'missing_required_headers'],
    ['no attempt', 'posthog-attempt', '', 400, 'missing_required_headers'],
    ['attempt zero', 'posthog-attempt', '0', 400, 'missing_required_headers'],
    ['no request ID', 'posthog-request-id', '', 400, 'missing_required_headers'],
    ['a request ID that is no UUID', 'posthog-request-id', 'one', 400, 'missing_required_headers'],
    ['no request time', 'posthog-request-timestamp', '', 400, 'missing_required_headers'],
    [
      'a request time with an offset',
      'posthog-request-timestamp',
      '2026-03-01T11:00:00+01:00',
      400,
      'missing_required_headers',
    ],
  ])(
    'has %s: it is refused with a tag, and the next one works',
    async (_name, header, value, status, tag) => {
      const server = await runningServer()

      const answer = await post(server, PATH, bodyOf(event), { ...headers, [header]: value })

      expect(answer).toEqual({ status, body: refusalWith(tag) })
      expect(JSON.stringify(answer.body)).not.toMatch(/secret|phc_é|xxx/)
      expect((await post(server, PATH, bodyOf(event), headers)).status).toBe(200)
      expect(namesOf(server)).toEqual(['signed up'])
    },
  )

  it('has none of them at all: the token is what is asked for first', async () => {
    const server = await runningServer()

    const answer = await post(server, PATH, bodyOf(event))

    expect(answer).toEqual({ status: 401, body: refusalWith('missing_authorization') })
  })

  it('says which header is missing', async () => {
    const server = await runningServer()

    const { body } = await post(server, PATH, bodyOf(event), { ...headers, 'posthog-attempt': '' })

    expect(body).toEqual({
      error: 'missing_required_headers',
      error_description: 'The header PostHog-Attempt is missing; send a whole number of at least 1.',
      error_uri: '/errors/missing_required_headers',
    })
  })
})

describe('a bad body to capture v1', () => {
  it.each([
    ['an empty body', ''],
    ['malformed JSON', '{"batch":'],
    ['an array', [event]],
    ['a form with base64', 'data=e30%3D'],
    ['bytes that are not text', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ['a truncated archive', gzipped(bodyOf(event)).subarray(0, -6)],
    ['deep nesting', '{"batch":' + '['.repeat(200_000) + ']'.repeat(200_000) + '}'],
    ['no time of its making', { batch: [event] }],
    ['no batch', { created_at: event.timestamp }],
    ['an empty batch', bodyOf()],
    ['an event that is no object', bodyOf('a')],
    ['an event without a name', bodyOf({ ...event, event: undefined })],
    ['an event with an empty name', bodyOf({ ...event, event: '' })],
    ['an event without a UUID', bodyOf({ ...event, uuid: undefined })],
    ['a UUID in another form', bodyOf({ ...event, uuid: '__proto__' })],
    ['an event without a distinct ID', bodyOf({ ...event, distinct_id: undefined })],
    ['a distinct ID that is a number', bodyOf({ ...event, distinct_id: 7 })],
    ['an event without a timestamp', bodyOf({ ...event, timestamp: undefined })],
    ['a timestamp with an offset', bodyOf({ ...event, timestamp: '2026-03-01T15:29:59+05:30' })],
    ['a session that is a number', bodyOf({ ...event, session_id: 1 })],
    ['an event without options', bodyOf({ ...event, options: undefined })],
    ['options that are null', bodyOf({ ...event, options: null })],
    ['options that are a list', bodyOf({ ...event, options: [] })],
    ['an event without properties', bodyOf({ ...event, properties: undefined })],
    ['an event over the size limit', bodyOf({ ...event, properties: { a: 'x'.repeat(MIB) } })],
  ])('as %s is refused with a reason, and the next one works', async (_name, body) => {
    const server = await runningServer()

    const answer = await post(server, PATH, body, headers)

    expect(answer).toEqual({ status: 400, body: refusalWith('invalid_body') })
    expect((await post(server, PATH, bodyOf(event), headers)).status).toBe(200)
    expect(namesOf(server)).toEqual(['signed up'])
  })

  it('keeps none of the events when one is bad, and names it', async () => {
    const server = await runningServer()

    const { body } = await post(server, PATH, bodyOf(event, { ...event, options: null }), headers)

    expect(body).toMatchObject({
      error_description: 'Event 2: options must be an object, and may be an empty one.',
    })
    expect(server.events()).toEqual([])
  })

  it('that is plain although its header says gzip is refused', async () => {
    const server = await runningServer()

    const answer = await post(server, PATH, bodyOf(event), { ...headers, 'content-encoding': 'gzip' })

    expect(answer).toEqual({ status: 400, body: refusalWith('invalid_body') })
  })

  it.each([
    ['as sent', new Uint8Array(20 * MIB + 1)],
    ['unpacked', gzipSync(Buffer.alloc(20 * MIB + 1, 32))],
  ])('that is over 20 MiB %s is refused, and the next one works', async (_name, body) => {
    const server = await runningServer()

    const answer = await post(server, PATH, body, headers)

    expect(answer).toEqual({ status: 413, body: refusalWith('payload_too_large') })
    expect((await post(server, PATH, bodyOf(event), headers)).status).toBe(200)
  })
})

function bodyOf(...batch: unknown[]): object {
  return { created_at: '2026-03-01T10:00:00.000Z', batch }
}

function postRaw(server: DevServer, body: unknown): Promise<Response> {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return fetch(server.url + PATH, { method: 'POST', body: text, headers })
}

function refusalWith(tag: string): object {
  return {
    error: tag,
    error_description: expect.stringMatching(/^[A-Z].+\.$/s),
    error_uri: `/errors/${tag}`,
  }
}

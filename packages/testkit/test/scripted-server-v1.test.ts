import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedServer, v1Error, v1Results } from 'testkit'
import type { Answer, ScriptedServer, V1ErrorStatus } from 'testkit'

const PATH = '/i/v1/analytics/events'
const REQUEST_ID = '01900000-0000-7000-8000-00000000000f'
const ADA = '01900000-0000-7000-8000-000000000001'
const BOB = '01900000-0000-7000-8000-000000000002'
const EVE = '01900000-0000-7000-8000-000000000003'

let server: ScriptedServer

beforeEach(async () => {
  server = await startScriptedServer()
})

afterEach(() => server.close())

function post(...uuids: string[]): Promise<Response> {
  const batch = uuids.map((uuid) => ({
    event: 'signup',
    uuid,
    distinct_id: 'visitor-1',
    timestamp: '2024-06-15T12:30:45.123Z',
    options: {},
    properties: {},
  }))
  return fetch(server.url + PATH, {
    method: 'POST',
    body: JSON.stringify({ created_at: '2024-06-15T12:30:46.000Z', batch }),
    headers: { 'posthog-request-id': REQUEST_ID },
  })
}

describe('the answer to a capture v1 batch', () => {
  it('is one ok for each event, keyed by UUID, without Retry-After', async () => {
    const response = await post(ADA, BOB)

    expect(response.status).toBe(200)
    expect(response.headers.get('retry-after')).toBeNull()
    expect(await response.json()).toEqual({
      results: { [ADA]: { result: 'ok', details: null }, [BOB]: { result: 'ok', details: null } },
    })
  })

  it('gives the results that were scripted by UUID, and ok for the others', async () => {
    server.answer(PATH, (request) =>
      v1Results(request, { [ADA]: 'from-the-future', [EVE]: { result: 'drop', details: 'too old' } }),
    )

    const response = await post(ADA, BOB, EVE)

    expect(await response.json()).toEqual({
      results: {
        [ADA]: { result: 'from-the-future', details: null },
        [BOB]: { result: 'ok', details: null },
        [EVE]: { result: 'drop', details: 'too old' },
      },
    })
  })

  it('gives the results that a function makes from event and place', async () => {
    server.answer(PATH, (request) =>
      v1Results(request, ({ uuid }, index) => (uuid === ADA ? 'limited' : `place-${index}`)),
    )

    const response = await post(ADA, BOB)

    expect(await response.json()).toMatchObject({
      results: { [ADA]: { result: 'limited' }, [BOB]: { result: 'place-1' } },
    })
  })

  it.each([
    ['ok and drop', { [ADA]: 'drop' }, {}, null],
    ['ok and drop although seconds were set', { [ADA]: 'drop' }, { retryAfter: 3 }, null],
    ['limited and warning', { [ADA]: 'limited', [BOB]: 'warning' }, {}, null],
    ['ok and retry', { [ADA]: 'retry' }, {}, '1'],
    ['drop and retry', { [ADA]: 'retry', [BOB]: 'drop' }, {}, '1'],
    ['retry, with seconds', { [ADA]: 'retry' }, { retryAfter: 3 }, '3'],
    ['retry, without the header on purpose', { [ADA]: 'retry' }, { retryAfter: null }, null],
  ])('with %s has the Retry-After of a real server', async (_name, results, options, expected) => {
    server.answer(PATH, (request) => v1Results(request, results, options))

    const response = await post(ADA, BOB)

    expect(response.status).toBe(200)
    expect(response.headers.get('retry-after')).toBe(expected)
  })

  it.each<[V1ErrorStatus, string, string | null]>([
    [400, 'missing_required_headers', null],
    [401, 'missing_authorization', null],
    [402, 'billing_limit_exceeded', null],
    [408, 'body_read_timeout', '1'],
    [413, 'payload_too_large', null],
    [415, 'unsupported_content_type', null],
    [500, 'internal_error', '1'],
    [503, 'service_unavailable', '1'],
    [504, 'gateway_timeout', '1'],
  ])(
    'with the error %i has its tag, and Retry-After where another try can help',
    async (status, tag, after) => {
      server.answer(PATH, (request) => v1Error(request, status))

      const response = await post(ADA)

      expect(response.status).toBe(status)
      expect(response.headers.get('retry-after')).toBe(after)
      expect(await response.json()).toEqual({
        error: tag,
        error_description: `scripted: ${tag}`,
        error_uri: `/errors/${tag}`,
      })
    },
  )

  it('gives the request ID back, with results and with errors', async () => {
    server.answer(PATH, (request) => v1Error(request, 503))

    const refused = await post(ADA)
    const accepted = await post(ADA)

    expect(refused.headers.get('posthog-request-id')).toBe(REQUEST_ID)
    expect(accepted.headers.get('posthog-request-id')).toBe(REQUEST_ID)
  })

  it('goes by request number when a function is queued, then is the default again', async () => {
    const failing = (_request: unknown, index: number): Answer => ({ status: 500 + index })
    server.answer(PATH, failing, failing)

    const statuses = [(await post(ADA)).status, (await post(ADA)).status, (await post(ADA)).status]

    expect(statuses).toEqual([500, 501, 200])
  })
})

describe('the events of capture v1', () => {
  it('are those whose batch was answered with a 2xx status line and that are neither to retry nor dropped', async () => {
    server.answer(
      PATH,
      (request) => v1Error(request, 503),
      (request) => v1Results(request, { [ADA]: 'retry', [BOB]: 'drop', [EVE]: 'limited' }),
      (request) => v1Results(request, { [ADA]: 'from-the-future' }),
    )

    await post(ADA, BOB, EVE)
    expect(server.v1Events()).toEqual([])
    await post(ADA, BOB, EVE)
    expect(server.v1Events().map(({ uuid }) => uuid)).toEqual([EVE])
    await post(ADA)

    expect(server.v1Events().map(({ uuid }) => uuid)).toEqual([EVE, ADA])
    expect(server.v1Batches()).toHaveLength(3)
  })

  it('count when the answer says nothing about them', async () => {
    server.answer(PATH, { status: 200, body: {} }, { status: 200, body: 'no JSON' }, 'hang-body')

    await post(ADA)
    await post(BOB)
    await post(EVE)

    expect(server.v1Events().map(({ uuid }) => uuid)).toEqual([ADA, BOB, EVE])
  })

  it('are kept apart from those of v0', async () => {
    await post(ADA)
    await fetch(`${server.url}/batch/`, { method: 'POST', body: JSON.stringify({ batch: [{ uuid: BOB }] }) })

    expect(server.v1Events().map(({ uuid }) => uuid)).toEqual([ADA])
    expect(server.events().map(({ uuid }) => uuid)).toEqual([BOB])
    expect([server.v1Batches().length, server.batches().length]).toEqual([1, 1])
  })
})

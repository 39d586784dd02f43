import { describe, expect, it } from 'vitest'
import { batchOf, namesOf, post, runningServer } from './running-server.ts'

describe('a batch', () => {
  it('is accepted and kept in order, with all that an event carries', async () => {
    const server = await runningServer()

    const answer = await post(server, '/batch/', {
      api_key: 'phc_test',
      sent_at: '2026-03-01T10:00:00.000Z',
      batch: [
        {
          event: '$pageview',
          distinct_id: 'ada',
          uuid: '0195a1b2-0000-7000-8000-000000000001',
          timestamp: '2026-03-01T09:59:59.123456Z',
          properties: { $pathname: '/', nested: { list: [1, 'two', null] } },
        },
        { event: 'signed up', distinct_id: 'ada' },
      ],
    })

    expect(answer).toEqual({ status: 200, body: { status: 1 } })
    expect(server.events()).toEqual([
      {
        id: 1,
        receivedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        endpoint: '/batch/',
        event: '$pageview',
        distinctId: 'ada',
        uuid: '0195a1b2-0000-7000-8000-000000000001',
        timestamp: '2026-03-01T09:59:59.123456Z',
        properties: { $pathname: '/', nested: { list: [1, 'two', null] } },
      },
      {
        id: 2,
        receivedAt: expect.any(String),
        endpoint: '/batch/',
        event: 'signed up',
        distinctId: 'ada',
        uuid: null,
        timestamp: null,
        properties: {},
      },
    ])
  })

  it.each(['/batch', '/batch/', '/capture/', '/e/', '/e', '/i/v0/e/', '/track/'])(
    'is accepted at %s',
    async (path) => {
      const server = await runningServer()

      const answer = await post(server, path, batchOf('hello'))

      expect(answer.status).toBe(200)
      expect(server.events()).toMatchObject([{ event: 'hello', endpoint: path }])
    },
  )

  it('is answered without a body when it comes from a beacon', async () => {
    const server = await runningServer()

    expect(await post(server, '/e/?beacon=1', batchOf('left'))).toEqual({ status: 204, body: undefined })
    expect(namesOf(server)).toEqual(['left'])
  })

  it('is kept not at all when one of its events is bad', async () => {
    const server = await runningServer()

    const answer = await post(server, '/batch/', {
      api_key: 'phc_test',
      batch: [{ event: 'good', distinct_id: 'ada' }, { event: 'no id' }],
    })

    expect(answer).toEqual({
      status: 400,
      body: { error: 'Event 2 has no distinct_id; send the ID of a person or visitor.' },
    })
    expect(server.events()).toEqual([])
  })
})

describe('other shapes of a body', () => {
  it('takes a single event', async () => {
    const server = await runningServer()

    await post(server, '/capture/', {
      api_key: 'phc_test',
      event: 'opened',
      distinct_id: 'ada',
      properties: { a: 1 },
    })

    expect(server.events()).toMatchObject([{ event: 'opened', distinctId: 'ada', properties: { a: 1 } }])
  })

  it('takes an array of events with token and distinct ID among the properties, as browsers send them', async () => {
    const server = await runningServer()

    const answer = await post(server, '/e/', [
      { event: 'one', properties: { token: 'phc_test', distinct_id: 'visitor-1' } },
      { event: 'two', properties: { token: 'phc_test', distinct_id: 'visitor-1' } },
    ])

    expect(answer.status).toBe(200)
    expect(server.events()).toMatchObject([
      { event: 'one', distinctId: 'visitor-1' },
      { event: 'two', distinctId: 'visitor-1' },
    ])
  })

  it('reads person updates beside the properties as if they were inside', async () => {
    const server = await runningServer()

    await post(server, '/capture/', {
      api_key: 'phc_test',
      event: '$identify',
      distinct_id: 'ada',
      $set: { plan: 'pro' },
      $set_once: { source: 'ad' },
    })

    expect(server.events()[0]?.properties).toEqual({ $set: { plan: 'pro' }, $set_once: { source: 'ad' } })
  })

  it.each([
    ['a number', 42, '42'],
    ['an object', { a: [1] }, '{"a":[1]}'],
    ['201 characters', 'é'.repeat(201), 'é'.repeat(200)],
    ['201 characters outside the basic plane', '🌿'.repeat(201), '🌿'.repeat(200)],
  ])('keeps a distinct ID that is %s as text of at most 200 characters', async (_kind, sent, kept) => {
    const server = await runningServer()

    await post(server, '/batch/', { api_key: 'phc_test', batch: [{ event: 'a', distinct_id: sent }] })

    expect(server.events()[0]?.distinctId).toBe(kept)
  })
})

describe('a bad body', () => {
  const event = { event: 'a', distinct_id: 'ada' }
  it.each([
    ['an empty body', ''],
    ['malformed JSON', '{"api_key":'],
    ['a JSON string', '"hello"'],
    ['bytes that are not text', new Uint8Array([0x7b, 0xff, 0xfe, 0x7d])],
    ['an empty batch', { api_key: 'phc_test', batch: [] }],
    ['an empty array', []],
    ['a batch that is no array', { api_key: 'phc_test', batch: event }],
    ['an event that is no object', { api_key: 'phc_test', batch: ['a'] }],
    ['an event without a name', { api_key: 'phc_test', batch: [{ distinct_id: 'ada' }] }],
    ['an event with an empty name', { api_key: 'phc_test', batch: [{ ...event, event: '' }] }],
    ['an event whose name is a number', { api_key: 'phc_test', batch: [{ ...event, event: 7 }] }],
    ['an event without a distinct ID', { api_key: 'phc_test', event: 'a' }],
    ['an empty distinct ID', { api_key: 'phc_test', batch: [{ ...event, distinct_id: '' }] }],
    ['a null distinct ID', { api_key: 'phc_test', batch: [{ ...event, distinct_id: null }] }],
    ['properties that are no object', { api_key: 'phc_test', batch: [{ ...event, properties: [1] }] }],
    [
      'an event over the size limit',
      { api_key: 'phc_test', ...event, properties: { a: 'x'.repeat(2 ** 20) } },
    ],
    ['deep nesting', '{"api_key":"phc_test","batch":' + '['.repeat(200_000) + ']'.repeat(200_000) + '}'],
  ])('%s is answered 400 with a reason, and the next request works', async (_name, body) => {
    const server = await runningServer()

    const answer = await post(server, '/batch/', body)

    expect(answer).toEqual({ status: 400, body: { error: expect.stringMatching(/^[A-Z].+\.$/s) } })
    expect((await post(server, '/batch/', batchOf('next'))).status).toBe(200)
    expect(namesOf(server)).toEqual(['next'])
  })
})

describe('the project token', () => {
  const batch = [{ event: 'a', distinct_id: 'ada' }]
  it.each([
    ['missing', { batch }],
    ['null', { api_key: null, batch }],
    ['empty', { api_key: '', batch }],
    ['a number', { api_key: 5, batch }],
    ['longer than 64 bytes', { api_key: 'phc_' + 'x'.repeat(61), batch }],
    ['not ASCII', { api_key: 'phc_clé', batch }],
    ['a personal key', { api_key: 'phx_secret', batch }],
    ['missing from every event of an array', [{ event: 'a', distinct_id: 'ada' }]],
    ['given only inside the events of a batch', { batch: [{ ...batch[0], token: 'phc_test' }] }],
    ['contradicted by a second one', { api_key: 'phc_one', token: 'phc_two', batch }],
    ['contradicted by an event', { api_key: 'phc_one', batch: [{ ...batch[0], token: 'phc_two' }] }],
    [
      'different in two events of an array',
      [
        { event: 'a', properties: { token: 'phc_one', distinct_id: 'ada' } },
        { event: 'a', properties: { token: 'phc_two', distinct_id: 'ada' } },
      ],
    ],
  ])('is refused with 401 when it is %s, without being repeated', async (_name, body) => {
    const server = await runningServer()

    const answer = await post(server, '/batch/', body)

    expect(answer).toEqual({ status: 401, body: { error: expect.stringContaining('token') } })
    expect(JSON.stringify(answer.body)).not.toMatch(/secret|phc_one|phc_two|clé/)
    expect(server.events()).toEqual([])
  })

  it.each([
    ['64 bytes long', { api_key: 'phc_' + 'x'.repeat(60), batch }],
    ['named token', { token: 'phc_test', batch }],
    [
      'beside a property that is also called token',
      { api_key: 'phc_test', batch: [{ ...batch[0], properties: { token: 'x' } }] },
    ],
  ])('is accepted when it is %s', async (_name, body) => {
    const server = await runningServer()

    expect((await post(server, '/batch/', body)).status).toBe(200)
  })
})

describe('a browser on another origin', () => {
  it('may post events and read the answer', async () => {
    const server = await runningServer()

    const response = await fetch(`${server.url}/e/`, {
      method: 'POST',
      body: JSON.stringify(batchOf('hello')),
      headers: { origin: 'http://localhost:5173' },
    })

    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
    expect(response.headers.get('access-control-allow-credentials')).toBe('true')
  })

  it('is told why its post was refused', async () => {
    const server = await runningServer()

    const response = await fetch(`${server.url}/e/`, {
      method: 'POST',
      body: '[]',
      headers: { origin: 'http://localhost:5173' },
    })

    expect(response.status).toBe(400)
    expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
  })

  it.each(['/e/', '/i/v0/e/', '/i/v1/analytics/events', '/flags/?v=2'])(
    'passes the preflight of %s',
    async (path) => {
      const server = await runningServer()

      const response = await fetch(server.url + path, {
        method: 'OPTIONS',
        headers: {
          origin: 'http://localhost:5173',
          'access-control-request-method': 'POST',
          'access-control-request-headers': 'content-type',
        },
      })

      expect(response.status).toBe(204)
      expect(response.headers.get('access-control-allow-origin')).toBe('http://localhost:5173')
      expect(response.headers.get('access-control-allow-headers')).toBe('content-type')
      expect(response.headers.get('access-control-allow-methods')).toContain('POST')
    },
  )
})

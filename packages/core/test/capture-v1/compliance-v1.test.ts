import { describe, expect, it } from 'vitest'
import { inTime, token } from '../capture/capture-setup.ts'
import { captureAll, captureOne, headersNamed, startV1, v1EventsOf } from './v1-setup.ts'

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const utcShape = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** One event alone, and three in a batch: what holds for the one holds for every one of the others. */
const sizes = [
  ['a single event', 1],
  ['each of three events', 3],
] as const

describe('endpoint', () => {
  it('all requests hit /i/v1/analytics/events, by POST', async () => {
    const setup = await startV1()

    await captureOne(setup)
    await captureOne(setup)

    const targets = setup.server.requests.map(({ method, path }) => `${method} ${path}`)
    expect(targets).toEqual(['POST /i/v1/analytics/events', 'POST /i/v1/analytics/events'])
  })

  it('none hit /batch, /e, /capture, /track or /i/v0/e, whatever kind of event it is', async () => {
    const setup = await startV1()
    const { client, server, runtime } = setup

    captureAll(setup, 'a', '$pageview')
    client.identify({ distinctId: 'user_1', properties: { plan: 'pro' } })
    client.alias({ distinctId: 'user_1', alias: 'anon_1' })
    client.groupIdentify({ groupType: 'company', groupKey: 'acme' })
    client.setPersonProperties({ distinctId: 'user_1', properties: { plan: 'pro' } })
    await inTime(runtime, client.captureImmediate({ event: 'now', distinctId: 'user_1' }))
    await inTime(runtime, client.flush())

    expect(new Set(server.requests.map(({ path }) => path))).toEqual(new Set(['/i/v1/analytics/events']))
    expect(server.v1Events()).toHaveLength(7)
  })
})

describe('headers', () => {
  it('Authorization is the Bearer token that the client was made with', async () => {
    const setup = await startV1()

    await captureOne(setup)

    expect(headersNamed(setup, 'authorization')).toEqual([`Bearer ${token}`])
  })

  it('Content-Type starts with application/json', async () => {
    const setup = await startV1()

    await captureOne(setup)

    expect(headersNamed(setup, 'content-type')).toEqual([expect.stringMatching(/^application\/json/)])
  })

  it('PostHog-Sdk-Info and User-Agent name library and version', async () => {
    const setup = await startV1()

    await captureOne(setup)

    const nameAndVersion = expect.stringMatching(/^hedgerow-node\/\d+\.\d+\.\d+/)
    expect(headersNamed(setup, 'posthog-sdk-info')).toEqual([nameAndVersion])
    expect(headersNamed(setup, 'user-agent')).toEqual([nameAndVersion])
  })

  it('PostHog-Attempt of a first request is 1', async () => {
    const setup = await startV1()

    await captureOne(setup)

    expect(headersNamed(setup, 'posthog-attempt')).toEqual(['1'])
  })

  it('PostHog-Request-Id is a UUID of version 7', async () => {
    const setup = await startV1()

    await captureOne(setup)

    const [requestId] = headersNamed(setup, 'posthog-request-id')
    expect(requestId).toMatch(uuidShape)
    expect(String(requestId)[14]).toBe('7')
  })

  it('PostHog-Request-Timestamp is the moment of the request, RFC 3339 in UTC', async () => {
    const setup = await startV1()

    captureAll(setup, 'a')
    await setup.runtime.advance(499)
    await inTime(setup.runtime, setup.client.flush())

    expect(headersNamed(setup, 'posthog-request-timestamp')).toEqual(['2024-06-15T12:30:45.622Z'])
  })
})

describe('body', () => {
  it('has created_at, RFC 3339 in UTC and within 5 s of now, and a batch that is not empty', async () => {
    const setup = await startV1()

    captureAll(setup, 'a')
    await setup.runtime.advance(499)
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.v1Batches()[0]?.body).toEqual({
      created_at: '2024-06-15T12:30:45.622Z',
      batch: [expect.objectContaining({ event: 'a' })],
    })
  })

  it('has no api_key, token or sent_at, and says the token nowhere', async () => {
    const setup = await startV1()

    await captureOne(setup)

    const [request] = setup.server.v1Batches()
    expect(Object.keys(request?.body as object).sort()).toEqual(['batch', 'created_at'])
    expect(request?.rawBody.toString()).not.toContain(token)
  })
})

describe.each(sizes)('events: %s', (_name, size) => {
  async function capture(message: object) {
    const setup = await startV1()
    for (let index = 0; index < size; index += 1) {
      setup.client.capture({ event: `event_${index}`, distinctId: `user_${index}`, ...message })
    }
    await inTime(setup.runtime, setup.client.flush())
    expect(setup.server.v1Batches()).toHaveLength(1)
    const events = setup.server.v1Events()
    expect(events).toHaveLength(size)
    return events
  }

  it('has event, uuid, distinct_id and timestamp at its root, all of them texts, and options', async () => {
    for (const [index, event] of (await capture({})).entries()) {
      expect(event).toEqual({
        event: `event_${index}`,
        uuid: expect.stringMatching(uuidShape),
        distinct_id: `user_${index}`,
        timestamp: '2024-06-15T12:30:45.123Z',
        options: {},
        properties: { $is_server: true, $geoip_disable: true },
      })
    }
  })

  it('has a valid uuid, generated when none is given and unique in its batch', async () => {
    const uuids = (await capture({})).map(({ uuid }) => uuid)

    for (const uuid of uuids) expect(uuid).toMatch(uuidShape)
    expect(new Set(uuids).size).toBe(size)
  })

  it('has its timestamp in canonical UTC, converted from an offset; the same text in a property stays', async () => {
    const local = '2025-01-02T08:34:05+05:30'

    for (const event of await capture({ timestamp: local, properties: { booked_at: local } })) {
      expect(event.timestamp).toMatch(utcShape)
      expect(event.timestamp).toBe('2025-01-02T03:04:05.000Z')
      expect(event.properties['booked_at']).toBe('2025-01-02T08:34:05+05:30')
    }
  })

  it('has a distinct_id that is a text, and none inside properties', async () => {
    for (const event of await capture({ distinctId: '12345' })) {
      expect(event.distinct_id).toBe('12345')
      expect(Object.keys(event.properties)).not.toContain('distinct_id')
    }
  })

  it('has its custom properties unchanged', async () => {
    const properties = {
      text: 'value',
      number: 42,
      boolean: true,
      list: [1, 'a', null],
      nested: { a: { b: 1 } },
    }

    for (const event of await capture({ properties })) {
      expect(event.properties).toEqual({
        ...{ text: 'value', number: 42, boolean: true, list: [1, 'a', null], nested: { a: { b: 1 } } },
        $is_server: true,
        $geoip_disable: true,
      })
    }
  })

  it('has $set, $set_once and $groups as objects in properties, and $lib in none', async () => {
    const message = {
      properties: { $set: { plan: 'pro' }, $set_once: { first_plan: 'free' } },
      groups: { company: 'acme' },
    }

    for (const event of await capture(message)) {
      expect(event.properties).toEqual({
        $set: { plan: 'pro' },
        $set_once: { first_plan: 'free' },
        $groups: { company: 'acme' },
        $is_server: true,
        $geoip_disable: true,
      })
      expect(Object.keys(event).sort()).toEqual(
        ['distinct_id', 'event', 'options', 'properties', 'timestamp', 'uuid'].sort(),
      )
    }
  })
})

describe('batching', () => {
  it('five events are one request', async () => {
    const setup = await startV1({ flushAt: 10 })

    captureAll(setup, 'a', 'b', 'c', 'd', 'e')
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.v1Batches()).toHaveLength(1)
    expect(setup.server.v1Events().map(({ event }) => event)).toEqual(['a', 'b', 'c', 'd', 'e'])
  })

  it('the envelope of four events keeps authorization and body format', async () => {
    const setup = await startV1()

    captureAll(setup, 'a', 'b', 'c', 'd')
    await inTime(setup.runtime, setup.client.flush())

    const [request] = setup.server.v1Batches()
    expect(request?.headers.authorization).toBe(`Bearer ${token}`)
    expect(request?.body).toEqual({
      created_at: expect.stringMatching(utcShape),
      batch: Array.from({ length: 4 }, () => expect.objectContaining({ options: {} })),
    })
  })

  it('an empty flush sends nothing, and resolves', async () => {
    const { client, server, runtime } = await startV1()

    const report = await client.flush()
    await runtime.advance(60_000)

    expect(report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(server.requests).toEqual([])
  })

  it('reaching flush_at 3 sends within 1 s, and two events before it do not', async () => {
    const setup = await startV1({ flushAt: 3, flushInterval: 60_000 })

    captureAll(setup, 'a', 'b')
    await setup.runtime.advance(1000)
    const before = setup.server.requests.length
    captureAll(setup, 'c')
    await setup.runtime.advance(1000)

    expect(before).toBe(0)
    expect(setup.server.v1Batches().map((request) => v1EventsOf(request).length)).toEqual([3])
  })
})

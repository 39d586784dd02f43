import { describe, expect, it } from 'vitest'
import { inTime } from '../capture/capture-setup.ts'
import { captureAll, captureOne, startV1 } from './v1-setup.ts'

describe('compression', () => {
  it('Content-Encoding is gzip when enabled, and the body can be decoded', async () => {
    const setup = await startV1({ disableCompression: false })

    await captureOne(setup)

    const [request] = setup.server.v1Batches()
    expect(request?.headers['content-encoding']).toBe('gzip')
    expect([...request!.rawBody.subarray(0, 3)]).toEqual([0x1f, 0x8b, 0x08])
    expect(setup.server.v1Events()).toMatchObject([{ event: 'test_event' }])
  })

  it('Content-Encoding is absent when disabled, and the body is plain JSON', async () => {
    const setup = await startV1()

    await captureOne(setup)

    const [request] = setup.server.v1Batches()
    expect(Object.keys(request?.headers ?? {})).not.toContain('content-encoding')
    expect(request?.rawBody.toString()).toMatch(/^\{"created_at":"/)
  })

  it('a platform that cannot compress sends plain JSON', async () => {
    const gzip = () => Promise.reject(new Error('no compression here'))
    const setup = await startV1({ disableCompression: false }, { gzip })

    await captureOne(setup)

    expect(Object.keys(setup.server.v1Batches()[0]?.headers ?? {})).not.toContain('content-encoding')
    expect(setup.server.v1Events()).toHaveLength(1)
  })
})

describe('options', () => {
  it.each([
    ['$cookieless_mode', true, 'cookieless_mode', true],
    ['$ignore_sent_at', true, 'disable_skew_correction', true],
    ['$process_person_profile', false, 'process_person_profile', false],
    ['$product_tour_id', 'tour_123', 'product_tour_id', 'tour_123'],
  ])(
    '%s of %j arrives as the option %s, and in properties no more',
    async (property, given, option, value) => {
      const setup = await startV1()

      await captureOne(setup, { properties: { [property]: given, kept: 1 } })

      const [event] = setup.server.v1Events()
      expect(event?.options).toEqual({ [option]: value })
      expect(event?.properties).toEqual({ kept: 1, $is_server: true, $geoip_disable: true })
    },
  )

  it('that are not set are absent', async () => {
    const setup = await startV1()

    await captureOne(setup)

    expect(setup.server.v1Events()[0]?.options).toEqual({})
  })

  it('work in batches: each event has its own', async () => {
    const setup = await startV1()
    const { client, runtime, server } = setup

    client.capture({ event: 'a', distinctId: 'user_1', properties: { $cookieless_mode: true } })
    client.capture({ event: 'b', distinctId: 'user_1' })
    client.capture({ event: 'c', distinctId: 'user_1', properties: { $product_tour_id: 'tour_123' } })
    await inTime(runtime, client.flush())

    expect(server.v1Batches()).toHaveLength(1)
    expect(server.v1Events().map(({ options }) => options)).toEqual([
      { cookieless_mode: true },
      {},
      { product_tour_id: 'tour_123' },
    ])
  })

  it('say that an event without a distinct id belongs to nobody', async () => {
    const setup = await startV1()

    setup.client.capture({ event: 'a' })
    await inTime(setup.runtime, setup.client.flush())

    const [event] = setup.server.v1Events()
    expect(event?.options).toEqual({ process_person_profile: false })
    expect(Object.keys(event?.properties ?? {})).not.toContain('$process_person_profile')
  })

  it('session and window stand at the root of the event', async () => {
    const setup = await startV1()

    await captureOne(setup, { properties: { $session_id: 'session_1', $window_id: 'window_1' } })

    const [event] = setup.server.v1Events()
    expect(event).toMatchObject({ session_id: 'session_1', window_id: 'window_1' })
    expect(event?.properties).toEqual({ $is_server: true, $geoip_disable: true })
  })
})

describe('disable_geoip', () => {
  it('true is $geoip_disable true in properties', async () => {
    const setup = await startV1({ disableGeoip: true })

    await captureOne(setup)

    expect(setup.server.v1Events()[0]?.properties).toEqual({ $is_server: true, $geoip_disable: true })
  })

  it.each([
    ['for the client', { disableGeoip: false }, {}],
    ['for one event', {}, { disableGeoip: false }],
  ])('false %s leaves it out', async (_name, options, message) => {
    const setup = await startV1(options)

    await captureOne(setup, message)

    expect(setup.server.v1Events()[0]?.properties).toEqual({ $is_server: true })
  })
})

describe('historical_migration', () => {
  it.each(['v0', 'v1'] as const)('true is in the body of every batch of %s', async (captureMode) => {
    const setup = await startV1({ captureMode, historicalMigration: true, maxBatchSize: 1 })

    captureAll(setup, 'a', 'b')
    await inTime(setup.runtime, setup.client.flush())

    const bodies = setup.server.requests.map(({ body }) => body)
    expect(bodies).toHaveLength(2)
    for (const body of bodies) expect(body).toMatchObject({ historical_migration: true })
  })

  it.each(['v0', 'v1'] as const)('is absent by default in %s', async (captureMode) => {
    const setup = await startV1({ captureMode })

    await captureOne(setup)

    expect(Object.keys(setup.server.requests[0]?.body as object)).not.toContain('historical_migration')
  })
})

describe('timestamp', () => {
  it.each([
    ['a Date', new Date('2025-01-02T03:04:05.678Z'), '2025-01-02T03:04:05.678Z'],
    ['milliseconds since the epoch', 1_735_787_045_678, '2025-01-02T03:04:05.678Z'],
    ['a day', '2025-01-02', '2025-01-02T00:00:00.000Z'],
    ['a date as in HTTP', 'Thu, 02 Jan 2025 03:04:05 GMT', '2025-01-02T03:04:05.000Z'],
    ['finer than a millisecond', '2025-01-02T03:04:05.123456Z', '2025-01-02T03:04:05.123456Z'],
    ['none at all', 'yesterday', '2024-06-15T12:30:45.123Z'],
  ])('is RFC 3339 in UTC when it is given as %s', async (_name, timestamp, expected) => {
    const setup = await startV1()

    await captureOne(setup, { timestamp })

    expect(setup.server.v1Events()[0]?.timestamp).toBe(expected)
  })
})

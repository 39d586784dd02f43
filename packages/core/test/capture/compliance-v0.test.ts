import { describe, expect, it } from 'vitest'
import { answerInTurn, eventsOf, inTime, startCapture, token } from './capture-setup.ts'
import type { CaptureSetup } from './capture-setup.ts'

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const unavailable = { status: 503 }
const accepted = { status: 200, body: { status: 1 } }

/** The contract's own settings: large batches, a short timer, three retries, no compression. */
function start(options: object = {}): Promise<CaptureSetup> {
  return startCapture({ flushAt: 100, flushInterval: 500, fetchRetryCount: 3, ...options })
}

async function captureOne(setup: CaptureSetup, message: object = {}): Promise<void> {
  setup.client.capture({ event: 'test_event', distinctId: 'user_1', ...message })
  await inTime(setup.runtime, setup.client.flush())
}

describe('what an event carries', () => {
  it('event_has_required_fields: name and distinct id are at the top of the event', async () => {
    const setup = await start()

    await captureOne(setup)

    expect(setup.server.batches()).toHaveLength(1)
    expect(setup.server.events()).toMatchObject([{ event: 'test_event', distinct_id: 'user_1' }])
  })

  it('event_has_uuid: a UUID of version 7', async () => {
    const setup = await start()

    await captureOne(setup)

    const uuid = setup.server.events()[0]?.uuid
    expect(uuid).toMatch(uuidShape)
    expect(uuid?.[14]).toBe('7')
  })

  it('event_has_lib_properties: library and version', async () => {
    const setup = await start()

    await captureOne(setup)

    expect(setup.server.events()[0]?.properties).toMatchObject({
      $lib: 'hedgerow-node',
      $lib_version: expect.stringMatching(/^\d+\.\d+\.\d+/),
    })
  })

  it('distinct_id_is_string: the id arrives as it was given', async () => {
    const setup = await start()

    await captureOne(setup, { distinctId: '12345' })

    expect(setup.server.events()[0]?.distinct_id).toBe('12345')
  })

  it('token_is_present: the project token is in the body', async () => {
    const setup = await start()

    await captureOne(setup)

    expect(setup.server.batches()[0]?.body).toMatchObject({ api_key: token })
  })

  it('custom_properties_preserved: text, number and boolean arrive unchanged', async () => {
    const setup = await start()

    await captureOne(setup, { properties: { text: 'value', number: 42, boolean: true } })

    expect(setup.server.events()[0]?.properties).toMatchObject({ text: 'value', number: 42, boolean: true })
  })

  it('event_has_timestamp: the moment of the capture, in UTC', async () => {
    const setup = await start()

    setup.client.capture({ event: 'test_event', distinctId: 'user_1' })
    await setup.runtime.advance(499)
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()[0]?.timestamp).toBe('2024-06-15T12:30:45.123Z')
  })

  it('non_utc_event_timestamp_is_converted_to_utc: but not the same text in a property', async () => {
    const setup = await start()
    const local = '2025-01-02T08:34:05+05:30'

    await captureOne(setup, { timestamp: local, properties: { booked_at: local } })

    const [event] = setup.server.events()
    expect(event?.timestamp).toBe('2025-01-02T03:04:05.000Z')
    expect(event?.properties['booked_at']).toBe('2025-01-02T08:34:05+05:30')
  })
})

describe('retries', () => {
  it('retries_on_503: until the batch is accepted, within 5 seconds', async () => {
    const setup = await start()
    const arrivals = answerInTurn(setup, unavailable, unavailable, accepted)

    await captureOne(setup)

    expect(arrivals).toHaveLength(3)
    expect(arrivals[2]! - arrivals[0]!).toBeLessThan(5000)
    expect(setup.server.events()).toHaveLength(1)
  })

  for (const status of [408, 500, 502, 504]) {
    it(`retries_on_${status}: and the second request is accepted, within 5 seconds`, async () => {
      const setup = await start()
      const arrivals = answerInTurn(setup, { status }, accepted)

      await captureOne(setup)

      expect(arrivals).toHaveLength(2)
      expect(arrivals[1]! - arrivals[0]!).toBeLessThan(5000)
      expect(setup.server.events()).toHaveLength(1)
    })
  }

  for (const status of [400, 401, 403, 413]) {
    it(`does_not_retry_on_${status}: exactly one request`, async () => {
      const setup = await start()
      const arrivals = answerInTurn(setup, { status })

      setup.client.capture({ event: 'test_event', distinctId: 'user_1' })
      await expect(inTime(setup.runtime, setup.client.flush())).rejects.toMatchObject({ status, attempts: 1 })
      await setup.runtime.advance(60_000)

      expect(arrivals).toHaveLength(1)
    })
  }

  it('respects_retry_after_header: the second request waits for the 3 seconds asked for', async () => {
    const setup = await start()
    const arrivals = answerInTurn(setup, { status: 429, headers: { 'retry-after': '3' } }, accepted)

    await captureOne(setup)

    expect(arrivals).toHaveLength(2)
    expect(arrivals[1]! - arrivals[0]!).toBe(3000)
  })

  it('implements_backoff: waits grow from at least 100 ms', async () => {
    const setup = await start()
    const arrivals = answerInTurn(setup, unavailable, unavailable, unavailable, accepted)

    await captureOne(setup)

    const waits = arrivals.slice(1).map((at, index) => at - arrivals[index]!)
    expect(waits).toHaveLength(3)
    expect(waits[0]).toBeGreaterThanOrEqual(500)
    expect(waits[0]).toBeLessThanOrEqual(1000)
    expect(waits[1]).toBeGreaterThanOrEqual(1000)
    expect(waits[1]).toBeLessThanOrEqual(2000)
    expect(waits[2]).toBeGreaterThanOrEqual(2000)
    expect(waits[2]).toBeLessThanOrEqual(4000)
  })

  it('max_retries_respected: three retries are four requests in all', async () => {
    const setup = await start()
    const arrivals = answerInTurn(setup, unavailable)

    setup.client.capture({ event: 'test_event', distinctId: 'user_1' })
    await expect(inTime(setup.runtime, setup.client.flush())).rejects.toMatchObject({ attempts: 4 })
    await setup.runtime.advance(60_000)

    expect(arrivals).toHaveLength(4)
    expect(arrivals[3]! - arrivals[0]!).toBeLessThan(15_000)
  })
})

describe('uuids', () => {
  it('generates_unique_uuids: a hundred events have a hundred', async () => {
    const setup = await start()

    for (let index = 0; index < 100; index += 1) {
      setup.client.capture({ event: 'test_event', distinctId: 'user_1', properties: { index } })
    }
    await inTime(setup.runtime, setup.client.flush())

    expect(new Set(setup.server.events().map(({ uuid }) => uuid)).size).toBe(100)
  })

  it('different_events_have_different_uuids: also when their content is the same', async () => {
    const setup = await start()

    setup.client.capture({ event: 'test_event', distinctId: 'user_1' })
    setup.client.capture({ event: 'test_event', distinctId: 'user_1' })
    await inTime(setup.runtime, setup.client.flush())

    const [first, second] = setup.server.events()
    expect(first?.uuid).toMatch(uuidShape)
    expect(second?.uuid).toMatch(uuidShape)
    expect(first?.uuid).not.toBe(second?.uuid)
  })

  it('preserves_uuid_on_retry: the second request carries the same uuid', async () => {
    const setup = await start()
    answerInTurn(setup, unavailable, accepted)

    await captureOne(setup, { uuid: '0190163D-8694-4AD4-B6A3-5CCA0D9BA2B1' })

    const uuids = setup.server.batches().map((request) => eventsOf(request).map(({ uuid }) => uuid))
    expect(uuids).toEqual([
      ['0190163d-8694-4ad4-b6a3-5cca0d9ba2b1'],
      ['0190163d-8694-4ad4-b6a3-5cca0d9ba2b1'],
    ])
  })

  it('preserves_uuid_and_timestamp_on_retry: time has passed, the event has not changed', async () => {
    const setup = await start()
    const arrivals = answerInTurn(setup, unavailable, accepted)

    await captureOne(setup)

    const [first, second] = setup.server.batches().map((request) => eventsOf(request)[0])
    expect(arrivals[1]).toBeGreaterThan(arrivals[0]!)
    expect(first?.uuid).toMatch(uuidShape)
    expect(second?.uuid).toBe(first?.uuid)
    expect([first?.timestamp, second?.timestamp]).toEqual([
      '2024-06-15T12:30:45.123Z',
      '2024-06-15T12:30:45.123Z',
    ])
  })

  it('preserves_uuid_and_timestamp_on_batch_retry: every event of the batch, in the same order', async () => {
    const setup = await start()
    answerInTurn(setup, unavailable, accepted)

    for (const event of ['first', 'second', 'third']) setup.client.capture({ event, distinctId: 'user_1' })
    await inTime(setup.runtime, setup.client.flush())

    const [refused, resent] = setup.server.batches()
    expect(eventsOf(refused).map(({ event }) => event)).toEqual(['first', 'second', 'third'])
    expect(eventsOf(resent)).toEqual(eventsOf(refused))
    expect(resent?.rawBody.equals(refused!.rawBody)).toBe(true)
    expect(new Set(eventsOf(resent).map(({ uuid }) => uuid)).size).toBe(3)
  })

  it('no_duplicate_events_in_batch: no uuid twice in a request, though a batch was retried', async () => {
    const setup = await start()
    answerInTurn(setup, unavailable, accepted)

    for (let index = 0; index < 10; index += 1) setup.client.capture({ event: 'a', distinctId: 'user_1' })
    await inTime(setup.runtime, setup.client.flush())

    const distinct = setup.server
      .batches()
      .map((request) => new Set(eventsOf(request).map(({ uuid }) => uuid)).size)
    expect(distinct).toEqual([10, 10])
  })
})

describe('requests', () => {
  it('sends_gzip_when_enabled: compressed, and labelled so', async () => {
    const setup = await start({ disableCompression: false })

    await captureOne(setup)

    const [request] = setup.server.batches()
    expect(request?.headers['content-encoding']).toBe('gzip')
    expect([...request!.rawBody.subarray(0, 3)]).toEqual([0x1f, 0x8b, 0x08])
    expect(setup.server.events()).toHaveLength(1)
  })

  it('uses_proper_batch_structure: token and a list of events at the root', async () => {
    const setup = await start()

    await captureOne(setup)

    const [request] = setup.server.batches()
    expect(request?.method).toBe('POST')
    expect(request?.path).toBe('/batch/')
    expect(request?.body).toEqual({
      api_key: token,
      batch: [expect.objectContaining({ event: 'test_event' })],
      sent_at: '2024-06-15T12:30:45.123Z',
    })
  })

  it('flush_with_no_events_sends_nothing: and resolves', async () => {
    const { client, server, runtime } = await start()

    const report = await client.flush()
    await runtime.advance(60_000)

    expect(report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(server.requests).toEqual([])
  })

  it('multiple_events_batched_together: five events are one request', async () => {
    const setup = await start({ flushAt: 10 })

    for (let index = 0; index < 5; index += 1) setup.client.capture({ event: 'a', distinctId: 'user_1' })
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.batches()).toHaveLength(1)
    expect(setup.server.events()).toHaveLength(5)
  })
})

import { describe, expect, it } from 'vitest'
import type { Answer } from 'testkit'
import type { HedgerowClient } from '../../src/index.ts'
import {
  captureThrough,
  createHeldFetch,
  inTime,
  namesOf,
  poorResponse,
  startCapture,
} from '../capture/capture-setup.ts'

const user = { distinctId: 'user_1' }
const modes = ['v0', 'v1'] as const

/** The twins by the event that each of them makes. */
const twins: [name: string, send: (client: HedgerowClient) => Promise<void>, event: object][] = [
  [
    'captureImmediate',
    (client) => client.captureImmediate({ ...user, event: 'order placed', properties: { total: 42 } }),
    { event: 'order placed', distinct_id: 'user_1', properties: { total: 42 } },
  ],
  [
    'identifyImmediate',
    (client) => client.identifyImmediate({ ...user, properties: { plan: 'pro' } }),
    { event: '$identify', distinct_id: 'user_1', properties: { $set: { plan: 'pro' }, $set_once: {} } },
  ],
  [
    'aliasImmediate',
    (client) => client.aliasImmediate({ ...user, alias: 'anon_1' }),
    { event: '$create_alias', distinct_id: 'user_1', properties: { alias: 'anon_1' } },
  ],
  [
    'groupIdentifyImmediate',
    (client) => client.groupIdentifyImmediate({ groupType: 'company', groupKey: 'acme' }),
    {
      event: '$groupidentify',
      distinct_id: '$company_acme',
      properties: { $group_type: 'company', $group_key: 'acme', $group_set: {} },
    },
  ],
  [
    'captureExceptionImmediate',
    (client) => client.captureExceptionImmediate(new TypeError('it broke'), 'user_1'),
    { event: '$exception', distinct_id: 'user_1', properties: { $exception_level: 'error' } },
  ],
]

describe.each(modes)('an immediate call in capture %s', (captureMode) => {
  it.each(twins)(
    '%s is one request with one event, there when the promise resolves',
    async (_name, send, event) => {
      const { client, server, runtime } = await startCapture({ captureMode, flushInterval: 0 })

      // Without the clock: what describes exceptions is loaded in real time.
      await send(client)
      await runtime.settle()

      const received = captureMode === 'v0' ? server.events() : server.v1Events()
      expect(server.requests).toHaveLength(1)
      expect(received).toMatchObject([event])
      expect(received).toHaveLength(1)
      expect(client.stats()).toMatchObject({ accepted: 1, sent: 1, pending: 0, calls: { batch: 1 } })
      expect(runtime.timers).toBe(0)
    },
  )

  it.each([400, 413, 503])('resolves after a final %i too, and the failure is reported', async (status) => {
    const { client, server, runtime, errors } = await startCapture({ captureMode, fetchRetryCount: 1 })
    const heard: unknown[] = []
    client.on('error', (error) => heard.push(error))
    for (const path of ['/batch/', '/i/v1/analytics/events']) server.always(path, { status })

    const outcome = await inTime(runtime, client.captureImmediate({ ...user, event: 'a' }))

    expect(outcome).toBeUndefined()
    expect(server.requests).toHaveLength(status === 503 ? 2 : 1)
    expect(errors).toMatchObject([{ status, error: { code: 'transport', status, dropped: 1 } }])
    expect(heard).toEqual([errors[0]?.error])
    expect(client.stats()).toMatchObject({ accepted: 1, sent: 0, pending: 0 })
  })

  it('resolves after a network failure, and its event stays queued for a later drain', async () => {
    const { client, server, runtime, errors } = await startCapture({
      captureMode,
      fetchRetryCount: 0,
      flushInterval: 5000,
    })
    const answers: Answer[] = ['disconnect']
    for (const path of ['/batch/', '/i/v1/analytics/events']) server.answer(path, ...answers)

    await inTime(runtime, client.captureImmediate({ ...user, event: 'a' }))
    const kept = client.stats()
    await runtime.advance(4999)
    const before = server.requests.length
    await runtime.advance(1)

    expect(errors).toMatchObject([{ status: -1, error: { dropped: 0, retryable: true } }])
    expect(kept).toMatchObject({ accepted: 1, sent: 0, dropped: {}, pending: 1 })
    expect(before).toBe(1)
    expect(namesOf(server.requests)).toEqual([['a'], ['a']])
    expect(client.stats()).toMatchObject({ sent: 1, pending: 0, pendingBytes: 0 })
  })
})

describe('an immediate event', () => {
  it('is pending while it is in flight, with its bytes', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch)

    const sent = client.captureImmediate({ ...user, event: 'a' })
    await runtime.settle()
    const during = client.stats()
    held[0]?.answer(200)
    await sent

    expect(during).toMatchObject({ accepted: 1, sent: 0, pending: 1 })
    expect(during.pendingBytes).toBeGreaterThan(100)
    expect(client.stats()).toMatchObject({ accepted: 1, sent: 1, pending: 0, pendingBytes: 0 })
  })

  it('goes out beside a drain that has used up its requests', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 1, maxConcurrentRequests: 1 })
    for (const event of ['a', 'b']) client.capture({ ...user, event })
    const flushed = client.flush()
    await runtime.settle()

    const sent = client.captureImmediate({ ...user, event: 'now' })
    await runtime.settle()
    const inFlight = held.map(({ events }) => events)
    held.find(({ events }) => events[0] === 'now')?.answer(200)
    await sent
    const whenSent = client.stats()
    for (let step = 0; step < 2; step += 1) {
      held[0]?.answer(200)
      await runtime.settle()
    }
    const report = await flushed

    expect(inFlight).toEqual([['a'], ['now']])
    expect(whenSent).toMatchObject({ accepted: 3, sent: 1, pending: 2 })
    expect(report).toMatchObject({ sent: 3, pending: 0 })
  })

  it('leaves the events that wait for their batch alone', async () => {
    const { client, server, runtime } = await startCapture({ flushInterval: 5000 })

    client.capture({ ...user, event: 'a' })
    for (const event of ['now', 'and now']) await inTime(runtime, client.captureImmediate({ ...user, event }))
    client.capture({ ...user, event: 'b' })
    const before = namesOf(server.batches())
    await runtime.advance(5000)

    expect(before).toEqual([['now'], ['and now']])
    expect(namesOf(server.batches())).toEqual([['now'], ['and now'], ['a', 'b']])
  })

  it('that fails does not fail the flush of events that came before it', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch)
    client.capture({ ...user, event: 'a' })
    const flushed = client.flush()
    const sent = client.captureImmediate({ ...user, event: 'now' })
    await runtime.settle()

    held.find(({ events }) => events[0] === 'now')?.answer(400)
    await sent
    held[0]?.answer(200)

    expect(await flushed).toMatchObject({ sent: 1, dropped: 1, pending: 0 })
  })

  it('is what a flush after it waits for', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch)
    void client.captureImmediate({ ...user, event: 'now' })
    await runtime.settle()

    let ended = false
    const flushed = client.flush().finally(() => (ended = true))
    await runtime.settle()
    const early = ended
    held[0]?.answer(200)

    expect(early).toBe(false)
    expect(await flushed).toMatchObject({ sent: 1, pending: 0 })
  })

  it('is sent by a shutdown that comes while it is in flight, which leaves no timer', async () => {
    const { client, server, runtime } = await startCapture()
    server.answer('/batch/', { status: 503 })

    const sent = client.captureImmediate({ ...user, event: 'now' })
    const report = await inTime(runtime, client.shutdown())
    await sent

    expect(report).toEqual({ sent: 1, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(namesOf(server.batches())).toEqual([['now'], ['now']])
    expect(runtime.timers).toBe(0)
  })

  it('that hangs resolves at the deadline of a shutdown, and stays queued', async () => {
    const { client, server, runtime } = await startCapture()
    server.answer('/batch/', 'hang')

    const sent = client.captureImmediate({ ...user, event: 'now' })
    const report = await inTime(runtime, client.shutdown(2000))
    await sent
    const timers = runtime.timers
    await inTime(runtime, client.flush())

    expect(report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 1, timedOut: true })
    expect(timers).toBe(0)
    expect(namesOf(server.batches())).toEqual([['now'], ['now']])
  })

  it('of an exception is covered by a shutdown that comes while it is being described', async () => {
    const { client, server, runtime } = await startCapture()

    const sent = client.captureExceptionImmediate(new Error('it broke'), 'user_1')
    const report = await client.shutdown()
    await sent

    expect(report).toMatchObject({ sent: 1, pending: 0 })
    expect(namesOf(server.batches())).toEqual([['$exception']])
    expect(runtime.timers).toBe(0)
  })

  it.each([
    ['one that is none', {}, { ...user, event: '' }, 'invalid'],
    ['one that before_send refuses', { before_send: () => null }, { ...user, event: 'a' }, 'before-send'],
    ['one of a disabled client', { disabled: true }, { ...user, event: 'a' }, 'disabled'],
    ['one of a client that is opted out', { defaultOptIn: false }, { ...user, event: 'a' }, 'opted-out'],
  ])('that is refused resolves without a request: %s', async (_name, options, message, reason) => {
    const { client, server } = await startCapture(options)

    await client.captureImmediate(message)

    expect(server.requests).toEqual([])
    expect(client.stats()).toMatchObject({ accepted: 0, refused: { [reason]: 1 } })
  })

  it('that is too large resolves without a request, and is counted as lost', async () => {
    const { client, server, errors } = await startCapture({ maxEventBytes: 500 })

    await client.captureImmediate({ ...user, event: 'a', properties: { padding: 'x'.repeat(600) } })

    expect(server.requests).toEqual([])
    expect(errors).toMatchObject([{ error: { code: 'too-large', dropped: 1 } }])
    expect(client.stats()).toMatchObject({ accepted: 1, dropped: { 'too-large': 1 }, pending: 0 })
  })

  it('takes its room in a full queue from those that wait', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxQueueSize: 2, flushAt: 100 })
    for (const event of ['a', 'b']) client.capture({ ...user, event })

    void client.captureImmediate({ ...user, event: 'now' })
    await runtime.settle()

    expect(held.map(({ events }) => events)).toEqual([['now']])
    expect(client.stats()).toMatchObject({ accepted: 3, dropped: { 'queue-full': 1 }, pending: 2 })
  })

  it('never rejects, whatever fetch does', async () => {
    const fetches = [
      () => Promise.reject(new Error('down')),
      () => {
        throw new Error('down')
      },
      async () => poorResponse(Number.NaN),
    ]
    for (const fetch of fetches) {
      const { client, runtime } = captureThrough(fetch, { fetchRetryCount: 0 })
      await expect(inTime(runtime, client.captureImmediate({ ...user, event: 'a' }))).resolves.toBeUndefined()
    }
  })
})

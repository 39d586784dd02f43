import { describe, expect, it } from 'vitest'
import type { HedgerowClient } from '../../src/index.ts'
import { captureThrough, createHeldFetch, eventsOf, inTime, namesOf, startCapture } from './capture-setup.ts'

function captureAll(client: HedgerowClient, ...names: string[]): void {
  for (const event of names) client.capture({ event, distinctId: 'user_1' })
}

/** Batches may overtake each other. */
function sorted(texts: readonly string[]): string[] {
  return [...texts].sort()
}

describe('when events go out', () => {
  it('is when flushAt of them wait', async () => {
    const { client, server, runtime } = await startCapture({ flushAt: 3, flushInterval: 0 })

    captureAll(client, 'a', 'b')
    await runtime.advance(600_000)
    const before = server.requests.length
    captureAll(client, 'c')
    await runtime.settle()

    expect(before).toBe(0)
    expect(namesOf(server.batches())).toEqual([['a', 'b', 'c']])
  })

  it('is flushInterval after the first of them', async () => {
    const { client, server, runtime } = await startCapture({ flushInterval: 5000 })

    captureAll(client, 'a')
    await runtime.advance(4000)
    captureAll(client, 'b')
    await runtime.advance(999)
    const before = server.requests.length
    await runtime.advance(1)

    expect(before).toBe(0)
    expect(namesOf(server.batches())).toEqual([['a', 'b']])
    expect(client.stats()).toMatchObject({ accepted: 2, sent: 2, pending: 0, calls: { batch: 1 } })
  })

  it('is one timer for a burst, armed again for the next one', async () => {
    const { client, server, runtime } = await startCapture({ flushInterval: 5000 })

    captureAll(client, 'a', 'b', 'c')
    expect(runtime.timers).toBe(1)
    await runtime.advance(5000)
    captureAll(client, 'd')
    expect(runtime.nextTimerDelayMs).toBe(5000)
    await runtime.advance(5000)

    expect(namesOf(server.batches())).toEqual([['a', 'b', 'c'], ['d']])
  })
})

describe('events that come fast', () => {
  it('go out together after 200 ms, once flushAt of them have gone', async () => {
    const { client, server, runtime } = await startCapture({ flushAt: 2, flushInterval: 0 })

    captureAll(client, 'a', 'b')
    await runtime.advance(50)
    captureAll(client, 'c', 'd', 'e')
    await runtime.advance(149)
    const before = namesOf(server.batches())
    await runtime.advance(1)

    expect(before).toEqual([['a', 'b']])
    expect(namesOf(server.batches())).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e'],
    ])
  })

  it('go out sooner where they fill a batch', async () => {
    const { client, server, runtime } = await startCapture({ flushAt: 2, maxBatchSize: 4, flushInterval: 0 })

    captureAll(client, 'a', 'b')
    await runtime.settle()
    captureAll(client, 'c', 'd', 'e', 'f', 'g')
    await runtime.settle()

    expect(namesOf(server.batches())).toEqual([
      ['a', 'b'],
      ['c', 'd', 'e', 'f'],
    ])
  })

  it('go out sooner where they would fill the queue', async () => {
    const { client, server, runtime } = await startCapture({
      ...{ flushAt: 2, flushInterval: 0, maxQueueSize: 6, onError: () => undefined },
    })

    captureAll(client, 'a', 'b')
    await runtime.settle()
    for (const event of 'cdefgh') {
      captureAll(client, event)
      await runtime.settle()
    }

    expect(namesOf(server.batches()).map((names) => names.join(''))).toEqual(['ab', 'cde', 'fgh'])
    expect(client.stats()).toMatchObject({ sent: 8, dropped: {}, pending: 0 })
  })

  it('go out as soon as flushAt of them wait, when it was calm for 200 ms', async () => {
    const { client, server, runtime } = await startCapture({ flushAt: 2, flushInterval: 0 })

    captureAll(client, 'a', 'b')
    await runtime.advance(200)
    captureAll(client, 'c', 'd')
    await runtime.settle()

    expect(namesOf(server.batches())).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
  })

  it('wait for each other also where a request is answered meanwhile', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { flushAt: 2, flushInterval: 0 })
    captureAll(client, 'a', 'b')
    await runtime.advance(50)
    captureAll(client, 'c', 'd')

    held[0]?.answer(200)
    await runtime.settle()
    captureAll(client, 'e')
    await runtime.advance(149)
    const before = held.length
    await runtime.advance(1)

    expect(before).toBe(0)
    expect(held.map(({ events }) => events)).toEqual([['c', 'd', 'e']])
  })

  it('wait for their own flushInterval where fewer than flushAt are left', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { flushAt: 2, flushInterval: 5000 })
    captureAll(client, 'a', 'b', 'c')
    await runtime.advance(4000)

    held[0]?.answer(200)
    await runtime.advance(999)
    const before = held.length
    await runtime.advance(1)

    expect(before).toBe(0)
    expect(held.map(({ events }) => events)).toEqual([['c']])
  })

  it('go out at once, each by itself, with a flushAt of 1', async () => {
    const { client, server, runtime } = await startCapture({ flushAt: 1 })

    for (const event of 'abc') {
      captureAll(client, event)
      await runtime.settle()
    }

    expect(namesOf(server.batches())).toEqual([['a'], ['b'], ['c']])
  })

  it('leave no timer behind a shutdown', async () => {
    const { client, runtime } = await startCapture({ flushAt: 2 })

    captureAll(client, 'a', 'b', 'c')
    await inTime(runtime, client.shutdown())

    expect(runtime.timers).toBe(0)
  })
})

describe('the size of a batch', () => {
  it('is at most maxBatchSize events', async () => {
    const { client, server, runtime } = await startCapture({ maxBatchSize: 2 })

    captureAll(client, 'a', 'b', 'c', 'd', 'e')
    await inTime(runtime, client.flush())

    expect(sorted(namesOf(server.batches()).map((names) => names.join('')))).toEqual(['ab', 'cd', 'e'])
  })

  it('is at most maxBatchBytes of events, and a larger event goes alone', async () => {
    const { client, server, runtime } = await startCapture({ maxBatchBytes: 1000, maxConcurrentRequests: 1 })
    const padding = (bytes: number) => ({ distinctId: 'u', properties: { padding: 'x'.repeat(bytes) } })

    client.capture({ event: 'large', ...padding(3000) })
    for (const event of ['a', 'b', 'c', 'd']) client.capture({ event, ...padding(200) })
    await inTime(runtime, client.flush())

    expect(namesOf(server.batches())).toEqual([['large'], ['a', 'b'], ['c', 'd']])
    for (const request of server.batches().slice(1)) {
      const texts = eventsOf(request).map((event) => JSON.stringify(event))
      expect(texts.join('').length).toBeLessThanOrEqual(1000)
      expect(texts.join('').length * 1.5).toBeGreaterThan(1000)
    }
  })

  it('halves within the batch after a 413, and events that are small enough all arrive', async () => {
    const { client, server, runtime } = await startCapture({ maxBatchSize: 8, maxConcurrentRequests: 1 })
    server.always('/batch/', (request) => ({ status: eventsOf(request).length > 2 ? 413 : 200 }))

    captureAll(client, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i')
    const report = await inTime(runtime, client.flush())

    expect(namesOf(server.batches()).map((names) => names.join(''))).toEqual([
      ...['abcdefgh', 'abcd', 'ab', 'cd', 'efgh', 'ef', 'gh', 'i'],
    ])
    expect(report).toEqual({ sent: 9, dropped: 0, spooled: 0, pending: 0, timedOut: false })
  })

  it('grows again after successes, up to maxBatchSize', async () => {
    const { client, server, runtime } = await startCapture({ maxBatchSize: 4, maxConcurrentRequests: 1 })
    server.answer('/batch/', { status: 413 })
    const names = Array.from({ length: 60 }, (_, index) => `event ${index}`)

    captureAll(client, ...names)
    await inTime(runtime, client.flush())

    const sizes = namesOf(server.batches()).map((batch) => batch.length)
    expect(sizes).toEqual([
      4,
      2,
      2,
      ...Array.from({ length: 6 }, () => 2),
      ...Array.from({ length: 11 }, () => 4),
    ])
    expect(server.events()).toHaveLength(60)
  })

  it('is not raised by the 413 of a larger batch that was under way', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 8, flushAt: 1000 })
    captureAll(client, ...Array.from({ length: 40 }, (_, index) => `event ${index}`))
    const flushed = client.flush()
    await runtime.settle()
    const [first, second] = held

    first?.answer(413)
    await runtime.settle()
    held.at(-1)?.answer(413) // its first half: two events a request from now on
    await runtime.settle()
    second?.answer(413)
    const sizes: number[] = []
    for (let step = 0; step < 60 && held.length > 0; step += 1) {
      const [request] = held
      sizes.push(request?.events.length ?? 0)
      request?.answer(200)
      await runtime.settle()
    }
    await flushed

    expect(client.stats()).toMatchObject({ sent: 40, pending: 0 })
    // The parts of the two refused batches; then two events a request, doubled after eight successes.
    expect(sizes).toEqual([2, 4, 2, 4, 4, ...[2, 2, 2, 2], ...[4, 4, 4, 4]])
  })

  it('loses a single event that is refused with 413, and no other', async () => {
    const { client, server, runtime, errors } = await startCapture({ maxConcurrentRequests: 1 })
    server.always('/batch/', (request) => ({
      status: eventsOf(request).some(({ event }) => event === 'huge') ? 413 : 200,
    }))

    captureAll(client, 'a', 'b', 'huge', 'c')
    await expect(inTime(runtime, client.flush())).rejects.toMatchObject({ status: 413, dropped: 1 })

    expect(server.events().map(({ event }) => event)).toEqual(['a', 'b', 'c'])
    expect(client.stats()).toMatchObject({ sent: 3, dropped: { 'too-large': 1 }, pending: 0 })
    expect(errors).toMatchObject([{ status: 413, error: { code: 'transport', dropped: 1 } }])
  })
})

describe('batches in flight', () => {
  it.each([1, 2, 5])('are at most maxConcurrentRequests (%i) at once', async (limit) => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 1, maxConcurrentRequests: limit })
    const seen: number[] = []

    captureAll(client, 'a', 'b', 'c', 'd', 'e', 'f', 'g')
    const flushed = client.flush()
    for (let step = 0; step < 7; step += 1) {
      await runtime.settle()
      seen.push(held.length)
      held[0]?.answer(200)
    }
    await inTime(runtime, flushed)

    expect(Math.max(...seen)).toBe(limit)
    expect(client.stats()).toMatchObject({ sent: 7, pending: 0 })
  })

  it('may be more than ten without a warning of Node about listeners', async () => {
    const warnings: string[] = []
    const listen = (warning: Error) => warnings.push(warning.name)
    process.on('warning', listen)
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 1, maxConcurrentRequests: 30 })

    captureAll(client, ...Array.from({ length: 30 }, (_, index) => `event ${index}`))
    const ended = client.shutdown(100)
    await runtime.settle()
    const inFlight = held.length
    await inTime(runtime, ended)
    process.off('warning', listen)

    expect(inFlight).toBe(30)
    expect(warnings).toEqual([])
  })

  it('take events along that were captured while they were under way', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { flushInterval: 0, maxConcurrentRequests: 1 })
    captureAll(client, 'a')
    const flushed = client.flush()
    await runtime.settle()

    captureAll(client, 'b')
    held[0]?.answer(200)
    await flushed
    await runtime.settle()

    expect(held.map(({ events }) => events)).toEqual([['b']])
  })
})

describe('flush', () => {
  it('waits for what was captured before it, and not for what came later', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 1, maxConcurrentRequests: 2 })
    captureAll(client, 'a', 'b')
    let ended = false
    const flushed = client.flush()
    flushed.then(
      () => (ended = true),
      () => undefined,
    )
    await runtime.settle()
    captureAll(client, 'late')

    held.find(({ events }) => events[0] === 'b')?.answer(200)
    await runtime.settle()
    const early = ended
    held.find(({ events }) => events[0] === 'a')?.answer(200)
    const report = await inTime(runtime, flushed)

    expect(early).toBe(false)
    expect(held.map(({ events }) => events)).toEqual([['late']])
    expect(report).toEqual({ sent: 2, dropped: 0, spooled: 0, pending: 1, timedOut: false })
  })

  it('tells listeners of flush its report', async () => {
    const { client, runtime } = await startCapture()
    const heard: unknown[] = []
    client.on('flush', (...payload) => heard.push(payload))
    client.on('*', (...payload) => heard.push(payload))

    captureAll(client, 'a')
    const report = await inTime(runtime, client.flush())

    expect(report).toEqual({ sent: 1, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(heard[0]).toMatchObject(['capture', { event: 'a' }])
    expect(heard.slice(1)).toEqual([[report], ['flush', report]])
  })
})

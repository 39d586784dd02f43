import { describe, expect, it } from 'vitest'
import type { ClientOptions } from '../../src/index.ts'
import { captureThrough, createHeldFetch, inTime, namesOf, startCapture } from '../capture/capture-setup.ts'
import { pageFacts, scopeOpener } from '../request/open-scope.ts'
import { createPlatform } from './serverless-platform.ts'
import { captureAll } from './v1-setup.ts'

/** A client on a platform that may freeze it. */
async function startServerless(options: ClientOptions = {}) {
  const platform = createPlatform()
  const setup = await startCapture({ waitUntil: platform.waitUntil, ...options })
  return { ...setup, platform }
}

describe('waitUntil', () => {
  it('is called once for a burst, at its first capture', async () => {
    const setup = await startServerless()

    captureAll(setup, 'a')
    const atOnce = setup.platform.states()
    await setup.runtime.advance(30)
    captureAll(setup, 'b', 'c')
    await setup.runtime.advance(10)

    expect(atOnce).toEqual(['pending'])
    expect(setup.platform.states()).toEqual(['pending'])
  })

  it('is given a promise that resolves when the flush of the burst is done', async () => {
    const { waitUntil, states } = createPlatform()
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { waitUntil })

    captureAll({ client }, 'a', 'b')
    await runtime.advance(1000)
    const inFlight = [held.map(({ events }) => events), states()]
    held[0]?.answer(200)
    await runtime.settle()

    expect(inFlight).toEqual([[['a', 'b']], ['pending']])
    expect(states()).toEqual(['resolved'])
    expect(client.stats()).toMatchObject({ sent: 2, pending: 0 })
  })

  it('is called again for the next burst', async () => {
    const setup = await startServerless()

    captureAll(setup, 'a')
    await setup.runtime.advance(50)
    captureAll(setup, 'b')
    await setup.runtime.advance(50)

    expect(setup.platform.states()).toEqual(['resolved', 'resolved'])
    expect(namesOf(setup.server.batches())).toEqual([['a'], ['b']])
  })

  it.each([
    ['PostHog refuses the batch', { status: 400 }],
    ['nobody answers', 'disconnect'],
  ] as const)('has its promise resolved also when %s', async (_name, answer) => {
    const setup = await startServerless({ fetchRetryCount: 0 })
    setup.server.answer('/batch/', answer)

    captureAll(setup, 'a')
    await setup.runtime.advance(50)

    expect(setup.platform.states()).toEqual(['resolved'])
    expect(setup.errors).toHaveLength(1)
  })

  it('that throws, as platforms do outside of a request, costs no event', async () => {
    const waitUntil = () => {
      throw new Error('no request is being handled')
    }
    const setup = await startServerless({ waitUntil })

    captureAll(setup, 'a', 'b')
    await setup.runtime.advance(50)

    expect(namesOf(setup.server.batches())).toEqual([['a', 'b']])
    expect(setup.client.stats()).toMatchObject({ accepted: 2, sent: 2, refused: {} })
    expect(setup.runtime.lines).toEqual([])
  })

  it.each([
    ['refused', { before_send: () => null }],
    ['not wanted', { defaultOptIn: false }],
    ['of a disabled client', { disabled: true }],
  ])('is not called for an event that is %s', async (_name, options) => {
    const setup = await startServerless(options)

    captureAll(setup, 'a')
    await setup.runtime.advance(1000)

    expect(setup.platform.states()).toEqual([])
  })

  it('has its promise settled by shutdown, which leaves no timer', async () => {
    const setup = await startServerless()

    captureAll(setup, 'a')
    await setup.client.shutdown()
    const states = setup.platform.states()
    const { timers } = setup.runtime
    await setup.runtime.advance(60_000)

    expect(states).toEqual(['resolved'])
    expect(timers).toBe(0)
    expect(namesOf(setup.server.batches())).toEqual([['a']])
  })

  it('has its promise settled by the deadline of shutdown when the flush hangs', async () => {
    const setup = await startServerless()
    setup.server.always('/batch/', 'hang')

    captureAll(setup, 'a')
    await setup.runtime.advance(50)
    captureAll(setup, 'b')
    const report = await inTime(setup.runtime, setup.client.shutdown(1000))
    await setup.runtime.settle()

    expect(report).toMatchObject({ pending: 2, timedOut: true })
    expect(setup.platform.states()).toEqual(['resolved', 'resolved'])
    expect(setup.runtime.timers).toBe(0)
  })
})

describe('the flush of a burst', () => {
  it('comes 50 ms after its last capture', async () => {
    const setup = await startServerless()

    captureAll(setup, 'a')
    await setup.runtime.advance(49)
    captureAll(setup, 'b')
    await setup.runtime.advance(49)
    const before = setup.server.requests.length
    await setup.runtime.advance(1)

    expect(before).toBe(0)
    expect(namesOf(setup.server.batches())).toEqual([['a', 'b']])
  })

  it('comes at most 500 ms after its first capture', async () => {
    const setup = await startServerless({ flushAt: 1000 })

    for (let time = 0; time < 500; time += 20) {
      captureAll(setup, `after ${time} ms`)
      await setup.runtime.advance(time === 480 ? 19 : 20)
    }
    const before = setup.server.requests.length
    await setup.runtime.advance(1)

    expect(before).toBe(0)
    expect(namesOf(setup.server.batches()).map((names) => names.length)).toEqual([25])
    expect(setup.platform.states()).toEqual(['resolved'])
  })

  it.each([-1, -1000, 0])('comes at once with waitUntilDebounceMs of %d', async (waitUntilDebounceMs) => {
    const setup = await startServerless({ waitUntilDebounceMs })

    captureAll(setup, 'a', 'b')
    const before = setup.server.requests.length
    await setup.runtime.advance(0)

    expect(before).toBe(0)
    expect(namesOf(setup.server.batches())).toEqual([['a', 'b']])
  })

  it('has times of its own when they are given', async () => {
    const setup = await startServerless({ waitUntilDebounceMs: 200, waitUntilMaxWaitMs: 300 })

    captureAll(setup, 'a')
    await setup.runtime.advance(199)
    captureAll(setup, 'b')
    await setup.runtime.advance(100)
    const before = setup.server.requests.length
    await setup.runtime.advance(1)

    expect(before).toBe(0)
    expect(namesOf(setup.server.batches())).toEqual([['a', 'b']])
  })

  it('takes along what is captured while it runs', async () => {
    const { waitUntil, states } = createPlatform()
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { waitUntil, maxConcurrentRequests: 1 })
    captureAll({ client }, 'a')
    await runtime.advance(50)

    captureAll({ client }, 'b')
    held[0]?.answer(200)
    await runtime.settle()
    const next = held.map(({ events }) => events)
    held[0]?.answer(200)
    await runtime.advance(50)

    expect(next).toEqual([['b']])
    expect(states()).toEqual(['resolved', 'resolved'])
    expect(client.stats()).toMatchObject({ sent: 2, calls: { batch: 2 } })
  })

  it('begins earlier for a full queue, and the promise waits for all of it', async () => {
    const { waitUntil, states } = createPlatform()
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { waitUntil, flushAt: 2, maxBatchSize: 2 })

    captureAll({ client }, 'a', 'b', 'c')
    await runtime.settle()
    const early = held.map(({ events }) => events)
    await runtime.advance(50)
    held.find(({ events }) => events[0] === 'a')?.answer(200)
    await runtime.settle()
    const half = states()
    held[0]?.answer(200)
    await runtime.settle()

    expect(early[0]).toEqual(['a', 'b'])
    expect(half).toEqual(['pending'])
    expect(states()).toEqual(['resolved'])
  })

  it('is on time when the clock is set back during the burst', async () => {
    const setup = await startServerless({ flushAt: 1000 })

    captureAll(setup, 'first')
    await setup.runtime.advance(20)
    setup.runtime.setNow(setup.runtime.now() - 3_600_000)
    for (let time = 20; time < 500; time += 20) {
      captureAll(setup, `after ${time} ms`)
      await setup.runtime.advance(20)
    }

    expect(namesOf(setup.server.batches())).toHaveLength(1)
    expect(setup.platform.states()).toEqual(['resolved'])
  })

  it('still waits for the last capture when the clock is set forward during the burst', async () => {
    const setup = await startServerless()

    captureAll(setup, 'a')
    setup.runtime.setNow(setup.runtime.now() + 3_600_000)
    captureAll(setup, 'b')
    await setup.runtime.advance(49)
    const before = setup.server.requests.length
    await setup.runtime.advance(1)

    expect(before).toBe(0)
    expect(namesOf(setup.server.batches())).toEqual([['a', 'b']])
  })
})

describe('the lifetime of a process', () => {
  it('serverless without waitUntil flushes a moment after the last capture all the same', async () => {
    const setup = await startCapture({ lifetime: 'serverless' })

    captureAll(setup, 'a', 'b')
    await setup.runtime.advance(50)

    expect(namesOf(setup.server.batches())).toEqual([['a', 'b']])
  })

  it('server with waitUntil keeps its interval, and never asks the platform', async () => {
    const setup = await startServerless({ lifetime: 'server', flushInterval: 5000 })

    captureAll(setup, 'a')
    await setup.runtime.advance(4999)
    const before = setup.server.requests.length
    await setup.runtime.advance(1)

    expect(before).toBe(0)
    expect(setup.platform.states()).toEqual([])
    expect(namesOf(setup.server.batches())).toEqual([['a']])
  })

  it('is that of a server without either', async () => {
    const setup = await startCapture()

    captureAll(setup, 'a')
    await setup.runtime.advance(500)

    expect(setup.server.requests).toEqual([])
  })
})

describe('an event that takes time to prepare', () => {
  it('keeps the platform alive from the moment of the call, in one burst with its capture', async () => {
    const setup = await startServerless()
    // What describes exceptions is loaded in real time, once.
    await setup.client.captureExceptionImmediate(new Error('warm-up'), 'user_1')
    await setup.runtime.advance(1000)
    const before = setup.platform.states().length

    setup.client.captureException(new Error('it broke'), 'user_1')
    const atOnce = setup.platform.states().slice(before)
    await setup.runtime.advance(50)

    expect(atOnce).toEqual(['pending'])
    expect(setup.platform.states().slice(before)).toEqual(['resolved'])
    expect(namesOf(setup.server.batches())).toEqual([['$exception'], ['$exception']])
  })

  it('is covered by a flush after the call', async () => {
    const setup = await startServerless()

    setup.client.captureException(new Error('it broke'), 'user_1')
    const report = await setup.client.flush()

    expect(report).toMatchObject({ sent: 1, pending: 0 })
    expect(namesOf(setup.server.batches())).toEqual([['$exception']])
  })

  it('and comes to nothing lets the platform go', async () => {
    const setup = await startServerless()
    const error = new Error('it broke')
    await setup.client.captureExceptionImmediate(error, 'user_1')
    await setup.runtime.advance(1000)

    setup.client.captureException(error, 'user_1')
    await setup.runtime.advance(500)

    expect(setup.platform.states().at(-1)).toBe('resolved')
    expect(setup.server.batches()).toHaveLength(1)
  })

  it('is waited for, however long it takes, before the platform may go', async () => {
    const setup = await startServerless()
    let answer: (id: string) => void = () => undefined
    const resolve = () => new Promise<string>((done) => (answer = done))
    const { scope, end } = scopeOpener(setup.client, { flags: { preload: 'never' }, identity: { resolve } })(
      pageFacts(),
    )
    expect(scope.isIdentified).toBe(false)

    end()
    const atOnce = setup.platform.states()
    await setup.runtime.advance(200)
    const waiting = [setup.platform.states(), setup.server.requests.length]
    answer('user_1')
    await setup.runtime.advance(500)

    expect(atOnce).toEqual(['pending'])
    expect(waiting).toEqual([['pending'], 0])
    expect(setup.platform.states()).toEqual(['resolved'])
    expect(setup.server.events()).toMatchObject([{ event: '$pageview', distinct_id: 'user_1' }])
  })
})

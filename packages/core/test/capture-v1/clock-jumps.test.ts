import { describe, expect, it } from 'vitest'
import {
  alertsOf,
  answerInTurn,
  captureThrough,
  inTime,
  namesOf,
  poorResponse,
  sentIn,
  startCapture,
} from '../capture/capture-setup.ts'
import type { CaptureSetup } from '../capture/capture-setup.ts'
import { pageFacts, scopeOpener } from '../request/open-scope.ts'
import { answerV1InTurn, captureAll, startV1, v1EventsOf } from './v1-setup.ts'

const day = 86_400_000
const jumps = [
  ['back', -day],
  ['forward', day],
] as const

function jump({ runtime }: Pick<CaptureSetup, 'runtime'>, ms: number): void {
  runtime.setNow(runtime.now() + ms)
}

/** An identity that the test settles: until then the pageview of `end()` is being prepared. */
function openUnsettledScope(setup: Pick<CaptureSetup, 'client'>) {
  let answer: (id: string) => void = () => undefined
  const resolve = () => new Promise<string>((done) => (answer = done))
  const options = { flags: { preload: 'never' as const }, identity: { resolve } }
  const { end } = scopeOpener(setup.client, options)(pageFacts())
  return { end, answer: (id: string) => answer(id) }
}

describe.each(jumps)('a clock that is set %s by a day', (_direction, ms) => {
  it('during a backoff changes neither the wait nor what is sent', async () => {
    const setup = await startCapture({ flushAt: 1 })
    answerInTurn(setup, { status: 503 }, { status: 200 })

    captureAll(setup, 'a')
    await setup.runtime.settle()
    jump(setup, ms)
    await setup.runtime.advance(499)
    const before = setup.server.batches().length
    await setup.runtime.advance(501)
    await setup.runtime.advance(60_000)

    expect(before).toBe(1)
    expect(namesOf(setup.server.batches())).toEqual([['a'], ['a']])
    expect(setup.client.stats()).toMatchObject({ sent: 1, pending: 0 })
  })

  it('during the backoff of a partial answer of v1 sends each event once more at most', async () => {
    const setup = await startV1({ flushAt: 2 })
    answerV1InTurn(setup, (request) => ({
      status: 200,
      body: { results: { [v1EventsOf(request)[1]!.uuid]: { result: 'retry' } } },
      headers: { 'retry-after': '2' },
    }))

    captureAll(setup, 'a', 'b')
    await setup.runtime.settle()
    jump(setup, ms)
    await setup.runtime.advance(2000)
    await setup.runtime.advance(60_000)

    expect(namesOf(setup.server.v1Batches())).toEqual([['a', 'b'], ['b']])
    expect(setup.client.stats()).toMatchObject({ sent: 2, pending: 0 })
  })

  it('while the first event waits does not move the flush', async () => {
    const setup = await startCapture({ flushInterval: 5000 })

    captureAll(setup, 'a')
    await setup.runtime.advance(2000)
    jump(setup, ms)
    captureAll(setup, 'b')
    await setup.runtime.advance(2999)
    const before = setup.server.requests.length
    await setup.runtime.advance(1)

    expect(before).toBe(0)
    expect(namesOf(setup.server.batches())).toEqual([['a', 'b']])
  })

  it('during an outage does not stop the sending after it', async () => {
    const setup = await startCapture({ flushAt: 1, flushInterval: 0, fetchRetryCount: 0 })
    setup.server.answer('/batch/', 'disconnect')

    captureAll(setup, 'a')
    await setup.runtime.settle()
    jump(setup, ms)
    await setup.runtime.advance(1000)
    captureAll(setup, 'b')
    await setup.runtime.settle()

    expect(namesOf(setup.server.batches())).toEqual([['a'], ['a'], ['b']])
    expect(setup.client.stats()).toMatchObject({ sent: 2, pending: 0 })
  })

  it('during an outage does not make a burst of captures try again at once', async () => {
    const setup = await startCapture({ flushAt: 1, flushInterval: 0, fetchRetryCount: 0 })
    setup.server.answer('/batch/', 'disconnect')

    captureAll(setup, 'a')
    await setup.runtime.settle()
    jump(setup, ms)
    captureAll(setup, 'b', 'c')
    await setup.runtime.advance(999)
    const before = setup.server.batches().length
    await setup.runtime.advance(1)

    expect(before).toBe(1)
    expect(namesOf(setup.server.batches())).toEqual([['a'], ['a', 'b', 'c']])
  })

  it('while a request is under way does not change its timeout', async () => {
    const setup = await startCapture({ requestTimeout: 3000, fetchRetryCount: 0, flushAt: 1 })
    setup.server.answer('/batch/', 'hang')

    captureAll(setup, 'a')
    await setup.runtime.settle()
    jump(setup, ms)
    await setup.runtime.advance(2999)
    const before = setup.errors.length
    await setup.runtime.advance(1)

    expect(before).toBe(0)
    expect(setup.errors).toMatchObject([{ status: -1 }])
  })

  it('while an event is being prepared leaves a shutdown its time, and no more', async () => {
    const setup = await startCapture()
    const { end, answer } = openUnsettledScope(setup)
    setup.server.always('/batch/', 'hang')

    end()
    let ended = false
    const shutdown = setup.client.shutdown(2000).finally(() => (ended = true))
    await setup.runtime.advance(100)
    jump(setup, ms)
    answer('user_1')
    await setup.runtime.advance(1899)
    const before = [ended, setup.server.requests.length]
    await setup.runtime.advance(1)

    expect(before).toEqual([false, 1])
    expect(await shutdown).toMatchObject({ pending: 1, timedOut: true })
    expect(setup.runtime.timers).toBe(0)
  })

  it('does not keep losses out of the log for as long', async () => {
    const setup = await startCapture({ flushAt: 1 })
    setup.server.always('/batch/', { status: 400 })

    captureAll(setup, 'a')
    await setup.runtime.settle()
    jump(setup, ms)
    captureAll(setup, 'b')
    await setup.runtime.settle()

    expect(alertsOf(setup.runtime)).toHaveLength(2)
  })
})

it('a clock that jumps all the time costs no event, and sends none twice', async () => {
  const received: string[] = []
  let requests = 0
  const setup = captureThrough(
    async (_url, init) => {
      requests += 1
      if (requests % 3 === 1) return poorResponse(503)
      if (requests % 3 === 2) throw new TypeError('socket hang up')
      received.push(...sentIn(init).map(({ uuid }) => uuid))
      return poorResponse(200)
    },
    { flushAt: 3, flushInterval: 1000, fetchRetryCount: 1, maxConcurrentRequests: 1 },
  )

  for (let step = 0; step < 60; step += 1) {
    captureAll(setup, `event ${step}`)
    jump(setup, step % 2 === 0 ? day : -2 * day)
    await setup.runtime.advance(700)
  }
  await inTime(setup.runtime, setup.client.shutdown())
  await inTime(setup.runtime, setup.client.shutdown())

  expect(new Set(received).size).toBe(60)
  expect(received).toHaveLength(60)
  expect(setup.client.stats()).toMatchObject({ accepted: 60, sent: 60, dropped: {}, pending: 0 })
})

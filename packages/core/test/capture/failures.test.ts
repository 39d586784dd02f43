import { describe, expect, it } from 'vitest'
import { HedgerowError, TransportError } from '../../src/index.ts'
import type { HedgerowClient } from '../../src/index.ts'
import {
  alertsOf,
  answerInTurn,
  captureThrough,
  createHeldFetch,
  inTime,
  namesOf,
  poorResponse,
  startCapture,
  token,
} from './capture-setup.ts'

function captureAll(client: HedgerowClient, ...names: string[]): void {
  for (const event of names) client.capture({ event, distinctId: 'user_1' })
}

/** What a promise was rejected with. */
function rejectionOf(work: Promise<unknown>): Promise<TransportError> {
  return work.then(
    () => Promise.reject(new Error('it did not reject')),
    (error: TransportError) => error,
  )
}

describe('a refused batch', () => {
  it('is lost with the reason rejected, and flush rejects with the report', async () => {
    const { client, server, runtime, errors } = await startCapture({
      maxBatchSize: 2,
      maxConcurrentRequests: 1,
    })
    server.answer('/batch/', { status: 400 })
    const heard: unknown[] = []
    client.on('error', (error) => heard.push(error))

    captureAll(client, 'a', 'b', 'c')
    const error = await rejectionOf(inTime(runtime, client.flush()))

    expect(error).toBeInstanceOf(TransportError)
    expect(HedgerowError.is(error)).toBe(true)
    expect(error).toMatchObject({
      code: 'transport',
      status: 400,
      attempts: 1,
      retryable: false,
      dropped: 2,
      report: { sent: 1, dropped: 2, spooled: 0, pending: 0, timedOut: false },
    })
    expect(error.message).toBe('PostHog answered a batch with status 400 after 1 attempt; 2 events are lost')
    expect(namesOf(server.batches())).toEqual([['a', 'b'], ['c']])
    expect(client.stats()).toMatchObject({ accepted: 3, sent: 1, dropped: { rejected: 2 }, pending: 0 })
    expect(errors).toMatchObject([{ status: 400, message: error.message, error: { dropped: 2 } }])
    expect(heard).toEqual([errors[0]?.error])
  })

  it.each([401, 403])('with status %i says what to check, without the token', async (status) => {
    const { client, server, runtime } = await startCapture()
    server.always('/batch/', { status })

    captureAll(client, 'a')
    const error = await rejectionOf(inTime(runtime, client.flush()))

    expect(error.message).toBe(
      `PostHog answered a batch with status ${status} after 1 attempt; 1 event is lost; check the project token and the host (region) of the client`,
    )
    expect(alertsOf(runtime)).toEqual([`warn [hedgerow] rejected: ${error.message}`])
    expect(JSON.stringify(runtime.lines)).not.toContain(token)
  })

  it('is one line a minute in the log, which tells how many more were lost', async () => {
    const { client, server, runtime } = await startCapture({ flushAt: 1 })
    server.always('/batch/', { status: 400 })

    for (const event of ['a', 'b', 'c']) {
      captureAll(client, event)
      await runtime.advance(10_000)
    }
    const early = alertsOf(runtime)
    await runtime.advance(31_000)
    captureAll(client, 'd')
    await runtime.settle()

    const line =
      'warn [hedgerow] rejected: PostHog answered a batch with status 400 after 1 attempt; 1 event is lost'
    expect(early).toEqual([line])
    expect(alertsOf(runtime)).toEqual([line, `${line}; 2 more since the last such line`])
  })

  it('is lost with the reason retries-exhausted when every attempt was answered with a 503', async () => {
    const { client, server, runtime, errors } = await startCapture({ fetchRetryCount: 1 })
    server.always('/batch/', { status: 503 })

    captureAll(client, 'a', 'b')
    const error = await rejectionOf(inTime(runtime, client.flush()))

    expect(error).toMatchObject({ status: 503, attempts: 2, retryable: true, dropped: 2 })
    expect(server.batches()).toHaveLength(2)
    expect(client.stats()).toMatchObject({ sent: 0, dropped: { 'retries-exhausted': 2 }, pending: 0 })
    expect(errors).toMatchObject([{ status: 503 }])
  })
})

describe('a network failure', () => {
  it('keeps the batch, and a later background drain sends it', async () => {
    const { client, server, runtime, errors } = await startCapture({ fetchRetryCount: 1 })
    answerInTurn({ server, runtime }, 'disconnect', 'disconnect', { status: 200 })

    captureAll(client, 'a', 'b')
    const error = await rejectionOf(inTime(runtime, client.flush()))
    const afterwards = client.stats()
    await runtime.advance(4999)
    const before = server.batches().length
    await runtime.advance(1)

    expect(error).toMatchObject({ status: -1, attempts: 2, retryable: true, dropped: 0 })
    expect(error.report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 2, timedOut: false })
    expect(afterwards).toMatchObject({ sent: 0, dropped: {}, pending: 2 })
    expect(errors).toMatchObject([{ status: -1 }])
    expect(before).toBe(2)
    expect(namesOf(server.batches())).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(client.stats()).toMatchObject({ accepted: 2, sent: 2, dropped: {}, pending: 0, pendingBytes: 0 })
  })

  it('keeps events in their order, those captured meanwhile behind them', async () => {
    const { client, server, runtime } = await startCapture({ fetchRetryCount: 0, maxBatchSize: 2 })
    server.answer('/batch/', 'disconnect', 'disconnect')

    captureAll(client, 'a', 'b', 'c', 'd')
    await rejectionOf(inTime(runtime, client.flush()))
    captureAll(client, 'e')
    await inTime(runtime, client.flush())

    const resent = namesOf(server.batches().slice(2)).map((names) => names.join(''))
    expect(resent.sort()).toEqual(['ab', 'cd', 'e'])
    expect(client.stats()).toMatchObject({ accepted: 5, sent: 5, dropped: {}, pending: 0 })
  })

  it('is over for a batch whose 2xx status line was read, whatever became of the body', async () => {
    const { client, server, runtime } = await startCapture()
    server.answer('/batch/', 'disconnect-after-headers', 'hang-body')

    captureAll(client, 'a')
    await inTime(runtime, client.flush())
    captureAll(client, 'b')
    await inTime(runtime, client.flush())
    await runtime.advance(60_000)

    expect(namesOf(server.batches())).toEqual([['a'], ['b']])
    expect(client.stats()).toMatchObject({ sent: 2, pending: 0 })
  })

  it('of a request without an answer comes after requestTimeout', async () => {
    const { client, server, runtime } = await startCapture({ requestTimeout: 3000, fetchRetryCount: 0 })
    server.answer('/batch/', 'hang')
    const start = runtime.now()

    captureAll(client, 'a')
    const error = await rejectionOf(inTime(runtime, client.flush()))

    expect(runtime.now() - start).toBe(3000)
    expect(error).toMatchObject({ status: -1, attempts: 1 })
    expect(client.stats()).toMatchObject({ sent: 0, pending: 1 })
  })

  it('stops a burst of captures from trying again at once', async () => {
    const { client, server, runtime } = await startCapture({ fetchRetryCount: 0, flushAt: 1 })
    server.answer('/batch/', 'disconnect')

    captureAll(client, 'a')
    await runtime.settle()
    captureAll(client, 'b', 'c')
    await runtime.advance(4999)
    const during = server.batches().length
    await runtime.advance(1)

    expect(during).toBe(1)
    expect(namesOf(server.batches())).toEqual([['a'], ['a', 'b', 'c']])
  })

  it('is tried again without a flush timer too', async () => {
    const { client, server, runtime } = await startCapture({
      fetchRetryCount: 0,
      flushAt: 1,
      flushInterval: 0,
    })
    server.answer('/batch/', 'disconnect')

    captureAll(client, 'a')
    await runtime.advance(1000)

    expect(namesOf(server.batches())).toEqual([['a'], ['a']])
    expect(client.stats()).toMatchObject({ sent: 1, pending: 0 })
  })
})

describe('an outage', () => {
  it('is one line when it begins and one when it is over', async () => {
    const { client, server, runtime } = await startCapture({ flushAt: 1 })
    await server.stop()

    for (let minute = 0; minute < 10; minute += 1) {
      captureAll(client, `minute ${minute}`)
      await runtime.advance(60_000)
    }
    const during = alertsOf(runtime)
    await server.restart()
    await runtime.advance(60_000)

    const began =
      'warn [hedgerow] host-unreachable: PostHog cannot be reached (connection failed); requests go on and events wait in memory until it answers'
    expect(during).toEqual([began])
    expect(alertsOf(runtime)).toEqual([
      began,
      'warn [hedgerow] host-reachable: PostHog answers again; what was kept in memory is being sent',
    ])
    expect(client.stats()).toMatchObject({ accepted: 10, sent: 10, pending: 0 })
  })

  it.each([
    ['hang', 'no answer within 10000 ms'],
    [{ status: 502 }, 'status 502'],
  ] as const)('names its symptom for the answer %j', async (answer, symptom) => {
    const { client, server, runtime } = await startCapture({ fetchRetryCount: 0 })
    server.answer('/batch/', answer)

    captureAll(client, 'a')
    await rejectionOf(inTime(runtime, client.flush()))

    expect(alertsOf(runtime)[0]).toContain(`host-unreachable: PostHog cannot be reached (${symptom})`)
  })
})

describe('several at once', () => {
  it('a flush that nobody waits for leaves no unhandled rejection', async () => {
    const unhandled: unknown[] = []
    const listen = (reason: unknown) => unhandled.push(reason)
    process.on('unhandledRejection', listen)
    const { client, runtime, errors } = captureThrough(async () => poorResponse(400))

    captureAll(client, 'a')
    void client.flush()
    await runtime.advance(1000)
    process.off('unhandledRejection', listen)

    expect(errors).toHaveLength(1)
    expect(unhandled).toEqual([])
  })

  it('two flushes that one failure ends each get a report of their own', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 1, maxConcurrentRequests: 1 })
    captureAll(client, 'a', 'b')
    const first = rejectionOf(client.flush())
    await runtime.settle()
    held[0]?.answer(200)
    await runtime.settle()
    const second = rejectionOf(client.flush())
    await runtime.settle()

    held[0]?.answer(400)

    expect(await first).toMatchObject({ status: 400, report: { sent: 1, dropped: 1, pending: 0 } })
    expect(await second).toMatchObject({ status: 400, report: { sent: 0, dropped: 1, pending: 0 } })
  })

  it('a failed batch fails only the flushes that cover it', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxBatchSize: 1, maxConcurrentRequests: 2 })
    captureAll(client, 'a')
    const first = client.flush()
    await runtime.settle()
    captureAll(client, 'b')
    const second = rejectionOf(client.flush())
    await runtime.settle()

    held.find(({ events }) => events[0] === 'b')?.answer(400)
    await runtime.settle()
    held[0]?.answer(200)

    expect(await inTime(runtime, first)).toMatchObject({ sent: 1, dropped: 1 })
    expect(await inTime(runtime, second)).toMatchObject({ status: 400, dropped: 1 })
  })
})

import { v1Results } from 'testkit'
import type { Answer } from 'testkit'
import { describe, expect, it } from 'vitest'
import { TransportError } from '../../src/index.ts'
import { alertsOf, inTime } from '../capture/capture-setup.ts'
import {
  answerV1InTurn,
  captureAll,
  captureOne,
  headersNamed,
  rejectionOf,
  resultsInOrder,
  startV1,
  v1EventsOf,
} from './v1-setup.ts'

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Names of the events of each v1 batch. */
function namesIn({ server }: Awaited<ReturnType<typeof startV1>>): string[][] {
  return server.v1Batches().map((request) => v1EventsOf(request).map(({ event }) => event))
}

describe('an attempt that nobody answered is made again, under the same request id', () => {
  it.each([
    ['a connection that breaks', 'disconnect'],
    ['a connection that breaks within the body', 'disconnect-after-headers'],
    ['no answer in time', 'hang'],
    ['a body that does not end in time', 'hang-body'],
  ] as const)('after %s', async (_name, answer) => {
    const setup = await startV1({ requestTimeout: 3000 })
    answerV1InTurn(setup, answer)

    captureAll(setup, 'a', 'b')
    const report = await inTime(setup.runtime, setup.client.flush())

    const [first, second, ...more] = setup.server.v1Batches()
    expect(more).toEqual([])
    expect(second?.rawBody.toString()).toBe(first?.rawBody.toString())
    expect(headersNamed(setup, 'posthog-attempt')).toEqual(['1', '2'])
    const [firstId, secondId] = headersNamed(setup, 'posthog-request-id')
    expect(secondId).toBe(firstId)
    expect(report).toEqual({ sent: 2, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(setup.errors).toEqual([])
  })
})

describe('a status outside of 200 to 299', () => {
  it.each([404, 429, 502])('%i is tried again', async (status) => {
    const setup = await startV1()
    answerV1InTurn(setup, { status })

    await captureOne(setup)

    expect(setup.server.v1Batches()).toHaveLength(2)
    expect(setup.client.stats()).toMatchObject({ sent: 1, pending: 0 })
  })

  it.each([304, 405, 409, 422, 501, 505, 599])('%i is final', async (status) => {
    const setup = await startV1()
    answerV1InTurn(setup, { status })

    captureAll(setup, 'a')
    await expect(inTime(setup.runtime, setup.client.flush())).rejects.toMatchObject({
      status,
      attempts: 1,
      retryable: false,
    })
    await setup.runtime.advance(60_000)

    expect(setup.server.v1Batches()).toHaveLength(1)
    expect(setup.client.stats()).toMatchObject({ dropped: { rejected: 1 }, pending: 0 })
  })

  it('413 does not split a batch: it is lost whole, and the next one is as large', async () => {
    const setup = await startV1({ maxBatchSize: 4, maxConcurrentRequests: 1 })
    answerV1InTurn(setup, { status: 413 })

    captureAll(setup, 'a', 'b', 'c', 'd', 'e', 'f', 'g', 'h')
    await expect(inTime(setup.runtime, setup.client.flush())).rejects.toMatchObject({
      status: 413,
      dropped: 4,
    })

    expect(namesIn(setup)).toEqual([
      ['a', 'b', 'c', 'd'],
      ['e', 'f', 'g', 'h'],
    ])
    expect(setup.client.stats()).toMatchObject({ sent: 4, dropped: { rejected: 4 }, pending: 0 })
  })

  it('is what flush rejects with, and its report', async () => {
    const setup = await startV1()
    answerV1InTurn(setup, { status: 401 })

    captureAll(setup, 'a')
    const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))

    expect(error).toBeInstanceOf(TransportError)
    expect(error).toMatchObject({
      message:
        'PostHog answered a batch with status 401 after 1 attempt; 1 event is lost; check the project token and the host (region) of the client',
      requestId: headersNamed(setup, 'posthog-request-id')[0],
      drops: [],
      retryExhausted: [],
      report: { sent: 0, dropped: 1, spooled: 0, pending: 0, timedOut: false },
    })
  })
})

describe('a 2xx', () => {
  it.each([
    ['no JSON', { status: 200, body: '<html>welcome</html>' }],
    ['cut-off JSON', { status: 200, body: '{"results":{' }],
    ['no body', { status: 204 }],
    ['an array', { status: 200, body: [] }],
    ['a text', { status: 200, body: '"ok"' }],
    ['null', { status: 200, body: 'null' }],
    ['results that are a list', { status: 200, body: { results: [] } }],
    ['results that are null', { status: 202, body: { results: null } }],
    ['results that are a text', { status: 200, body: { results: 'ok' } }],
  ] satisfies [string, Answer][])(
    'with %s is a final failure, and nothing is sent again',
    async (_name, answer) => {
      const setup = await startV1()
      answerV1InTurn(setup, answer)

      captureAll(setup, 'a', 'b')
      const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))
      await setup.runtime.advance(60_000)

      expect(error).toMatchObject({
        status: answer.status,
        attempts: 1,
        retryable: false,
        dropped: 2,
        message: `PostHog answered a batch with status ${answer.status}, but without results that can be read; 2 events are lost; check that host is a PostHog ingestion address`,
      })
      expect(setup.server.v1Batches()).toHaveLength(1)
      expect(setup.errors).toHaveLength(1)
      expect(setup.client.stats()).toMatchObject({ sent: 0, dropped: { rejected: 2 }, pending: 0 })
    },
  )

  it.each([
    ['no results', {}],
    ['empty results', { results: {} }],
    ['results of other events', { results: { '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1': { result: 'retry' } } }],
    ['more than was asked', { results: {}, quota: 3 }],
  ])('with %s is success', async (_name, body) => {
    const setup = await startV1()
    answerV1InTurn(setup, { status: 200, body })

    captureAll(setup, 'a', 'b')
    const report = await inTime(setup.runtime, setup.client.flush())

    expect(report).toMatchObject({ sent: 2, dropped: 0, pending: 0 })
    expect(setup.server.v1Batches()).toHaveLength(1)
  })

  it('that asks for events again gets fewer and fewer of them', async () => {
    const setup = await startV1()
    answerV1InTurn(
      setup,
      resultsInOrder('retry', 'ok', 'retry', 'retry'),
      resultsInOrder('retry', 'drop', 'retry'),
      resultsInOrder('ok', 'retry'),
    )

    captureAll(setup, 'a', 'b', 'c', 'd')
    await inTime(setup.runtime, setup.client.shutdown())

    expect(namesIn(setup)).toEqual([['a', 'b', 'c', 'd'], ['a', 'c', 'd'], ['a', 'd'], ['d']])
    expect(headersNamed(setup, 'posthog-attempt')).toEqual(['1', '2', '3', '4'])
    expect(new Set(headersNamed(setup, 'posthog-request-id')).size).toBe(1)
    expect(setup.client.stats()).toMatchObject({ sent: 3, dropped: { rejected: 1 }, pending: 0 })
  })
})

describe('what the server did not take', () => {
  it('is reported once: what it dropped, and what it asked for until the attempts were used up', async () => {
    const setup = await startV1({ fetchRetryCount: 1 })
    const heard: unknown[] = []
    setup.client.on('error', (error) => heard.push(error))
    const dropped = { result: 'drop', details: 'the timestamp is too old' }
    answerV1InTurn(
      setup,
      (request) => v1Results(request, (_event, index) => ['ok', dropped, 'retry', 'retry'][index] ?? 'ok'),
      resultsInOrder('retry', 'drop'),
    )

    captureAll(setup, 'a', 'b', 'c', 'd')
    const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))

    const uuids = v1EventsOf(setup.server.v1Batches()[0]).map(({ uuid }) => uuid)
    expect(error).toMatchObject({
      code: 'transport',
      status: 200,
      attempts: 2,
      retryable: true,
      dropped: 3,
      requestId: expect.stringMatching(uuidShape),
      drops: [
        { uuid: uuids[1], details: 'the timestamp is too old' },
        { uuid: uuids[3], details: null },
      ],
      retryExhausted: [uuids[2]],
      message: 'PostHog did not take all of a batch after 2 attempts; 3 events are lost',
      report: { sent: 1, dropped: 3, spooled: 0, pending: 0, timedOut: false },
    })
    expect(setup.errors).toHaveLength(1)
    expect(heard).toEqual([setup.errors[0]?.error])
    expect(setup.client.stats()).toMatchObject({
      sent: 1,
      dropped: { rejected: 2, 'retries-exhausted': 1 },
      pending: 0,
    })
  })

  it('is reported also when all the rest arrived, with the status of the answer', async () => {
    const setup = await startV1()
    answerV1InTurn(setup, resultsInOrder('ok', 'drop'))

    captureAll(setup, 'a', 'b')
    await rejectionOf(inTime(setup.runtime, setup.client.flush()))

    expect(setup.errors).toMatchObject([
      {
        status: 200,
        message: 'PostHog did not take all of a batch after 1 attempt; 1 event is lost',
        error: { dropped: 1, retryable: false, retryExhausted: [] },
      },
    ])
    expect(alertsOf(setup.runtime)).toEqual([
      'warn [hedgerow] rejected: PostHog did not take all of a batch after 1 attempt; 1 event is lost',
    ])
  })

  it('counts as worth another try when a status of v1 alone ended the attempts', async () => {
    const setup = await startV1({ fetchRetryCount: 0 })
    answerV1InTurn(setup, { status: 404 })

    captureAll(setup, 'a')
    const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))

    expect(error).toMatchObject({ status: 404, retryable: true, dropped: 1 })
    expect(setup.client.stats()).toMatchObject({ dropped: { 'retries-exhausted': 1 } })
  })
})

describe('a network failure to the end', () => {
  it('keeps the events queued, and a later drain sends them under a new request id', async () => {
    const setup = await startV1({ fetchRetryCount: 1, flushInterval: 5000 })
    answerV1InTurn(setup, 'disconnect', 'disconnect-after-headers')

    captureAll(setup, 'a', 'b')
    const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))
    const kept = setup.client.stats()
    await setup.runtime.advance(5000)

    expect(error).toMatchObject({ status: -1, attempts: 2, retryable: true, dropped: 0 })
    expect(kept).toMatchObject({ sent: 0, dropped: {}, pending: 2 })
    expect(namesIn(setup)).toEqual([
      ['a', 'b'],
      ['a', 'b'],
      ['a', 'b'],
    ])
    expect(headersNamed(setup, 'posthog-attempt')).toEqual(['1', '2', '1'])
    const [first, second, third] = headersNamed(setup, 'posthog-request-id')
    expect(second).toBe(first)
    expect(third).toMatch(uuidShape)
    expect(third).not.toBe(first)
    expect(setup.client.stats()).toMatchObject({ accepted: 2, sent: 2, dropped: {}, pending: 0 })
  })

  it('keeps exactly those that had no answer yet', async () => {
    const setup = await startV1({ fetchRetryCount: 2 })
    answerV1InTurn(setup, resultsInOrder('ok', 'retry', 'drop', 'retry'), 'disconnect', 'disconnect')

    captureAll(setup, 'a', 'b', 'c', 'd')
    await rejectionOf(inTime(setup.runtime, setup.client.flush()))
    const kept = setup.client.stats()
    await inTime(setup.runtime, setup.client.flush())

    expect(kept).toMatchObject({ accepted: 4, sent: 1, dropped: { rejected: 1 }, pending: 2 })
    expect(namesIn(setup)).toEqual([
      ['a', 'b', 'c', 'd'],
      ['b', 'd'],
      ['b', 'd'],
      ['b', 'd'],
    ])
    expect(setup.errors.map(({ status }) => status)).toEqual([200, -1])
    expect(setup.client.stats()).toMatchObject({ sent: 3, dropped: { rejected: 1 }, pending: 0 })
  })

  it('that ends a shutdown does not silence what is captured after it', async () => {
    const setup = await startV1({ fetchRetryCount: 0, flushAt: 1, flushInterval: 0 })
    answerV1InTurn(setup, 'disconnect', 'disconnect')

    captureAll(setup, 'a')
    await setup.runtime.settle()
    const report = await inTime(setup.runtime, setup.client.shutdown())
    captureAll(setup, 'b')
    await setup.runtime.settle()

    expect(report).toMatchObject({ sent: 0, pending: 1 })
    expect(namesIn(setup)).toEqual([['a'], ['a'], ['a', 'b']])
    expect(setup.client.stats()).toMatchObject({ sent: 2, pending: 0 })
  })

  it('is also what a shutdown makes of a wait for the next attempt', async () => {
    const setup = await startV1()
    answerV1InTurn(setup, (request) =>
      v1Results(request, (_event, index) => (index === 0 ? 'ok' : 'retry'), { retryAfter: 30 }),
    )

    captureAll(setup, 'a', 'b')
    const report = await inTime(setup.runtime, setup.client.shutdown(2000))
    const timers = setup.runtime.timers
    await inTime(setup.runtime, setup.client.flush())

    expect(report).toEqual({ sent: 1, dropped: 0, spooled: 0, pending: 1, timedOut: true })
    expect(timers).toBe(0)
    expect(namesIn(setup)).toEqual([['a', 'b'], ['b']])
    expect(setup.client.stats()).toMatchObject({ sent: 2, pending: 0 })
  })
})

import { v1Error } from 'testkit'
import type { AnswerSource, V1ErrorStatus } from 'testkit'
import { describe, expect, it } from 'vitest'
import { inTime } from '../capture/capture-setup.ts'
import {
  answerV1InTurn,
  captureAll,
  captureOne,
  headersNamed,
  rejectionOf,
  resultsInOrder,
  startV1,
  v1EventsOf,
  waitsBetween,
} from './v1-setup.ts'

const uuidShape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const unavailable = errorOf(503)

/** An error as the server words it, without a wish for how long to wait. */
function errorOf(status: V1ErrorStatus): AnswerSource {
  return (request) => v1Error(request, status, { retryAfter: null })
}

describe('dedupe', () => {
  it('a hundred events have a hundred uuids, also when their content is the same', async () => {
    const setup = await startV1()

    captureAll(setup, ...Array.from({ length: 100 }, () => 'same'))
    await inTime(setup.runtime, setup.client.flush())

    expect(new Set(setup.server.v1Events().map(({ uuid }) => uuid)).size).toBe(100)
  })

  it('uuid and timestamp are preserved on a retry, though time has passed', async () => {
    const setup = await startV1()
    const arrivals = answerV1InTurn(setup, unavailable)

    await captureOne(setup, { uuid: '0190163D-8694-4AD4-B6A3-5CCA0D9BA2B1' })

    const sent = setup.server.v1Batches().map((request) => v1EventsOf(request)[0])
    expect(arrivals[1]).toBeGreaterThan(arrivals[0]!)
    expect(sent.map((event) => event?.uuid)).toEqual([
      '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1',
      '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1',
    ])
    expect(sent.map((event) => event?.timestamp)).toEqual([
      '2024-06-15T12:30:45.123Z',
      '2024-06-15T12:30:45.123Z',
    ])
  })

  it('a batch is preserved on a retry: every event, in order, under the same created_at', async () => {
    const setup = await startV1()
    answerV1InTurn(setup, unavailable)

    captureAll(setup, 'first', 'second', 'third')
    await inTime(setup.runtime, setup.client.flush())

    const [refused, resent] = setup.server.v1Batches()
    expect(v1EventsOf(refused).map(({ event }) => event)).toEqual(['first', 'second', 'third'])
    expect(resent?.rawBody.toString()).toBe(refused?.rawBody.toString())
  })

  it('there are no duplicates in a request, though a batch was retried', async () => {
    const setup = await startV1()
    answerV1InTurn(setup, unavailable)

    captureAll(setup, ...Array.from({ length: 10 }, () => 'same'))
    await inTime(setup.runtime, setup.client.flush())

    const distinct = setup.server
      .v1Batches()
      .map((request) => new Set(v1EventsOf(request).map(({ uuid }) => uuid)).size)
    expect(distinct).toEqual([10, 10])
  })
})

describe('retry headers', () => {
  it('the attempt is 1, then 2, then 3', async () => {
    const setup = await startV1()
    answerV1InTurn(setup, unavailable, unavailable)

    await captureOne(setup)

    expect(headersNamed(setup, 'posthog-attempt')).toEqual(['1', '2', '3'])
  })

  it('the request id is the same on every retry', async () => {
    const setup = await startV1()
    answerV1InTurn(setup, unavailable, unavailable)

    await captureOne(setup)

    const [first, ...retries] = headersNamed(setup, 'posthog-request-id')
    expect(first).toMatch(uuidShape)
    expect(retries).toEqual([first, first])
  })

  it('the request id differs between independent flushes, one second apart', async () => {
    const setup = await startV1()

    await captureOne(setup)
    await setup.runtime.advance(1000)
    await captureOne(setup)

    const ids = headersNamed(setup, 'posthog-request-id')
    expect(ids).toHaveLength(2)
    expect(ids[1]).not.toBe(ids[0])
    expect(headersNamed(setup, 'posthog-attempt')).toEqual(['1', '1'])
  })

  it('the request timestamp is that of the attempt', async () => {
    const setup = await startV1()
    const arrivals = answerV1InTurn(setup, unavailable, unavailable)

    await captureOne(setup)

    expect(new Set(arrivals).size).toBe(3)
    expect(headersNamed(setup, 'posthog-request-timestamp')).toEqual(
      arrivals.map((at) => new Date(at).toISOString()),
    )
  })
})

describe('retry statuses', () => {
  for (const status of [408, 500, 503, 504] as const) {
    it(`${status} is retried to a final 200`, async () => {
      const setup = await startV1()
      answerV1InTurn(setup, errorOf(status))

      await captureOne(setup)

      expect(setup.server.v1Batches()).toHaveLength(2)
      expect(setup.server.v1Events()).toHaveLength(1)
      expect(setup.client.stats()).toMatchObject({ sent: 1, dropped: {}, pending: 0 })
    })
  }

  for (const status of [400, 401, 402, 403, 413, 415] as const) {
    it(`${status} is exactly one request`, async () => {
      const setup = await startV1()
      answerV1InTurn(setup, ...Array.from({ length: 9 }, () => ({ status })))

      captureAll(setup, 'a')
      const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))
      await setup.runtime.advance(60_000)

      expect(error).toMatchObject({ status, attempts: 1, retryable: false, dropped: 1 })
      expect(setup.server.v1Batches()).toHaveLength(1)
      expect(setup.client.stats()).toMatchObject({ sent: 0, dropped: { rejected: 1 }, pending: 0 })
    })
  }

  it('Retry-After: 3 on a 503 is at least 2500 ms', async () => {
    const setup = await startV1()
    const arrivals = answerV1InTurn(setup, (request) => v1Error(request, 503, { retryAfter: 3 }))

    await captureOne(setup)

    expect(waitsBetween(arrivals)).toEqual([3000])
  })

  it('backoff: the first delay is at least 100 ms, and delays grow', async () => {
    const setup = await startV1()
    const arrivals = answerV1InTurn(setup, unavailable, unavailable, unavailable)

    await captureOne(setup)

    const [first = 0, second = 0, third = 0] = waitsBetween(arrivals)
    expect(arrivals).toHaveLength(4)
    expect(first).toBeGreaterThanOrEqual(500)
    expect(first).toBeLessThanOrEqual(1000)
    expect(second).toBeGreaterThanOrEqual(1000)
    expect(second).toBeLessThanOrEqual(2000)
    expect(third).toBeGreaterThanOrEqual(2000)
    expect(third).toBeLessThanOrEqual(4000)
  })

  it('max_retries 3 are four requests in all', async () => {
    const setup = await startV1()
    const arrivals = answerV1InTurn(setup, ...Array.from({ length: 9 }, () => unavailable))

    captureAll(setup, 'a')
    const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))
    await setup.runtime.advance(60_000)

    expect(error).toMatchObject({ status: 503, attempts: 4, retryable: true, dropped: 1 })
    expect(arrivals).toHaveLength(4)
    expect(arrivals[3]! - arrivals[0]!).toBeLessThan(15_000)
    expect(setup.client.stats()).toMatchObject({ dropped: { 'retries-exhausted': 1 }, pending: 0 })
  })
})

describe('partial batches', () => {
  it.each([
    ['all ok', ['ok', 'ok', 'ok'], 3, {}],
    ['drop only', ['drop'], 0, { rejected: 1 }],
    ['limited', ['limited'], 1, {}],
    ['a warning', ['warning'], 1, {}],
    ['results unknown today', ['from-the-future', 'ok'], 2, {}],
    ['ok, drop and limited mixed', ['ok', 'drop', 'limited'], 2, { rejected: 1 }],
  ])('%s: one request', async (_name, results, sent, dropped) => {
    const setup = await startV1()
    answerV1InTurn(setup, resultsInOrder(...results))

    captureAll(setup, ...results)
    await inTime(setup.runtime, setup.client.shutdown())
    await setup.runtime.advance(60_000)

    expect(setup.server.v1Batches()).toHaveLength(1)
    expect(setup.client.stats()).toMatchObject({ sent, dropped, pending: 0 })
  })

  it.each([
    ['ok, retry', ['ok', 'retry'], 2, {}],
    ['drop, retry', ['drop', 'retry'], 1, { rejected: 1 }],
    ['ok, drop, retry', ['ok', 'drop', 'retry'], 2, { rejected: 1 }],
  ])(
    '%s: the retried request holds only the retry event, with its uuid, the attempt incremented and the same request id',
    async (_name, results, sent, dropped) => {
      const setup = await startV1()
      answerV1InTurn(setup, resultsInOrder(...results))

      captureAll(setup, ...results)
      await inTime(setup.runtime, setup.client.shutdown())

      const [first, second, ...more] = setup.server.v1Batches()
      expect(more).toEqual([])
      expect(v1EventsOf(second)).toEqual([v1EventsOf(first).at(-1)])
      expect(v1EventsOf(second)[0]?.event).toBe('retry')
      expect(headersNamed(setup, 'posthog-attempt')).toEqual(['1', '2'])
      const [firstId, secondId] = headersNamed(setup, 'posthog-request-id')
      expect(firstId).toMatch(uuidShape)
      expect(secondId).toBe(firstId)
      expect(setup.client.stats()).toMatchObject({ sent, dropped, pending: 0 })
    },
  )
})

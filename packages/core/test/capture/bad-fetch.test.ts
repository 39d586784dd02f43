import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Fetch, FetchResponse } from '../../src/index.ts'
import { captureThrough, inTime, poorResponse } from './capture-setup.ts'

const unhandled: unknown[] = []
const listen = (reason: unknown) => {
  unhandled.push(reason)
}

beforeAll(() => {
  process.on('unhandledRejection', listen)
  process.on('uncaughtException', listen)
})

beforeEach(() => {
  unhandled.length = 0
})

afterAll(() => {
  process.off('unhandledRejection', listen)
  process.off('uncaughtException', listen)
})

/** One event through a `fetch` that may do anything; how flush ended, when, and what is left. */
async function sendThrough(fetch: unknown) {
  const { client, runtime, errors } = captureThrough(fetch as Fetch, {
    fetchRetryCount: 0,
    requestTimeout: 3000,
  })
  const start = runtime.now()
  client.capture({ event: 'a', distinctId: 'user_1' })
  const flushed = client.flush().then(
    (report) => ({ report, error: undefined }),
    (error: unknown) => ({ report: undefined, error }),
  )
  const outcome = await inTime(runtime, flushed)
  const tookMs = runtime.now() - start
  await runtime.advance(2000) // what goes on behind the answer ends too
  await inTime(runtime, client.shutdown(0))
  await runtime.settle()
  return { ...outcome, tookMs, stats: client.stats(), errors, timers: runtime.timers }
}

const never = new Promise<never>(() => undefined)

describe('a fetch that fails is a network failure: the event stays, nothing is thrown', () => {
  it.each<[string, unknown]>([
    ['returns undefined', () => undefined],
    ['returns null', () => null],
    ['resolves with undefined', async () => undefined],
    ['resolves with null', async () => null],
    ['resolves with a text', async () => 'accepted'],
    ['resolves without a status', async () => ({ ok: true })],
    ['resolves with a status that is text', async () => ({ status: '200' })],
    [
      'throws at once',
      () => {
        throw new Error('sentinel')
      },
    ],
    [
      'throws no error at all',
      () => {
        throw undefined
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('fetch failed'))],
    ['rejects with nothing', () => Promise.reject()],
    [
      'has a status that cannot be read',
      async () => ({
        get status(): number {
          throw new Error('sentinel')
        },
      }),
    ],
  ])('%s', async (_name, fetch) => {
    const { error, tookMs, stats, timers } = await sendThrough(fetch)

    expect(error).toMatchObject({ code: 'transport', status: -1, attempts: 1, dropped: 0 })
    expect(tookMs).toBe(0)
    expect(stats).toMatchObject({ accepted: 1, sent: 0, pending: 1 })
    expect(timers).toBe(0)
    expect(unhandled).toEqual([])
  })

  it.each<[string, unknown]>([
    ['never answers and ignores the signal', () => never],
    [
      'rejects when it is aborted',
      (_url: string, { signal }: { signal: AbortSignal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => reject(signal.reason as Error))
        }),
    ],
  ])('%s: the deadline holds', async (_name, fetch) => {
    const { error, tookMs, stats, timers } = await sendThrough(fetch)

    expect(error).toMatchObject({ status: -1, attempts: 1 })
    expect(tookMs).toBe(3000)
    expect(stats).toMatchObject({ sent: 0, pending: 1 })
    expect(timers).toBe(0)
    expect(unhandled).toEqual([])
  })

  it('answers after its deadline: too late, and without harm', async () => {
    let answer: (response: FetchResponse) => void = () => undefined
    const { client, runtime } = captureThrough(() => new Promise((resolve) => (answer = resolve)), {
      fetchRetryCount: 0,
      requestTimeout: 1000,
    })

    client.capture({ event: 'a', distinctId: 'user_1' })
    await expect(inTime(runtime, client.flush())).rejects.toMatchObject({ status: -1 })
    answer({ ...poorResponse(200), body: new ReadableStream() })
    await runtime.settle()

    expect(client.stats()).toMatchObject({ sent: 0, pending: 1 })
    expect(unhandled).toEqual([])
  })
})

describe('an answer whose status is 200 counts, whatever its body does', () => {
  const bodies: [string, () => unknown][] = [
    ['is missing', () => undefined],
    ['is null', () => null],
    ['is a text', () => '{}'],
    ['never ends', () => new ReadableStream({ pull: () => never })],
    ['goes on and on', () => new ReadableStream({ pull: (c) => c.enqueue(new Uint8Array(10)) })],
    ['fails', () => new ReadableStream({ start: (c) => c.error(new Error('sentinel')) })],
    ['has been read by somebody else', () => lockedStream()],
    ['has a reader that can do nothing', () => ({ getReader: () => ({}) })],
    ['has a reader that never reads and cannot cancel', () => ({ getReader: () => ({ read: () => never }) })],
    [
      'cannot be read',
      () => ({
        getReader: () => {
          throw new Error('sentinel')
        },
      }),
    ],
    [
      'fails when it is cancelled',
      () => new ReadableStream({ pull: () => never, cancel: () => Promise.reject(new Error('sentinel')) }),
    ],
  ]

  it.each(bodies)('that %s', async (_name, makeBody) => {
    let requests = 0
    const { report, tookMs, stats, timers } = await sendThrough(async () => {
      requests += 1
      return { ...poorResponse(200), body: makeBody() }
    })

    expect(report).toMatchObject({ sent: 1, pending: 0 })
    expect(tookMs).toBe(0)
    expect(requests).toBe(1)
    expect(stats).toMatchObject({ sent: 1, pending: 0, calls: { batch: 1 } })
    expect(timers).toBe(0)
    expect(unhandled).toEqual([])
  })

  it('a short body is read to its end, so that the connection can be used again', async () => {
    let cancelled = false
    let left = 3
    const body = new ReadableStream(
      {
        pull(controller) {
          left -= 1
          if (left < 0) controller.close()
          else controller.enqueue(new Uint8Array(10))
        },
        cancel() {
          cancelled = true
        },
      },
      { highWaterMark: 0 },
    )

    await sendThrough(async () => ({ ...poorResponse(200), body }))

    expect(left).toBe(-1)
    expect(cancelled).toBe(false)
  })

  it('a body that goes on and on is cancelled', async () => {
    let cancelled = false
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(10)),
      cancel() {
        cancelled = true
      },
    })

    await sendThrough(async () => ({ ...poorResponse(200), body }))

    expect(cancelled).toBe(true)
  })
})

describe('headers of an answer that cannot be read are headers that are not there', () => {
  it.each<[string, unknown]>([
    ['no headers', undefined],
    ['null', null],
    ['headers without get', {}],
    ['a number', { get: () => 3 }],
    [
      'headers that throw',
      {
        get: () => {
          throw new Error('sentinel')
        },
      },
    ],
  ])('%s', async (_name, headers) => {
    let requests = 0
    const { client, runtime } = captureThrough(async () => {
      requests += 1
      return { ...poorResponse(requests === 1 ? 503 : 200), headers } as FetchResponse
    })

    client.capture({ event: 'a', distinctId: 'user_1' })
    const report = await inTime(runtime, client.flush())

    expect(requests).toBe(2)
    expect(report).toMatchObject({ sent: 1, pending: 0 })
    expect(unhandled).toEqual([])
  })
})

function lockedStream(): ReadableStream {
  const stream = new ReadableStream()
  stream.getReader()
  return stream
}

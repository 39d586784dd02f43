import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, mockFetch, sentBy } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

const order = { distinctId: 'user_1', event: 'order placed' }

describe.each([
  [
    'before the module is loaded',
    async () => {
      vi.resetModules()
      vi.useFakeTimers()
      return (await import('./mocked-client.ts')).createClient
    },
  ],
  [
    'after the module was loaded',
    async () => {
      vi.useFakeTimers()
      return createClient
    },
  ],
])('fake timers installed %s', (_when, install) => {
  let create: typeof createClient

  beforeEach(async () => {
    create = await install()
  })

  it('see one flush timer, and make it fire', async () => {
    const { client, fetch } = create()
    expect(vi.getTimerCount()).toBe(0)

    client.capture(order)
    await Promise.resolve()
    const armed = vi.getTimerCount()
    client.capture(order)
    const stillArmed = vi.getTimerCount()
    await vi.advanceTimersByTimeAsync(4999)
    const before = fetch.mock.calls.length
    await vi.advanceTimersByTimeAsync(1)

    expect([armed, stillArmed, before]).toEqual([1, 1, 0])
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(sentBy(fetch)).toHaveLength(2)
  })

  it('set the time of events', async () => {
    vi.setSystemTime('2024-06-15T12:30:45.123Z')
    const { client, fetch } = create()

    client.capture(order)
    await vi.advanceTimersByTimeAsync(5000)

    const body: unknown = JSON.parse(String(fetch.mock.calls[0]?.[1].body))
    expect(body).toMatchObject({
      batch: [{ timestamp: '2024-06-15T12:30:45.123Z' }],
      sent_at: '2024-06-15T12:30:50.123Z',
    })
  })

  it('let retries come', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const fetch = mockFetch()
    fetch.mockImplementationOnce(mockFetch(503))
    const { client } = create({}, fetch)

    client.capture(order)
    const flushed = client.flush()
    await vi.advanceTimersByTimeAsync(499)
    const early = fetch.mock.calls.length
    await vi.advanceTimersByTimeAsync(501)

    expect(early).toBe(1)
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(await flushed).toMatchObject({ sent: 1 })
  })

  it('are left empty by shutdown, which waits for none', async () => {
    const { client, fetch } = create()

    client.capture(order)
    await client.shutdown()

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('are not needed by captures sent at once', async () => {
    const { client, fetch } = create({ flushAt: 1 })

    client.capture(order)
    for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()

    expect(fetch).toHaveBeenCalledTimes(1)
    await client.shutdown()
  })

  it('lose no exception by being advanced while its source is read', async () => {
    const { client, fetch } = create()

    client.captureException(new Error('out of stock'), 'user_1')
    await vi.advanceTimersByTimeAsync(60_000)
    await client.shutdown()

    expect(sentBy(fetch)).toMatchObject([{ event: '$exception', distinct_id: 'user_1' }])
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('fake timers switched on and off between captures', () => {
  it('cost no event', async () => {
    const { client, fetch } = createClient()

    vi.useFakeTimers()
    client.capture({ ...order, event: 'fake' })
    await vi.advanceTimersByTimeAsync(5000)
    vi.useRealTimers()
    client.capture({ ...order, event: 'real' })
    await client.flush()
    vi.useFakeTimers()
    client.capture({ ...order, event: 'fake again' })
    await vi.advanceTimersByTimeAsync(5000)

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['fake', 'real', 'fake again'])
  })

  it('may be switched while a flush timer is armed, in either direction', async () => {
    const { client, fetch } = createClient({ flushInterval: 20 })

    vi.useFakeTimers()
    client.capture({ ...order, event: 'armed under fake timers' })
    vi.useRealTimers()
    await client.flush()
    client.capture({ ...order, event: 'armed under real timers' })
    await vi.waitFor(() => expect(fetch).toHaveBeenCalledTimes(2), { timeout: 5000 })
    client.capture({ ...order, event: 'armed under real timers again' })
    vi.useFakeTimers()
    await client.flush()
    client.capture({ ...order, event: 'armed under fake timers again' })
    await vi.advanceTimersByTimeAsync(20)

    expect(sentBy(fetch).map(({ event }) => event)).toEqual([
      'armed under fake timers',
      'armed under real timers',
      'armed under real timers again',
      'armed under fake timers again',
    ])
    await client.shutdown()
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('progress', () => {
  it('comes by promises and setTimeout alone', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const asked: string[] = []
    const swallow = (name: string) => () => {
      asked.push(name)
    }
    const fetch = mockFetch()
    fetch.mockImplementationOnce(mockFetch(503))
    const { client } = createClient({}, fetch)
    // What is asked of these never happens, so whoever waits for it waits for ever.
    for (const name of ['setImmediate', 'setInterval', 'queueMicrotask']) vi.stubGlobal(name, swallow(name))
    vi.spyOn(AbortSignal, 'timeout').mockImplementation(() => {
      asked.push('AbortSignal.timeout')
      return new AbortController().signal
    })
    const nextTick = vi.spyOn(process, 'nextTick').mockImplementation(swallow('nextTick'))
    let reported = false

    client.capture(order)
    await Promise.resolve()
    const flushed = client.flush().then(() => (reported = true))
    for (let step = 0; step < 20; step += 1) await Promise.resolve()
    vi.advanceTimersByTime(1000)
    for (let step = 0; step < 100; step += 1) await Promise.resolve()
    nextTick.mockRestore()
    vi.unstubAllGlobals()

    expect(asked).toEqual([])
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(reported).toBe(true)
    await flushed
  })

  it('of a shutdown comes by promises alone', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    const { client, fetch } = createClient()
    let ended = false

    client.capture(order)
    const shutdown = client.shutdown().then(() => (ended = true))
    for (let step = 0; step < 100; step += 1) await Promise.resolve()

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(ended).toBe(true)
    await shutdown
  })
})

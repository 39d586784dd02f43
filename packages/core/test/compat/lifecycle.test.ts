import { describe, expect, it, vi } from 'vitest'
import { createClient, mockFetch, sentBy } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

const order = { distinctId: 'user_1', event: 'order placed' }

describe('flush', () => {
  it('resolves when what was captured before it is sent', async () => {
    const { client, fetch } = createClient()

    client.capture(order)
    client.identify({ distinctId: 'user_1' })
    await client.flush()

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['order placed', '$identify'])
  })

  it('of an empty queue sends nothing', async () => {
    const { client, fetch } = createClient()

    await client.flush()

    expect(fetch).not.toHaveBeenCalled()
  })

  it('rejects when PostHog refused the events, and may be left alone all the same', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { client } = createClient({}, mockFetch(400))

    client.capture(order)
    await expect(client.flush()).rejects.toThrow(Error)
    client.capture(order)
    void client.flush()
    await client.shutdown()

    expect(client.stats()).toMatchObject({ dropped: { rejected: 2 }, pending: 0 })
  })
})

describe('shutdown', () => {
  it('sends what is queued and leaves no timer', async () => {
    vi.useFakeTimers()
    const { client, fetch } = createClient()

    client.capture(order)
    const armed = vi.getTimerCount()
    await client.shutdown()

    expect(armed).toBe(1)
    expect(vi.getTimerCount()).toBe(0)
    expect(sentBy(fetch)).toHaveLength(1)
  })

  it('may be called twice at once', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { client, fetch } = createClient()

    client.capture(order)
    await Promise.all([client.shutdown(), client.shutdown()])

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(warn).toHaveBeenCalledTimes(1)
  })

  it('may be called again later', async () => {
    vi.useFakeTimers()
    const { client, fetch } = createClient()

    client.capture(order)
    await client.shutdown()
    await client.shutdown()

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(vi.getTimerCount()).toBe(0)
  })

  it('takes no event away that is captured after it', async () => {
    vi.useFakeTimers()
    const { client, fetch } = createClient()

    client.capture(order)
    await client.shutdown()
    client.capture({ ...order, event: 'late' })
    await client.captureImmediate({ ...order, event: 'late and immediate' })
    await client.shutdown()

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['order placed', 'late and immediate', 'late'])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('never rejects, and ends at its deadline', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    vi.useFakeTimers()
    const { client } = createClient({ fetch: () => new Promise(() => undefined) })
    let ended = false

    client.capture(order)
    const shutdown = client.shutdown(500).then(() => (ended = true))
    await vi.advanceTimersByTimeAsync(499)
    const early = ended
    await vi.advanceTimersByTimeAsync(1)

    expect(early).toBe(false)
    expect(await shutdown).toBe(true)
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('enable and disable', () => {
  it('start and stop the capturing; what was queued before is sent', async () => {
    const { client, fetch } = createClient()

    client.capture({ ...order, event: 'before' })
    await client.disable()
    client.capture({ ...order, event: 'meanwhile' })
    client.identify({ distinctId: 'user_1' })
    await client.captureImmediate({ ...order, event: 'meanwhile' })
    await client.captureExceptionImmediate(new Error('meanwhile'))
    await client.enable()
    client.capture({ ...order, event: 'after' })
    await client.shutdown()

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['before', 'after'])
  })

  it('begin with defaultOptIn', async () => {
    const { client, fetch } = createClient({ defaultOptIn: false })

    client.capture({ ...order, event: 'before' })
    await client.enable()
    client.capture({ ...order, event: 'after' })
    await client.shutdown()

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['after'])
  })
})

describe('debug', () => {
  it('writes what the client does, until it is turned off', async () => {
    const debug = vi.spyOn(console, 'debug').mockImplementation(() => undefined)
    const { client } = createClient({ before_send: () => null })

    client.capture(order)
    const silent = debug.mock.calls.length
    client.debug()
    client.capture(order)
    const spoken = debug.mock.calls.length
    client.debug(false)
    client.capture(order)

    expect(silent).toBe(0)
    expect(spoken).toBeGreaterThan(0)
    expect(debug).toHaveBeenCalledTimes(spoken)
  })
})

import { beforeEach, describe, expect, it, vi } from 'vitest'
import { createClient, sentBy } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

const order = { distinctId: 'user_1', event: 'order placed' }

beforeEach(() => {
  vi.useFakeTimers()
})

/** A client on a platform with `waitUntil`, and whether what that was given has settled. */
function createServerless(options: { waitUntilDebounceMs?: number } = {}) {
  const settled: boolean[] = []
  const waitUntil = vi.fn<(work: Promise<unknown>) => void>((work) => {
    const index = settled.push(false) - 1
    work.then(
      () => (settled[index] = true),
      () => undefined,
    )
  })
  return { ...createClient({ waitUntil, ...options }), waitUntil, settled }
}

describe('waitUntil', () => {
  it('is called once for a burst, at its first capture', async () => {
    const { client, fetch, waitUntil, settled } = createServerless()

    client.capture(order)
    const atOnce = waitUntil.mock.calls.length
    client.capture(order)
    client.identify({ distinctId: 'user_1' })
    await vi.advanceTimersByTimeAsync(49)
    const before = [fetch.mock.calls.length, ...settled]
    await vi.advanceTimersByTimeAsync(1)

    expect(atOnce).toBe(1)
    expect(waitUntil).toHaveBeenCalledTimes(1)
    expect(before).toEqual([0, false])
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(sentBy(fetch)).toHaveLength(3)
    expect(settled).toEqual([true])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('is called again for the next burst', async () => {
    const { client, fetch, waitUntil, settled } = createServerless()

    client.capture(order)
    await vi.advanceTimersByTimeAsync(50)
    client.capture(order)
    await vi.advanceTimersByTimeAsync(50)

    expect(waitUntil).toHaveBeenCalledTimes(2)
    expect(fetch).toHaveBeenCalledTimes(2)
    expect(settled).toEqual([true, true])
  })

  it('waits at most 500 ms for a burst to end', async () => {
    const { client, fetch } = createServerless()

    for (let n = 0; n < 13; n += 1) {
      client.capture(order)
      await vi.advanceTimersByTimeAsync(n < 12 ? 40 : 19)
    }
    const before = fetch.mock.calls.length
    await vi.advanceTimersByTimeAsync(1)

    expect(before).toBe(0)
    expect(sentBy(fetch)).toHaveLength(13)
  })

  it('is followed at once by the flush when the debounce is negative', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { client, fetch } = createServerless({ waitUntilDebounceMs: -5 })

    client.capture(order)
    await vi.advanceTimersByTimeAsync(0)

    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('is given a promise that shutdown settles, and no timer is left', async () => {
    const { client, fetch, settled } = createServerless()

    client.capture(order)
    await client.shutdown()

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(settled).toEqual([true])
    expect(vi.getTimerCount()).toBe(0)
  })

  it('may throw outside of a request: the event is sent all the same', async () => {
    const { client, fetch } = createClient({
      waitUntil: () => {
        throw new Error('no request is being served')
      },
    })

    client.capture(order)
    await vi.advanceTimersByTimeAsync(50)

    expect(sentBy(fetch)).toHaveLength(1)
  })
})

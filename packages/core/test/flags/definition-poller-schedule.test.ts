import { describe, expect, it } from 'vitest'
import { answer, bodyOf, createPoller, held, keysIn } from './definition-setup.ts'

const timesOf = (calls: readonly { at: number }[]) => calls.map(({ at }) => at)

describe('polls', () => {
  it('come at the interval, counted from the end of the load before', async () => {
    const { poller, replies, runtime, calls } = createPoller()
    const { reply, give } = held()
    replies.push(answer(200, bodyOf('a')), reply, answer(304))
    poller.start()

    await runtime.advance(35_000)
    give(answer(200, bodyOf('b')))
    await runtime.advance(29_999)
    expect(timesOf(calls)).toEqual([0, 30_000])
    await runtime.advance(1)

    expect(timesOf(calls)).toEqual([0, 30_000, 65_000])
  })

  it('begin anew after a reload', async () => {
    const { poller, replies, runtime, calls } = createPoller({ featureFlagsPollingInterval: 1000 })
    replies.push(304, 304, 304)
    poller.start()
    await runtime.advance(600)

    await poller.reload()
    await runtime.advance(1000)

    expect(timesOf(calls)).toEqual([0, 600, 1600])
    expect(runtime.timers).toBe(1)
  })

  it('go on after failures of every kind', async () => {
    const { poller, replies, runtime, calls } = createPoller({ featureFlagsPollingInterval: 1000 })
    replies.push(500, answer(200, 'nonsense'), new Error('down'), 404, answer(200, bodyOf('a')))
    poller.start()

    await runtime.advance(4000)

    expect(timesOf(calls)).toEqual([0, 1000, 2000, 3000, 4000])
    expect(keysIn(poller)).toEqual(['a'])
  })

  it('are none with a null interval', async () => {
    const { poller, replies, runtime, calls } = createPoller({ featureFlagsPollingInterval: null })
    replies.push(answer(200, bodyOf('a')), answer(200, bodyOf('b')))
    poller.start()

    await runtime.advance(3_600_000)
    expect([timesOf(calls), runtime.timers]).toEqual([[0], 0])
    await poller.reload()

    expect(keysIn(poller)).toEqual(['b'])
    expect(runtime.timers).toBe(0)
  })
})

describe('after refusals', () => {
  it.each([
    [30_000, [60, 60, 60]],
    [1000, [2, 4, 8, 16, 32, 60, 60]],
    [100, [0.2, 0.4, 0.8]],
  ])('polls at an interval of %i ms come after %j seconds', async (featureFlagsPollingInterval, pauses) => {
    const { poller, replies, runtime, calls } = createPoller({ featureFlagsPollingInterval })
    replies.push(...pauses.map((_, index) => [401, 403, 429][index % 3] ?? 429), 304)
    poller.start()

    await runtime.settle()
    for (const pause of pauses) {
      const before = calls.length
      await runtime.advance(pause * 1000 - 1)
      expect(calls).toHaveLength(before)
      await runtime.advance(1)
      expect(calls).toHaveLength(before + 1)
    }
  })

  it.each([
    ['200', answer(200, bodyOf('a'))],
    ['304', 304],
    ['402', 402],
  ])('a %s ends the pauses', async (_status, reply) => {
    const { poller, replies, runtime, calls } = createPoller({ featureFlagsPollingInterval: 1000 })
    replies.push(429, 429, reply, 304, 429, 304)
    poller.start()

    await runtime.advance(10_000)

    expect(timesOf(calls)).toEqual([0, 2000, 6000, 7000, 8000, 10_000])
  })

  it('a server error between two of them does not', async () => {
    const { poller, replies, runtime, calls } = createPoller({ featureFlagsPollingInterval: 1000 })
    replies.push(429, 500, 429, 304)
    poller.start()

    await runtime.advance(8000)

    expect(timesOf(calls)).toEqual([0, 2000, 4000, 8000])
  })

  it('flag reads do not load until the pause is over, reload() does', async () => {
    const { poller, replies, runtime, calls } = createPoller({ featureFlagsPollingInterval: null })
    replies.push(429, 500, answer(200, bodyOf('a')))
    poller.start()
    await poller.ensureLoaded()

    await runtime.advance(10_000)
    expect(poller.ensureLoaded()).toBeUndefined()
    await poller.reload()
    expect(timesOf(calls)).toEqual([0, 10_000])
    await runtime.advance(49_999)
    expect(poller.ensureLoaded()).toBeUndefined()
    await runtime.advance(1)
    await poller.ensureLoaded()

    expect(timesOf(calls)).toEqual([0, 10_000, 60_000])
    expect(keysIn(poller)).toEqual(['a'])
  })

  it('a clock that is set back does not prolong the pause of flag reads', async () => {
    const { poller, replies, runtime } = createPoller({ featureFlagsPollingInterval: null })
    replies.push(429, answer(200, bodyOf('a')))
    await poller.reload()

    runtime.setNow(runtime.now() - 86_400_000)
    await poller.ensureLoaded()

    expect(keysIn(poller)).toEqual(['a'])
  })
})

describe('a flag read', () => {
  it('tries again after a failed load, together with others', async () => {
    const { poller, replies, calls } = createPoller()
    replies.push(500, 402, answer(200, 'nonsense'), answer(200, bodyOf('a')))

    for (let read = 0; read < 4; read++)
      for (const wait of [poller.ensureLoaded(), poller.ensureLoaded()]) await wait

    expect(calls).toHaveLength(4)
    expect(poller.ensureLoaded()).toBeUndefined()
    expect(keysIn(poller)).toEqual(['a'])
  })

  it('waits for nothing once a load has succeeded, whatever comes after', async () => {
    const { poller, replies, calls } = createPoller()
    replies.push(answer(200, bodyOf()), 500, 402)

    for (let load = 0; load < 3; load++) {
      await poller.reload()
      expect(poller.ensureLoaded()).toBeUndefined()
    }

    expect(calls).toHaveLength(3)
  })
})

describe('ready()', () => {
  it('is true when definitions are in force, and as soon as they are', async () => {
    const { poller, replies, runtime } = createPoller({ featureFlagsPollingInterval: null })
    const { reply, give } = held()
    replies.push(reply)
    poller.start()

    const waits = [poller.ready(5000), poller.ready(1000)]
    give(answer(200, bodyOf('a')))

    expect(await Promise.all(waits)).toEqual([true, true])
    expect(await poller.ready(0)).toBe(true)
    expect(runtime.timers).toBe(0)
  })

  it('is true when a later poll has the first definition', async () => {
    const { poller, replies, runtime } = createPoller()
    replies.push(500, answer(200, bodyOf()), answer(200, bodyOf('a')))
    poller.start()
    const wait = poller.ready(120_000)

    await runtime.advance(60_000)

    expect(await wait).toBe(true)
  })

  it('is false after the time, and leaves no timer', async () => {
    const { poller, replies, runtime } = createPoller({ featureFlagsPollingInterval: null })
    replies.push(500)
    poller.start()
    await runtime.settle()
    const wait = poller.ready(1000)

    await runtime.advance(1000)

    expect(await wait).toBe(false)
    expect(runtime.timers).toBe(0)
  })

  it('loads where nobody has done so yet', async () => {
    const { poller, replies } = createPoller({ lifetime: 'serverless' })
    replies.push(answer(200, bodyOf('a')))

    expect(await poller.ready(1000)).toBe(true)
  })

  it('is false at once where nothing can be loaded', async () => {
    const { poller } = createPoller({ secretKey: undefined, definitions: { flags: [] } })
    expect(await poller.ready(1000)).toBe(false)
  })
})

describe('a serverless process', () => {
  function serverless(options = {}) {
    const kept: Promise<unknown>[] = []
    const waitUntil = (work: Promise<unknown>) => void kept.push(work)
    return { ...createPoller({ waitUntil, ...options }), kept }
  }

  it('loads at the first use, which waits, and sets no timer for the next', async () => {
    const { poller, replies, runtime, calls, kept } = serverless()
    replies.push(answer(200, bodyOf('a')))
    poller.start()
    await runtime.advance(60_000)
    expect([calls, poller.state]).toEqual([[], 'loading'])

    await poller.ensureLoaded()

    expect([keysIn(poller), timesOf(calls), runtime.timers]).toEqual([['a'], [60_000], 0])
    await expect(Promise.all(kept)).resolves.toHaveLength(1)
  })

  it('renews what is older than the interval when it is used, in the background', async () => {
    const { poller, replies, runtime, calls, kept } = serverless()
    replies.push(answer(200, bodyOf('a')), answer(200, bodyOf('b')))
    await poller.ensureLoaded()
    await runtime.advance(29_999)
    expect([poller.ensureLoaded(), calls.length]).toEqual([undefined, 1])
    await runtime.advance(1)

    expect([poller.ensureLoaded(), poller.ensureLoaded()]).toEqual([undefined, undefined])
    expect(keysIn(poller)).toEqual(['a'])
    await Promise.all(kept)

    expect([keysIn(poller), timesOf(calls), kept.length]).toEqual([['b'], [0, 30_000], 2])
  })

  it('asks no more often when PostHog fails', async () => {
    const { poller, replies, runtime, calls } = serverless()
    replies.push(answer(200, bodyOf('a')), 500, 429, 304)
    await poller.ensureLoaded()

    for (let second = 0; second < 125; second++) {
      await runtime.advance(1000)
      await poller.ensureLoaded()
    }

    expect(timesOf(calls)).toEqual([0, 30_000, 60_000, 120_000])
    expect([poller.state, keysIn(poller)]).toEqual(['ready', ['a']])
  })

  it('keeps what it has with a null interval', async () => {
    const { poller, replies, runtime, calls } = serverless({ featureFlagsPollingInterval: null })
    replies.push(answer(200, bodyOf('a')))
    await poller.ensureLoaded()
    await runtime.advance(3_600_000)

    expect([poller.ensureLoaded(), calls.length]).toEqual([undefined, 1])
  })

  it('serves bundled definitions while it loads others', async () => {
    const { poller, replies, kept } = serverless({ definitions: bodyOf('bundled') })
    replies.push(answer(200, bodyOf('a')))

    expect([poller.ensureLoaded(), keysIn(poller)]).toEqual([undefined, ['bundled']])
    await Promise.all(kept)

    expect(keysIn(poller)).toEqual(['a'])
  })

  it('loads even where the platform refuses to wait', async () => {
    const waitUntil = () => {
      throw new Error('outside of a request')
    }
    const { poller, replies } = createPoller({ waitUntil })
    replies.push(answer(200, bodyOf('a')))

    await poller.ensureLoaded()

    expect(keysIn(poller)).toEqual(['a'])
  })

  it('notices age when the clock was set back', async () => {
    const { poller, replies, runtime, calls } = serverless()
    replies.push(answer(200, bodyOf('a')), 304)
    await poller.ensureLoaded()
    await runtime.settle()

    runtime.setNow(runtime.now() - 1000)
    await poller.ensureLoaded()

    expect(calls).toHaveLength(2)
  })
})

describe('shutdown()', () => {
  it('leaves no timer, makes no further request, and keeps the definitions', async () => {
    const { poller, replies, runtime, calls } = createPoller()
    replies.push(answer(200, bodyOf('a')))
    await poller.reload()

    await poller.shutdown(1000)
    await poller.reload()
    poller.start()
    await runtime.advance(120_000)

    expect([runtime.timers, calls.length, keysIn(poller)]).toEqual([0, 1, ['a']])
    expect([poller.ensureLoaded(), poller.state]).toEqual([undefined, 'ready'])
  })

  it('gives up a load under way, and whoever waits for it goes on', async () => {
    const { poller, replies, runtime, errors } = createPoller()
    const { reply, give } = held()
    replies.push(reply)
    poller.start()
    const read = poller.ensureLoaded()
    const reload = poller.reload()
    const ready = poller.ready(30_000)

    await poller.shutdown(1000)
    await read
    await reload

    expect(await ready).toBe(false)
    expect(runtime.timers).toBe(0)
    give(answer(200, bodyOf('late')))
    await runtime.settle()
    expect([poller.current, errors]).toEqual([undefined, []])
  })
})

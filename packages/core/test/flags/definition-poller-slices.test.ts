import { describe, expect, it } from 'vitest'
import { answer, bodyOf, createPoller, flagFor, keysIn } from './definition-setup.ts'

/** Ten thousand definitions of a kilobyte. */
function manyFlags() {
  const name = 'n'.repeat(1000)
  return { flags: Array.from({ length: 10_000 }, (_, index) => flagFor(`flag-${index}`, { name })) }
}

/** A poller for which each look at the clock takes a millisecond, and turns of the event loop that the test gives. */
function slowPoller() {
  const turns: (() => void)[] = []
  let now = 1_718_454_645_000
  const setup = createPoller(
    { featureFlagsPollingInterval: null, requestTimeout: 60_000 },
    {
      now: () => ++now,
      setTimeout: (callback, delayMs) => {
        if (delayMs > 0) return setup.runtime.setTimeout(callback, delayMs)
        return turns.push(callback)
      },
      clearTimeout: (timer) => setup.runtime.clearTimeout(timer),
    },
  )
  return {
    ...setup,
    turns,
    /** Lets the next slice run. */
    async turn() {
      turns.shift()?.()
      await setup.runtime.settle()
    },
  }
}

describe('ten thousand definitions', () => {
  it('are read in slices of ten milliseconds, the old ones in force until the end', async () => {
    const { poller, replies, turns, turn, runtime } = slowPoller()
    replies.push(answer(200, bodyOf('old')), answer(200, manyFlags()))
    await poller.reload()
    const load = poller.reload()
    await runtime.settle()

    let slices = 1
    for (; turns.length > 0 && keysIn(poller)?.length === 1; slices++) await turn()
    await load

    // A step of a hundred flags looks at the clock once, and ten looks are a slice.
    expect(slices).toBe(11)
    expect(poller.current?.set.size).toBe(10_000)
  })

  it('are looked through for what cannot be decided in slices too, without holding anybody up', async () => {
    const { poller, replies, turns, turn, runtime, alerts } = slowPoller()
    const body = manyFlags()
    body.flags.push(flagFor('last', { ensure_experience_continuity: true }))
    replies.push(answer(200, body))
    const load = poller.reload()
    await runtime.settle()
    for (let slice = 0; poller.current === undefined && slice < 20; slice++) await turn()
    await load
    expect(alerts()).toEqual([])

    let slices = 1
    for (; turns.length > 0 && slices < 2000; slices++) await turn()

    expect(slices).toBe(1001)
    expect(alerts()).toEqual([expect.stringContaining('"last" (experience_continuity)')])
  })

  it('are no longer looked through when others have come', async () => {
    const { poller, replies, turns, turn, runtime, alerts } = slowPoller()
    const body = manyFlags()
    body.flags.unshift(flagFor('first', { ensure_experience_continuity: true }))
    replies.push(answer(200, body), answer(200, bodyOf('new')))
    const load = poller.reload()
    await runtime.settle()
    for (let slice = 0; poller.current === undefined && slice < 20; slice++) await turn()
    await load
    await poller.reload()

    await turn()

    expect([turns, alerts()]).toEqual([[], []])
  })

  it('are left half read at a shutdown', async () => {
    const { poller, replies, turns, turn, runtime, errors } = slowPoller()
    replies.push(answer(200, manyFlags()))
    const load = poller.reload()
    await runtime.settle()
    expect(turns).toHaveLength(1)

    await poller.shutdown(1000)
    await load
    await turn()

    expect([turns, poller.current, errors, runtime.timers]).toEqual([[], undefined, [], 0])
  })
})

it('a small body is in force without any timer', async () => {
  const delays: number[] = []
  const setup = createPoller(
    { featureFlagsPollingInterval: null },
    {
      setTimeout: (callback, delayMs) => {
        delays.push(delayMs)
        return setup.runtime.setTimeout(callback, delayMs)
      },
    },
  )
  setup.replies.push(answer(200, manyFlags()))

  await setup.poller.reload()

  expect(delays).toEqual([10_000]) // the request's own timeout
  expect(setup.runtime.timers).toBe(0)
})

it('a clock that jumps back ends the slice', async () => {
  let now = 1_718_454_645_000
  let turns = 0
  const setup = createPoller(
    { featureFlagsPollingInterval: null },
    {
      now: () => (now -= 3_600_000),
      setTimeout: (callback, delayMs) => {
        if (delayMs === 0) turns += 1
        return setup.runtime.setTimeout(callback, delayMs)
      },
    },
  )
  const flags = Array.from({ length: 250 }, (_, index) => flagFor(`flag-${index}`, { active: false }))
  setup.replies.push(answer(200, { flags }))
  const load = setup.poller.reload()

  await setup.runtime.advance(1)
  await load

  expect(setup.poller.current?.set.size).toBe(250)
  expect(turns).toBe(252) // two while reading, one for each flag that is looked through
})

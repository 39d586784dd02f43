import { describe, expect, it } from 'vitest'
import { Breaker } from './breaker.ts'

const limits = { failures: 5, pauseMs: 30_000, longestPauseMs: 300_000 }

function breakerAt(time: { now: number }, failures = 0): Breaker {
  const breaker = new Breaker(limits, () => time.now)
  for (let failed = 0; failed < failures; failed++) breaker.failed()
  return breaker
}

describe('a breaker', () => {
  it('opens with the fifth failure in a row', () => {
    const breaker = breakerAt({ now: 0 }, 4)
    expect([breaker.isOpen, breaker.admits()]).toEqual([false, true])

    breaker.failed()

    expect([breaker.isOpen, breaker.admits()]).toEqual([true, false])
  })

  it('forgets failures at a success', () => {
    const breaker = breakerAt({ now: 0 }, 4)

    breaker.succeeded()
    for (let failed = 0; failed < 4; failed++) breaker.failed()

    expect(breaker.isOpen).toBe(false)
  })

  it('lets one probe through after its pause, and nobody beside it', () => {
    const time = { now: 1000 }
    const breaker = breakerAt(time, 5)

    time.now = 30_999
    expect(breaker.admits()).toBe(false)
    time.now = 31_000
    expect([breaker.admits(), breaker.admits(), breaker.isOpen]).toEqual([true, false, true])
  })

  it('closes with a probe that succeeds, and starts over', () => {
    const time = { now: 0 }
    const breaker = breakerAt(time, 5)
    time.now = 30_000
    breaker.admits()

    breaker.succeeded()
    for (let failed = 0; failed < 4; failed++) breaker.failed()
    expect([breaker.isOpen, breaker.admits()]).toEqual([false, true])

    breaker.failed()
    time.now = 59_999
    expect(breaker.admits()).toBe(false)
    time.now = 60_000
    expect(breaker.admits()).toBe(true)
  })

  it('doubles its pause with each probe that fails, up to five minutes', () => {
    const time = { now: 0 }
    const breaker = breakerAt(time, 5)
    const pauses: number[] = []

    for (let probe = 0; probe < 7; probe++) {
      const from = time.now
      while (!breaker.admits()) time.now += 10_000
      pauses.push(time.now - from)
      breaker.failed()
    }

    expect(pauses).toEqual([30_000, 60_000, 120_000, 240_000, 300_000, 300_000, 300_000])
  })

  it('is not kept open longer by failures of calls from before', () => {
    const time = { now: 0 }
    const breaker = breakerAt(time, 5)

    time.now = 20_000
    breaker.failed()
    breaker.failed()

    time.now = 30_000
    expect(breaker.admits()).toBe(true)
  })
})

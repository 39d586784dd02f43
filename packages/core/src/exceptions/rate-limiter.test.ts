import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { RateLimiter } from './rate-limiter.ts'

const allowed = (limiter: RateLimiter, type: string, times: number, now: number) =>
  Array.from({ length: times }, () => limiter.allow(type, now)).filter(Boolean).length

it('lets ten of a type through at once, then one every ten seconds', () => {
  const limiter = new RateLimiter()

  expect(allowed(limiter, 'TypeError', 15, 0)).toBe(10)
  expect(allowed(limiter, 'TypeError', 5, 9_999)).toBe(0)
  expect(allowed(limiter, 'TypeError', 5, 10_000)).toBe(1)
  expect(allowed(limiter, 'TypeError', 5, 35_000)).toBe(2)
  expect(allowed(limiter, 'TypeError', 5, 40_000)).toBe(1)
})

it('counts each type by itself', () => {
  const limiter = new RateLimiter()
  allowed(limiter, 'TypeError', 10, 0)

  expect(limiter.allow('TypeError', 0)).toBe(false)
  expect(limiter.allow('RangeError', 0)).toBe(true)
})

it('saves up no more than one burst', () => {
  const limiter = new RateLimiter()
  allowed(limiter, 'Error', 10, 0)

  expect(allowed(limiter, 'Error', 50, 86_400_000)).toBe(10)
})

it('follows the size, rate and interval it was given', () => {
  const limiter = new RateLimiter({ bucketSize: 3, refillRate: 2, refillIntervalMs: 1000 })

  expect(allowed(limiter, 'Error', 9, 0)).toBe(3)
  expect(allowed(limiter, 'Error', 9, 1000)).toBe(2)
})

it('goes on refilling after the clock was set back', () => {
  const limiter = new RateLimiter()
  allowed(limiter, 'Error', 10, 1_000_000)

  expect(limiter.allow('Error', 500_000)).toBe(false)
  expect(limiter.allow('Error', 510_000)).toBe(true)
})

it('forgets the type seen longest ago once there are more than a thousand', () => {
  const limiter = new RateLimiter({ bucketSize: 1 })
  for (let i = 0; i < 1000; i++) limiter.allow(`E${i}`, 0)
  limiter.allow('E0', 0)
  limiter.allow('one more', 0)

  expect([limiter.allow('E0', 0), limiter.allow('E1', 0)]).toEqual([false, true])
})

it('never lets more through than one burst and the refill of the time that passed', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(30_000), { maxLength: 100 }), (gaps) => {
      const limiter = new RateLimiter()
      let now = 0
      let passed = 0
      for (const gap of gaps) {
        now += gap
        if (limiter.allow('Error', now)) passed++
      }
      expect(passed).toBeLessThanOrEqual(10 + Math.floor(now / 10_000))
    }),
  )
})

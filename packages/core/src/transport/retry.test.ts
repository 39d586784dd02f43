import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isRetryableStatus, retryDelayMs } from './retry.ts'

const lowest = () => 0
const highest = () => 1 - Number.EPSILON

describe('which answers are worth another attempt', () => {
  it.each([408, 429, 500, 502, 503, 504, 599, 600])('%i is', (status) => {
    expect(isRetryableStatus(status)).toBe(true)
  })

  it.each([200, 204, 301, 400, 401, 403, 404, 410, 413, 422, 499])('%i is not', (status) => {
    expect(isRetryableStatus(status)).toBe(false)
  })
})

describe('the wait before another attempt', () => {
  it.each([
    [1, 500, 1000],
    [2, 1000, 2000],
    [3, 2000, 4000],
    [4, 4000, 8000],
    [5, 8000, 16_000],
    [6, 15_000, 30_000],
    [7, 15_000, 30_000],
    [2000, 15_000, 30_000],
  ])('number %i is between %i and %i ms for a base of one second', (attempt, from, to) => {
    expect(retryDelayMs(attempt, 1000, lowest, undefined)).toBe(from)
    expect(retryDelayMs(attempt, 1000, highest, undefined)).toBeCloseTo(to, 5)
  })

  it('is spread evenly by the random number', () => {
    expect(retryDelayMs(1, 1000, () => 0.5, undefined)).toBe(750)
    expect(retryDelayMs(3, 100, () => 0.25, undefined)).toBe(250)
  })

  it('is none for a base of zero', () => {
    expect(retryDelayMs(1, 0, highest, undefined)).toBe(0)
    expect(retryDelayMs(9, 0, highest, undefined)).toBe(0)
  })

  it('is what the server asked for when that is longer, up to 30 seconds', () => {
    expect(retryDelayMs(1, 1000, highest, 3000)).toBe(3000)
    expect(retryDelayMs(3, 1000, () => 0.5, 1000)).toBe(3000)
    expect(retryDelayMs(1, 1000, lowest, 3_600_000)).toBe(30_000)
  })

  it('stays within its bounds for any numbers', () => {
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    const asked = fc.option(fc.integer({ min: 1, max: 10_000_000 }), { nil: undefined })
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.integer({ min: 0, max: 2_147_483_647 }),
        random,
        asked,
        (attempt, base, number, serverAsked) => {
          const wait = Math.min(base * 2 ** (attempt - 1), 30_000)
          const floor = Math.min(serverAsked ?? 0, 30_000)

          const delay = retryDelayMs(attempt, base, () => number, serverAsked)

          expect(delay).toBeGreaterThanOrEqual(Math.max(wait / 2, floor))
          expect(delay).toBeLessThanOrEqual(Math.max(wait, floor))
        },
      ),
    )
  })
})

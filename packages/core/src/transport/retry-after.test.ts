import { describe, expect, it } from 'vitest'
import { retryAfterMs } from './retry-after.ts'

/** 2024-06-15T12:30:45.000Z */
const now = 1_718_454_645_000

describe('Retry-After', () => {
  it.each([
    ['1', 1000],
    ['120', 120_000],
    [' 3 ', 3000],
    ['60, 120', 60_000],
    ['007', 7000],
  ])('in seconds: %j is %i ms', (header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected)
  })

  it.each([
    ['an IMF date', 'Sat, 15 Jun 2024 12:31:00 GMT', 15_000],
    ['an RFC 850 date', 'Saturday, 15-Jun-24 12:31:00 GMT', 15_000],
    ['an asctime date, which means GMT', 'Sat Jun 15 12:31:00 2024', 15_000],
    ['an asctime date with one digit', 'Sat Jul  6 12:30:45 2024', 21 * 86_400_000],
    ['a date in lower case', 'sat, 15 jun 2024 12:31:00 gmt', 15_000],
  ])('as a date: %s', (_name, header, expected) => {
    expect(retryAfterMs(header, now)).toBe(expected)
  })

  it.each([
    ['no header', undefined],
    ['an empty one', ''],
    ['blanks', '  '],
    ['zero', '0'],
    ['a negative number', '-5'],
    ['a fraction', '1.5'],
    ['an exponent', '1e3'],
    ['a hexadecimal number', '0x10'],
    ['a number with a unit', '10 minutes'],
    ['a unit alone', 's'],
    ['a list that begins with junk', 'soon, 5'],
    ['a date in the past', 'Sat, 15 Jun 2024 12:30:44 GMT'],
    ['this very moment', 'Sat, 15 Jun 2024 12:30:45 GMT'],
    ['a date that is none', 'Sat, 99 Foo 2024 12:31:00 GMT'],
    ['a weekday alone', 'Monday'],
    ['an ISO date', '2024-06-15T12:31:00Z'],
  ])('is ignored when it is %s', (_name, header) => {
    expect(retryAfterMs(header, now)).toBeUndefined()
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcTimestamp } from './timestamp.ts'

const now = Date.UTC(2024, 5, 15, 12, 30, 45, 123)
const nowText = '2024-06-15T12:30:45.123Z'

describe('a timestamp', () => {
  it.each([
    ['2025-01-02T08:34:05+05:30', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02T08:34:05+0530', '2025-01-02T03:04:05.000Z'],
    ['2025-01-01T22:04:05-05:00', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02T03:04:05Z', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02t03:04:05z', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02 03:04:05Z', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02T08:34+05:30', '2025-01-02T03:04:00.000Z'],
    [' 2025-01-02T03:04:05Z ', '2025-01-02T03:04:05.000Z'],
    ['2025-01-02T03:04:05.1Z', '2025-01-02T03:04:05.100Z'],
  ])('with a zone is the same instant in UTC: %s', (text, expected) => {
    expect(utcTimestamp(text, now)).toBe(expected)
  })

  it.each([
    ['2025-01-02T08:34:05.123456+05:30', '2025-01-02T03:04:05.123456Z'],
    ['2025-01-02T03:04:05.123456789Z', '2025-01-02T03:04:05.123456789Z'],
    ['2025-01-02T03:04:05.9999999Z', '2025-01-02T03:04:05.9999999Z'],
    ['2025-01-02T03:04:05.0000001Z', '2025-01-02T03:04:05.0000001Z'],
  ])('keeps digits finer than a millisecond: %s', (text, expected) => {
    expect(utcTimestamp(text, now)).toBe(expected)
  })

  it('without a zone is local time, as JavaScript reads it', () => {
    expect(utcTimestamp('2025-01-02T03:04:05', now)).toBe(new Date(2025, 0, 2, 3, 4, 5).toISOString())
  })

  it.each(['yesterday', '2025-13-99T99:99:99Z', '2025-01-02', '1718454645', '15.06.2024', '☃'])(
    'that cannot be parsed passes through: %s',
    (text) => {
      expect(utcTimestamp(text, now)).toBe(text)
    },
  )

  it('may be a Date, of any realm', () => {
    const date = new Date('2025-01-02T03:04:05.678Z')

    expect(utcTimestamp(date, now)).toBe('2025-01-02T03:04:05.678Z')
    expect(utcTimestamp({ getTime: () => date.getTime() } as Date, now)).toBe('2025-01-02T03:04:05.678Z')
  })

  it('may be milliseconds since the epoch', () => {
    expect(utcTimestamp(1_735_787_045_678 as unknown as Date, now)).toBe('2025-01-02T03:04:05.678Z')
  })

  it('is what Date makes of it, for every moment that there is', () => {
    const moment = fc.oneof(
      fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
      fc.integer({ min: -1_000_000_000_000, max: 5_000_000_000_000 }),
      fc.integer({ min: 0, max: 2_932_896 }).map((day) => day * 86_400_000),
      fc.double({ min: -1e12, max: 1e13, noNaN: true }),
    )

    fc.assert(
      fc.property(moment, (ms) => {
        expect(utcTimestamp(ms as unknown as Date, now)).toBe(new Date(ms).toISOString())
      }),
      { numRuns: 5000 },
    )
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['an empty text', ''],
    ['blanks', ' \t'],
    ['an invalid Date', new Date(Number.NaN)],
    ['a Date beyond all dates', { getTime: () => 1e300 }],
    ['a number that is none', Number.NaN],
    ['a number beyond all dates', 1e300],
    ['an object', {}],
    ['true', true],
  ])('is now when it is %s', (_name, value) => {
    expect(utcTimestamp(value as Date | undefined, now)).toBe(nowText)
  })
})

import { describe, expect, it } from 'vitest'
import { instantBefore, parseRelativeDate } from './relative-date.ts'

function before(now: string, text: string): string {
  return new Date(instantBefore(Date.parse(now), parseRelativeDate(text)!)).toISOString()
}

describe('a relative date', () => {
  it.each([
    ['2024-03-31T10:20:30.456Z', '24h', '2024-03-30T10:20:30.456Z'],
    ['2024-03-31T10:20:30.456Z', '-7d', '2024-03-24T10:20:30.456Z'],
    ['2024-03-31T10:20:30.456Z', '7d', '2024-03-24T10:20:30.456Z'],
    ['2024-03-31T10:20:30.456Z', '2w', '2024-03-17T10:20:30.456Z'],
    ['2024-03-31T10:20:30.456Z', '1m', '2024-02-29T10:20:30.456Z'],
    ['2024-03-31T10:20:30.456Z', '2m', '2024-01-29T10:20:30.456Z'],
    ['2023-03-31T00:00:00.000Z', '2m', '2023-01-28T00:00:00.000Z'],
    ['2024-12-31T23:59:59.999Z', '1m', '2024-11-30T23:59:59.999Z'],
    ['2024-02-29T00:00:00.000Z', '4y', '2020-02-28T00:00:00.000Z'],
    ['2024-02-29T00:00:00.000Z', '0y', '2024-02-29T00:00:00.000Z'],
    ['2024-01-15T00:00:00.000Z', '13m', '2022-12-15T00:00:00.000Z'],
  ])('from %s, %s ago is %s', (now, text, expected) => {
    expect(before(now, text)).toBe(expected)
  })

  it.each(['', '7', 'd', '10000d', '7x', '7D', ' 7d', '7d ', '--7d', '+7d', '7.5d', '7d\n', '２d'])(
    'is not %j',
    (text) => {
      expect(parseRelativeDate(text)).toBeUndefined()
    },
  )
})

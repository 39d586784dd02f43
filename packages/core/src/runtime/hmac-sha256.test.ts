import { createHmac } from 'node:crypto'
import * as fc from 'fast-check'
import { expect, it } from 'vitest'
import { hmacSha256 } from './hmac-sha256.ts'

function hexOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function expected(key: string, data: string): string {
  return createHmac('sha256', key).update(data, 'utf8').digest('hex')
}

it('gives the well-known value (RFC 4231, test case 2)', () => {
  expect(hexOf(hmacSha256('Jefe', 'what do ya want for nothing?'))).toBe(
    '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
  )
})

it('gives what Node gives for any text', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 300 })
  fc.assert(
    fc.property(text, text, (key, data) => {
      expect(hexOf(hmacSha256(key, data))).toBe(expected(key, data))
    }),
    { numRuns: 300 },
  )
})

it.each([0, 1, 54, 55, 56, 57, 63, 64, 65, 119, 120, 127, 128, 1000, 100_000])(
  'gives what Node gives for a key and data of %i bytes',
  (length) => {
    const text = 'k'.repeat(length)

    expect(hexOf(hmacSha256(text, 'data'))).toBe(expected(text, 'data'))
    expect(hexOf(hmacSha256('key', text))).toBe(expected('key', text))
  },
)

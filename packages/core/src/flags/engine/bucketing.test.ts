import { createHash } from 'node:crypto'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bucketing, type Salt } from './bucketing.ts'

/** The definition of the hash, by Node's SHA-1 and decimal parsing. */
function expectedBucket(prefix: string, id: string, salt: string): number {
  const digits = createHash('sha1').update(`${prefix}${id}${salt}`).digest('hex').slice(0, 15)
  return parseInt(digits, 16) / Number('0xfffffffffffffff')
}

const texts = fc.oneof(
  fc.string({ maxLength: 80 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
  // UTF-16 units in any order: unpaired surrogates too.
  fc
    .array(fc.constantFrom('a', 'é', '日', '\ud83c', '\udf3f'), { maxLength: 90 })
    .map((units) => units.join('')),
  fc.uuid(),
)

describe('a bucket', () => {
  it('is the first 60 bits of SHA-1 as a fraction, for any text, in any order', () => {
    const bucketing = new Bucketing()
    const hashed = fc.record({ prefix: texts, id: texts, salt: fc.constantFrom<Salt>('', 'variant') })

    fc.assert(
      fc.property(fc.array(hashed, { minLength: 1, maxLength: 6 }), (several) => {
        for (const { prefix, id, salt } of several) {
          const bucket = bucketing.bucket(bucketing.prefix(`${prefix}.`), id, salt)

          expect(bucket).toBe(expectedBucket(`${prefix}.`, id, salt))
        }
      }),
      { numRuns: 500 },
    )
  })

  it.each([0, 1, 54, 55, 56, 63, 64, 65, 118, 119, 120, 128, 5000])(
    'is exact for a text of %i bytes',
    (length) => {
      const bucketing = new Bucketing()
      const id = 'x'.repeat(length)

      expect(bucketing.bucket(bucketing.prefix(''), id, '')).toBe(expectedBucket('', id, ''))
      expect(bucketing.bucket(bucketing.prefix(id), '', 'variant')).toBe(expectedBucket(id, '', 'variant'))
      expect(bucketing.bucket(bucketing.prefix(`${id}.`), 'short', '')).toBe(
        expectedBucket(`${id}.`, 'short', ''),
      )
    },
  )

  it('does not depend on what was hashed before', () => {
    const bucketing = new Bucketing()
    const [first, second] = [bucketing.prefix('first.'), bucketing.prefix('second')]

    const alone = bucketing.bucket(first, 'visitor', '')
    bucketing.bucket(first, 'an id much longer than the one before it, in two blocks of the hash', '')
    bucketing.bucket(second, 'visitor', '')
    bucketing.bucket(first, 'x'.repeat(100_000), '')

    expect(bucketing.bucket(first, 'visitor', '')).toBe(alone)
    expect(alone).toBe(expectedBucket('first.', 'visitor', ''))
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readConsentCookie } from './consent-cookie.ts'

const yes = fc.constantFrom('1', 'true', 'yes')
const no = fc.constantFrom('0', 'false', 'no')
const encoding = fc.constantFrom(
  (text: string) => text,
  (text: string) => encodeURIComponent(text),
  (text: string) => JSON.stringify(text),
  (text: string) => encodeURIComponent(JSON.stringify(text)),
  (text: string) => encodeURIComponent(encodeURIComponent(JSON.stringify(text))),
  (text: string) => ` ${text.toUpperCase()} `,
)
const encoded = (values: fc.Arbitrary<string>) =>
  fc.tuple(values, encoding).map(([value, encode]) => encode(value))
const words: ReadonlySet<string> = new Set(['1', 'true', 'yes', '0', 'false', 'no'])
const junk = fc
  .oneof(fc.string(), fc.string({ unit: 'binary', maxLength: 200 }), fc.constantFrom('%', '%E0%A4%A', '"'))
  .filter((text) => !words.has(text.toLowerCase().replaceAll(/[^a-z0-9]|%22|%25/g, '')))

describe('the consent cookie', () => {
  it('says yes in each spelling, among whatever else is under its name', () => {
    fc.assert(
      fc.property(encoded(yes), fc.array(junk), fc.array(junk), (value, before, after) => {
        expect(readConsentCookie([...before, value, ...after])).toBe('granted')
      }),
    )
  })

  it('says no in each spelling, whatever else is under its name', () => {
    fc.assert(
      fc.property(encoded(no), fc.array(encoded(yes)), fc.array(fc.string()), (value, before, after) => {
        expect(readConsentCookie([...before, value, ...after])).toBe('denied')
      }),
    )
  })

  it('says nothing when it is anything else, and never throws', () => {
    fc.assert(
      fc.property(fc.array(junk), (values) => {
        expect(readConsentCookie(values)).toBeUndefined()
      }),
    )
  })

  it('says nothing when it is longer than any that posthog-js writes', () => {
    expect(readConsentCookie([`${' '.repeat(101)}1`, '1'.repeat(1_000_000)])).toBeUndefined()
  })
})

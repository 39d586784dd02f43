import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { FlatMembers } from './flat-members.ts'

const plenty = 1024 * 1024
const flatValue = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.integer(),
  fc.boolean(),
  fc.constantFrom(null, undefined, -0, '"', '\\', '\u2028', '\u{1f600}', '\ud800'),
)

describe('the text of flat members', () => {
  it('is that of JSON.stringify, whatever their names and values', () => {
    const members = new FlatMembers()

    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), flatValue), (object) => {
        expect(`{${members.text(object, plenty)?.text.slice(0, -1)}}`).toBe(JSON.stringify(object))
      }),
      { numRuns: 2000 },
    )
  })

  it('is right for more names than are remembered', () => {
    const members = new FlatMembers()

    for (let index = 0; index < 2500; index++) {
      expect(members.text({ [`name ${index}`]: index }, plenty)?.text).toBe(`"name ${index}":${index},`)
    }
    expect(members.text({ 'name 1': 1, 'name 2400': 2 }, plenty)?.text).toBe('"name 1":1,"name 2400":2,')
  })

  it.each([
    ['an object', { nested: {} }],
    ['a list', { list: [] }],
    ['a function', { call: () => 1 }],
    ['a symbol', { symbol: Symbol('s') }],
    ['a big number', { big: 1n }],
  ])('is left to others where one of them is %s', (_name, object) => {
    expect(new FlatMembers().text({ first: 1, ...object }, plenty)).toBeUndefined()
  })

  it('is plain without escapes and characters of several bytes, in names and values', () => {
    const members = new FlatMembers()

    fc.assert(
      fc.property(fc.dictionary(fc.string({ unit: 'binary' }), flatValue), (object) => {
        const { text, isPlain } = members.text(object, plenty) ?? {}
        const written = Object.entries(object).filter(([, value]) => value !== undefined)
        const isSimple = !written.flat().some((part) => /[^ !#-[\]-~]/.test(String(part)))
        expect(isPlain).toBe(isSimple)
        expect(isPlain && new TextEncoder().encode(text).length !== text?.length).toBe(false)
      }),
      { numRuns: 2000 },
    )
  })

  it('is left to others where it is longer than it may be', () => {
    const members = new FlatMembers()

    expect(members.text({ a: 'x'.repeat(8), b: 'y'.repeat(8) }, 22)?.text).toBe(
      '"a":"xxxxxxxx","b":"yyyyyyyy",',
    )
    expect(members.text({ a: 'x'.repeat(8), b: 'y'.repeat(8) }, 21)).toBeUndefined()
  })
})

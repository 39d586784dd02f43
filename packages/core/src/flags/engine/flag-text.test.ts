import { describe, expect, it } from 'vitest'
import { flagText, isJsonValue } from './flag-text.ts'

const circular: unknown[] = [1.5]
circular.push(circular)

describe('the text of a value', () => {
  it.each([
    ['a string as it is', 'Pro "x"', 'Pro "x"'],
    ['null', null, 'null'],
    ['a boolean', false, 'false'],
    ['a fraction', 1.5, '1.5'],
    ['an array, compact', ['a', 1.5, null, [true]], '["a",1.5,null,[true]]'],
    // oxlint-disable-next-line no-sparse-arrays
    ['a hole as null', [, 'a'], '[null,"a"]'],
    ['an object, keys sorted', { b: 1.5, a: 'x' }, '{"a":"x","b":1.5}'],
    [
      'keys by code point, not by UTF-16 unit',
      { '\u{1f33f}': 'x', '\uffff': 'y' },
      '{"\uffff":"y","\u{1f33f}":"x"}',
    ],
    ['an object without prototype', Object.assign(Object.create(null), { a: 'x' }), '{"a":"x"}'],
  ])('is %s', (_what, value, text) => {
    expect(flagText(value)).toBe(text)
  })

  it.each([
    ['an integer, which the server may spell 30 or 30.0', 30],
    ['an integral float', 1e21],
    ['an integer inside', { a: [1] }],
    ['NaN', NaN],
    ['infinity', Infinity],
    ['undefined', undefined],
    ['undefined inside', [undefined]],
    ['a bigint', 10n],
    ['a function', () => 1],
    ['a date', new Date(0)],
    ['a map', new Map()],
    ['a cycle', circular],
    ['an unpaired surrogate', 'a\ud800'],
    ['a reversed pair', '\udf3f\ud83c'],
    ['an unpaired surrogate as a key', { '\ud800': 'x' }],
  ])('is uncertain for %s', (_what, value) => {
    expect(flagText(value)).toBeUndefined()
  })

  it('is certain for a value that occurs twice without a cycle', () => {
    const shared = ['x']

    expect(flagText([shared, shared])).toBe('[["x"],["x"]]')
  })
})

describe('a JSON value', () => {
  it.each([30, 'x', null, [1, { a: 2 }], {}])('is %j', (value) => {
    expect(isJsonValue(value)).toBe(true)
  })

  it.each([NaN, undefined, 10n, new Date(0), circular, ['\ud800'], { a: undefined }])(
    'is not %o',
    (value) => {
      expect(isJsonValue(value)).toBe(false)
    },
  )
})

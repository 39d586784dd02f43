import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { serialize, utf8Length } from './serialize.ts'

const plenty = 1024 * 1024

/** Any value with nasty things in it: proxies, throwing accessors, own `toJSON`, cycles. */
const nasty = fc
  .tuple(
    fc.anything({
      withBigInt: true,
      withBoxedValues: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withNullPrototype: true,
      withObjectString: true,
      withSparseArray: true,
      withTypedArray: true,
    }),
    fc.constantFrom('plain', 'getter', 'toJSON', 'cycle', 'proxy', 'error', 'function', 'symbol'),
  )
  .map(([value, twist]) => twisted(value, twist))

function twisted(value: unknown, twist: string): unknown {
  const refuse = () => {
    throw value
  }
  if (twist === 'getter') return Object.defineProperty({ value }, 'broken', { enumerable: true, get: refuse })
  if (twist === 'toJSON') return { value, toJSON: refuse }
  if (twist === 'proxy') return [new Proxy({ value }, { get: refuse, ownKeys: refuse }), value]
  if (twist === 'error') return { error: Object.assign(new Error('failed'), { cause: value }), value }
  if (twist === 'function') return { call: () => value, value }
  if (twist === 'symbol') return { symbol: Symbol('s'), value, [Symbol('key')]: value }
  if (twist !== 'cycle') return value
  const cycle: unknown[] = [value]
  cycle.push({ cycle })
  return cycle
}

describe('serialize', () => {
  it('gives exactly the text of JSON.stringify for plain JSON values', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(serialize(value, plenty)).toEqual({ json: JSON.stringify(value) })
      }),
      { numRuns: 500 },
    )
  })

  it('gives the same text when something beside the value needs repair', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(serialize([value, 1n], plenty)).toEqual({ json: `[${JSON.stringify(value)},"1"]` })
      }),
      { numRuns: 500 },
    )
  })

  it('never throws, and what it gives is JSON', () => {
    fc.assert(
      fc.property(nasty, (value) => {
        const { json, tooLarge } = serialize({ value }, plenty)

        expect(tooLarge).toBeUndefined()
        expect(() => void JSON.parse(json ?? '')).not.toThrow()
      }),
      { numRuns: 2000 },
    )
  })

  it('never throws when the text would be too large', () => {
    fc.assert(
      fc.property(nasty, fc.integer({ min: 0, max: 20 }), (value, maxBytes) => {
        const { json, tooLarge } = serialize({ value }, maxBytes)

        expect(tooLarge === undefined).toBe(json !== undefined)
      }),
      { numRuns: 1000 },
    )
  })

  it('never calls a text too large that is not', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('plain', 'cycle', 'proxy'), (json, twist) => {
        const value = twisted(json, twist)
        const text = serialize({ value, many: 1n }, plenty).json

        expect(serialize({ value, many: 1n }, utf8Length(text ?? ''))).toEqual({ json: text })
      }),
      { numRuns: 1000 },
    )
  })

  it('does not take a cycle for a large text, however often one could go round it', () => {
    const order: Record<string, unknown> = { note: 'x'.repeat(50_000) }
    order['lines'] = [{ order }, { order }]

    const { json, tooLarge } = serialize({ order }, plenty)

    expect(tooLarge).toBeUndefined()
    expect(json).toBe(
      `{"order":{"note":"${'x'.repeat(50_000)}","lines":[{"order":"[Circular]"},{"order":"[Circular]"}]}}`,
    )
  })

  it('repairs what objects and lists make of themselves, when nothing else needs it', () => {
    const failure = Object.assign(new RangeError('out of stock'), { stack: 'at shop' })
    const repaired = '{"failure":{"name":"RangeError","message":"out of stock","stack":"at shop"}}'

    const object = serialize({ toJSON: () => ({ failure }) }, plenty)
    const list = serialize(Object.assign([1], { toJSON: () => ({ failure }) }), plenty)

    expect(object).toEqual({ json: repaired })
    expect(list).toEqual({ json: repaired })
  })

  it('has no text for what JSON has not', () => {
    expect(serialize(undefined, plenty)).toEqual({ json: undefined })
    expect(serialize(() => 1, plenty)).toEqual({ json: undefined })
    expect(serialize(Symbol('s'), plenty)).toEqual({ json: undefined })
  })

  it('gives the name, message and stack of an Error, whatever else it has', () => {
    const error = Object.assign(new TypeError('failed'), {
      code: 'E_CODE',
      stack: 'TypeError: failed\n    at shop',
      toJSON: () => 'its own form',
    })

    expect(JSON.parse(serialize({ error }, plenty).json ?? '')).toEqual({
      error: { name: 'TypeError', message: 'failed', stack: 'TypeError: failed\n    at shop' },
    })
  })
})

describe('the length in UTF-8', () => {
  it('is that of the bytes, for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        expect(utf8Length(text)).toBe(Buffer.byteLength(text))
      }),
      { numRuns: 1000 },
    )
  })

  it('is that of the bytes, for the JSON of any text, lone surrogates included', () => {
    const units = fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 50 })
    fc.assert(
      fc.property(units, (codes) => {
        const json = JSON.stringify(String.fromCharCode(...codes))

        expect(utf8Length(json)).toBe(Buffer.byteLength(json))
      }),
      { numRuns: 1000 },
    )
  })

  it.each([
    ['', 0],
    ['a', 1],
    ['\x7f', 1],
    ['\x80', 2],
    ['\u07ff', 2],
    ['\u0800', 3],
    ['\uffff', 3],
    ['\u{10000}', 4],
    ['a\u{1F994}ü', 7],
  ])('of %j is %i', (text, bytes) => {
    expect(utf8Length(text)).toBe(bytes)
  })
})

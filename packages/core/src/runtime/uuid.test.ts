import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createFakeRuntime } from 'testkit'
import { isUuid, UuidSource } from './uuid.ts'

describe('a new uuid', () => {
  it('has version 7 and its variant, and begins with the time', () => {
    const uuids = new UuidSource(createFakeRuntime({ now: 0x0190_163d_8694 }))

    for (let count = 0; count < 1000; count += 1) {
      expect(uuids.next()).toMatch(/^0190163d-8694-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    }
  })

  it('sorts after those of earlier milliseconds', async () => {
    const runtime = createFakeRuntime()
    const uuids = new UuidSource(runtime)
    const made: string[] = []

    for (let count = 0; count < 100; count += 1) {
      made.push(uuids.next())
      await runtime.advance(1)
    }

    expect(made.toSorted()).toEqual(made)
  })

  it('is unlike every other, also within one millisecond', () => {
    const uuids = new UuidSource(createFakeRuntime())

    const made = Array.from({ length: 20_000 }, () => uuids.next())

    expect(new Set(made).size).toBe(20_000)
  })

  it('uses every random byte once and every free bit', () => {
    let nextByte = 0
    const runtime = {
      now: () => 0,
      randomBytes: (length: number) => Uint8Array.from({ length }, () => nextByte++),
    }
    const uuids = new UuidSource(runtime)

    expect(uuids.next()).toBe('00000000-0000-7001-8203-040506070809')
    expect(uuids.next()).toBe('00000000-0000-7a0b-8c0d-0e0f10111213')
    expect(
      new UuidSource({ ...runtime, randomBytes: (length) => new Uint8Array(length).fill(0xff) }).next(),
    ).toBe('00000000-0000-7fff-bfff-ffffffffffff')
  })

  it('is still one when the clock is wrong', () => {
    const at = (now: number) =>
      new UuidSource({ now: () => now, randomBytes: (length) => new Uint8Array(length) }).next()

    expect(at(-1)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7000-8000-000000000000$/)
    expect(at(1.9)).toBe('00000000-0001-7000-8000-000000000000')
    expect(at(2 ** 48 + 5)).toBe('00000000-0005-7000-8000-000000000000')
    expect(at(Number.NaN)).toBe('00000000-0000-7000-8000-000000000000')
  })
})

describe('text is taken for a uuid', () => {
  it.each([
    '0190163d-8694-7ad4-b6a3-5cca0d9ba2b1',
    '0190163D-8694-4AD4-06A3-5CCA0D9BA2B1',
    '00000000-0000-0000-0000-000000000000',
  ])('in the form %s', (text) => {
    expect(isUuid(text)).toBe(true)
  })

  it.each<[unknown]>([
    ['0190163d86947ad4b6a35cca0d9ba2b1'],
    ['0190163d-8694-7ad4-b6a3-5cca0d9ba2b'],
    ['0190163d-8694-7ad4-b6a3-5cca0d9ba2b1 '],
    ['0190163g-8694-7ad4-b6a3-5cca0d9ba2b1'],
    [''],
    [undefined],
    [7],
    [{ toString: () => '0190163d-8694-7ad4-b6a3-5cca0d9ba2b1' }],
  ])('but not %j', (value) => {
    expect(isUuid(value)).toBe(false)
  })
})

it('text with any other character in any place is taken for one as the shape says', () => {
  const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i
  const uuid = '0190163d-8694-7Ad4-b6a3-5ccA0d9ba2b1'
  const character = fc.oneof(
    fc.constantFrom('-', '0', '9', 'a', 'f', 'A', 'F', '/', ':', '@', 'G', '`', 'g'),
    fc.string({ unit: 'binary', minLength: 1, maxLength: 1 }),
  )

  fc.assert(
    fc.property(fc.nat({ max: 35 }), character, (place, other) => {
      const text = uuid.slice(0, place) + other + uuid.slice(place + 1)
      expect(isUuid(text)).toBe(shape.test(text))
    }),
    { numRuns: 2000 },
  )
})

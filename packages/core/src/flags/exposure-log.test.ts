import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { FlagValue } from '../flag-snapshot.ts'
import { ExposureLog } from './exposure-log.ts'

type Claim = [
  distinctId: string,
  key: string,
  response: FlagValue | undefined,
  groups?: Readonly<Record<string, string | number>>,
]

/** Which of these are new, one after another. */
function news(log: ExposureLog, claims: readonly Claim[]): boolean[] {
  return claims.map(([distinctId, key, response, groups]) => log.claim(distinctId, key, response, groups))
}

describe('an exposure', () => {
  it.each<[string, Claim, Claim]>([
    ['of another person', ['a', 'hero', true], ['b', 'hero', true]],
    ['of another flag', ['a', 'hero', true], ['a', 'other', true]],
    ['of another response', ['a', 'hero', true], ['a', 'hero', false]],
    ['of an undecided flag', ['a', 'hero', false], ['a', 'hero', undefined]],
    ['of a variant that is called like a value', ['a', 'hero', true], ['a', 'hero', 'true']],
    ['of a key that looks like another with its variant', ['a', 'hero', 'b_c'], ['a', 'hero_b', 'c']],
    ['with groups', ['a', 'hero', true], ['a', 'hero', true, { company: 'acme' }]],
    [
      'with another group',
      ['a', 'hero', true, { company: 'acme' }],
      ['a', 'hero', true, { company: 'other' }],
    ],
    [
      'with one group more',
      ['a', 'hero', true, { company: 'acme' }],
      ['a', 'hero', true, { company: 'acme', team: 'red' }],
    ],
  ])('is new once when it is one %s', (_name, first, second) => {
    const log = new ExposureLog(10)

    expect(news(log, [first, second, first, second])).toEqual([true, true, false, false])
  })

  it.each<[string, Claim, Claim]>([
    ['undecided again', ['a', 'hero', undefined], ['a', 'hero', undefined]],
    ['with no groups, given or not', ['a', 'hero', true], ['a', 'hero', true, {}]],
    [
      'with its groups in another order',
      ['a', 'hero', true, { company: 'acme', team: 'red' }],
      ['a', 'hero', true, { team: 'red', company: 'acme' }],
    ],
  ])('is not new %s', (_name, first, second) => {
    expect(news(new ExposureLog(10), [first, second])).toEqual([true, false])
  })

  it('is new again after everything was forgotten', () => {
    const log = new ExposureLog(10)
    log.claim('a', 'hero', true, undefined)

    log.clear()

    expect(news(log, [['a', 'hero', true]])).toEqual([true])
  })
})

describe('the memory of exposures', () => {
  it('gives up the identity that was not heard of for the longest time', () => {
    const log = new ExposureLog(2)
    const on = (distinctId: string): Claim => [distinctId, 'hero', true]

    expect(news(log, [on('a'), on('b'), on('a'), on('c')])).toEqual([true, true, false, true])
    expect(news(log, [on('a'), on('b'), on('c')])).toEqual([false, true, true])
  })

  it('holds as many identities as it may, always those heard of last', () => {
    const reads = fc.array(fc.tuple(fc.nat(7), fc.nat(2)), { maxLength: 60 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), reads, (size, claims) => {
        const log = new ExposureLog(size)
        let remembered: { person: number; flags: number[] }[] = []

        for (const [person, flag] of claims) {
          const flags = remembered.find((entry) => entry.person === person)?.flags ?? []
          const isNew = !flags.includes(flag)
          const others = remembered.filter((entry) => entry.person !== person)
          remembered = [...others, { person, flags: [...flags, flag] }].slice(-size)

          expect(log.claim(`person ${person}`, `flag ${flag}`, true, undefined)).toBe(isNew)
        }
      }),
      { numRuns: 500 },
    )
  })

  it('begins an identity anew once it had a thousand exposures, and no other', () => {
    const log = new ExposureLog(10)
    log.claim('other', 'hero', true, undefined)
    const thousand = Array.from({ length: 1000 }, (_, flag): Claim => ['a', `flag ${flag}`, true])

    expect(news(log, thousand)).not.toContain(false)
    expect(news(log, thousand)).not.toContain(true)
    expect(
      news(log, [
        ['a', 'one more', true],
        ['a', 'one more', true],
        ['a', 'flag 999', true],
        ['other', 'hero', true],
      ]),
    ).toEqual([true, false, true, false])
  })
})

import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { secret } from './browser.ts'
import { LoginWorld, type Step } from './login-world.ts'

const at = fc.nat({ max: 8 })
const user = fc.nat({ max: 2 })
const which = fc.nat({ max: 40 })

const daily: fc.Arbitrary<Step>[] = [
  fc.record({ does: fc.constantFrom('visit', 'logout', 'wait'), at }),
  fc.record({ does: fc.constantFrom('log in', 'log in on a page', 'switch user', 'be known'), at, user }),
]
const adverse: fc.Arbitrary<Step>[] = [
  fc.record({ does: fc.constantFrom('replay', 'answer late'), at, user, which }),
  fc.record({ does: fc.constant('copy cookies'), at, to: user }),
  fc.record({ does: fc.constant('alias'), at, which }),
]
const restart: fc.Arbitrary<Step> = fc.record({ does: fc.constant('restart'), at })

const everything = [...daily, ...adverse]

describe('two users never share a person, and no id is linked twice', { timeout: 60_000 }, () => {
  it.each<[string, string | undefined, fc.Arbitrary<Step>[]]>([
    ['with a secret, whatever is replayed, late, copied or given another id', secret, everything],
    ['with a secret, also when the server forgets what it has linked', secret, [...daily, restart]],
    ['without a secret', undefined, everything],
  ])('%s', (_case, secret, steps) => {
    let merged = 0
    fc.assert(
      fc.property(fc.array(fc.oneof(...steps), { minLength: 10, maxLength: 40, size: 'max' }), (story) => {
        const world = new LoginWorld(secret)
        for (const step of story) world.do(step)

        for (const persons of world.persons()) expect(persons.length).toBeLessThanOrEqual(1)
        const linked = world.edges.map(([, id]) => id)
        expect(new Set(linked).size).toBe(linked.length)
        merged += linked.length
      }),
      { numRuns: 300, seed: 2022 },
    )
    expect(merged).toBeGreaterThan(300)
  })
})

import { describe, expect, it } from 'vitest'
import { MemoryIdentityLinks } from './memory-identity-links.ts'

describe('the links between ids and users', () => {
  it('give an id to one user, once', () => {
    const links = new MemoryIdentityLinks()

    const claims = [links.claim('a', 'user_1'), links.claim('a', 'user_1'), links.claim('a', 'user_2')]

    expect(claims).toEqual([true, false, false])
    expect([links.isClaimed('a'), links.isClaimed('b')]).toEqual([true, false])
  })

  it('are bounded: of 50,000 the one not asked for longest makes room', () => {
    const links = new MemoryIdentityLinks()
    for (let id = 0; id < 50_000; id++) links.claim(String(id), 'user_1')
    links.claim('0', 'user_2')

    links.claim('one more', 'user_1')

    expect([links.isClaimed('0'), links.isClaimed('1'), links.isClaimed('2')]).toEqual([true, false, true])
  })
})

import { describe, expect, it } from 'vitest'
import type { DistinctIdAnswer } from '../../src/index.ts'
import { createBrowser, secret, uuidV7 } from './browser.ts'
import { pageFacts, scopeOpener } from './open-scope.ts'
import { startClient } from './start-client.ts'

type Answer = DistinctIdAnswer | Promise<DistinctIdAnswer>

const never = new Promise<never>(() => {})
const threw = (): never => {
  throw new Error('no session store')
}

describe('a resolver', () => {
  // What the types forbid, plain JavaScript still returns.
  it.each<[string, () => unknown, string]>([
    ['throws', threw, 'identity.resolve threw'],
    ['answers a promise that rejects', async () => threw(), 'identity.resolve rejected'],
    ['answers 0', () => 0, 'answered something that is no id'],
    ['answers an object', () => ({ id: 'user_1' }), 'answered something that is no id'],
    ['answers an empty list', () => [], 'answered something that is no id'],
    ['answers true', () => true, 'answered something that is no id'],
    ['answers a function', () => () => 'user_1', 'answered something that is no id'],
    ['answers "guest"', () => 'guest', 'answered something that is no id'],
    ['answers blanks', () => '   ', 'answered something that is no id'],
    ['answers a promise of 0', async () => 0, 'answered something that is no id'],
    ['answers a promise of an object', async () => ({ id: 'user_1' }), 'answered something that is no id'],
    ['answers a promise of "null"', async () => 'null', 'answered something that is no id'],
    [
      'answers an object whose then throws',
      () => Object.fromEntries(['then'].map((name) => [name, threw])),
      'identity.resolve rejected',
    ],
    [
      'answers an object that refuses to be read',
      () => new Proxy({}, { has: threw }),
      'identity.resolve threw',
    ],
    ['never answers', () => never, 'did not answer within 250 ms'],
  ])('that %s is passed over, with one WARN for all requests', async (_case, resolve, message) => {
    const { client, advance, warnings } = await startClient()
    const open = scopeOpener(client, {
      identity: { secret, resolve: resolve as () => Answer },
      flags: { preload: 'always' },
    })
    const { scope: first } = createBrowser(open).visit()
    await advance(250)

    const visitor = createBrowser(open)
    const ids = [visitor.visit().scope, visitor.visit().scope].map((scope) => scope.distinctId)
    await advance(250)

    expect(first.identitySource).toBe('minted')
    expect(ids[0]).toMatch(uuidV7)
    expect(ids[1]).toBe(ids[0])
    expect(warnings()).toEqual([expect.stringContaining(message)])
  })

  it('with trouble of several kinds has a line for each', async () => {
    const answers = [threw, () => 0, () => ({}), () => 'null']
    const { open, warnings } = await startClient({ resolve: () => answers.shift()?.() as Answer })

    for (let use = 0; use < 8; use++) void open(pageFacts()).scope.distinctId

    expect(warnings()).toEqual([
      expect.stringContaining('identity.resolve threw'),
      expect.stringContaining('answered something that is no id'),
    ])
  })

  it.each<[string, () => Answer]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['an empty text', () => ''],
    ['a promise of null', async () => null],
    ['a promise of an empty text', async () => ''],
  ])('that answers %s says that nobody is signed in, which is no trouble', async (_case, resolve) => {
    const { open, warnings } = await startClient({ resolve })

    expect(open(pageFacts()).scope.identitySource).toBe('minted')
    expect(warnings()).toEqual([])
  })

  it.each([
    [42, '42'],
    [-7, '-7'],
    [' user_1 ', 'user_1'],
    ['jo@example.com', 'jo@example.com'],
  ])('that answers %j names %s', async (answer, expected) => {
    const { open } = await startClient({ resolve: () => answer })

    expect(open(pageFacts()).scope.distinctId).toBe(expected)
  })

  it('may capture and ask for the visitor itself', async () => {
    const { client, events } = await startClient()
    let depth = 0
    const { scope, end } = scopeOpener(client, {
      flags: { preload: 'never' },
      identity: {
        resolve: () => {
          expect(++depth).toBeLessThan(3)
          scope.capture('session restored')
          client.capture({ distinctId: 'user_1', event: 'seen' })
          depth--
          return 'user_1'
        },
      },
    })()

    expect(scope.distinctId).toBe('user_1')
    end()
    expect((await events()).map(({ event }) => event)).toEqual(['session restored', 'seen', '$pageview'])
  })
})

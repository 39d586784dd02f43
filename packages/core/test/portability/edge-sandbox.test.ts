import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import { pageFacts, scopeOpener } from '../request/open-scope.ts'
import { startOnEdge } from './edge-realm.ts'

function refuse(): never {
  throw new Error('not supported in the Edge Runtime')
}

/** What Next.js shows on the edge: the names are there, and throw when they are used. */
const stubs = {
  AsyncLocalStorage,
  CompressionStream: refuse,
  MessageChannel: refuse,
  process: { env: { NODE_ENV: 'development' }, cwd: refuse, getBuiltinModule: refuse },
  setImmediate: refuse,
}

describe('on a platform with stubs of Node.js that throw', () => {
  it('events and exceptions arrive', async () => {
    const { posthog, client, edge } = await startOnEdge(stubs)

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    client.captureException(new Error('no cart'), 'user_1')
    const report = await client.shutdown()

    expect(report).toMatchObject({ sent: 2, dropped: 0, pending: 0 })
    expect(posthog.events().map(({ event }) => event)).toEqual(['order placed', '$exception'])
    expect(edge.lines).toEqual([])
  })

  it('a scope is found below its request', async () => {
    const { client } = await startOnEdge(stubs)
    const { scope } = scopeOpener(client, { flags: { preload: 'never' } })(pageFacts())

    expect(await scope.run(async () => client.scope())).toBe(scope)
  })

  it('the own signature takes the place of the one of Node.js', async () => {
    const { edge } = await startOnEdge(stubs)

    expect(
      Buffer.from(edge.defaultRuntime.hmac('Jefe', 'what do ya want for nothing?')).toString('hex'),
    ).toBe('5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843')
  })
})

it('an environment that may not be read, as in Deno without permission, is an empty one', async () => {
  const process = { env: new Proxy({}, { get: refuse }) }

  const { posthog, client } = await startOnEdge({ process })
  client.capture({ distinctId: 'user_1', event: 'order placed' })
  await client.flush()

  expect(posthog.events().map(({ event }) => event)).toEqual(['order placed'])
})

describe('what comes from outside the sandbox', () => {
  it('as a failed request is reported like any other', async () => {
    const unreachable = new TypeError('fetch failed')
    const { client, edge } = await startOnEdge(
      { fetch: () => Promise.reject(unreachable) },
      { fetchRetryCount: 0 },
    )
    client.capture({ distinctId: 'user_1', event: 'order placed' })

    const error: unknown = await client.flush().catch((failure: unknown) => failure)

    expect(edge.HedgerowError.is(error)).toBe(true)
    expect(error).toMatchObject({ code: 'transport', status: -1, retryable: true, cause: unreachable })
    expect(client.stats()).toMatchObject({ accepted: 1, sent: 0, pending: 1 })
  })

  it('as a body that is no JSON is no reason to ask again', async () => {
    const { posthog, client } = await startOnEdge()
    posthog.always('/flags/', { status: 200, body: '<html>' })

    expect(await client.getFeatureFlag('hero', 'user_1')).toBeUndefined()
    expect(posthog.flagCalls()).toHaveLength(1)
  })

  it('as an error among the properties keeps its name and message', async () => {
    const { posthog, client } = await startOnEdge()

    client.capture({
      distinctId: 'user_1',
      event: 'failed',
      properties: { error: new RangeError('too far') },
    })
    await client.flush()

    expect(posthog.events()[0]?.properties['error']).toMatchObject({ name: 'RangeError', message: 'too far' })
  })

  it('as a listener’s rejected promise is one line in the log, and ends nothing', async () => {
    const { client, edge, posthog } = await startOnEdge()
    // A function that returns nothing may, by its type, be one that returns a promise.
    const listener: () => unknown = () => Promise.reject(new Error('of the listener'))
    client.on('capture', listener)

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(edge.lines).toEqual([expect.stringContaining('listener-failed')])
    expect(posthog.events()).toHaveLength(1)
  })
})

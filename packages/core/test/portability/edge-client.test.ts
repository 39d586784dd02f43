import { AsyncLocalStorage } from 'node:async_hooks'
import { describe, expect, it } from 'vitest'
import type { ClientOptions } from '../../src/index.ts'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'
import { enterEdge, startOnEdge as start } from './edge-realm.ts'

const developing = { process: { env: { NODE_ENV: 'development' } } }

describe('on a platform with web globals alone', () => {
  it('an event arrives, compressed', async () => {
    const { posthog, client, edge } = await start()

    client.capture({ distinctId: 'user_1', event: 'order placed', properties: { total: 42 } })
    const report = await client.flush()

    expect(report).toMatchObject({ sent: 1, dropped: 0, pending: 0 })
    expect(posthog.batches().map(({ headers }) => headers['content-encoding'])).toEqual(['gzip'])
    expect(posthog.events()).toMatchObject([
      { distinct_id: 'user_1', event: 'order placed', properties: { total: 42 } },
    ])
    expect(edge.lines).toEqual([])
  })

  it('an event arrives as it is where nothing can compress', async () => {
    const { posthog, client } = await start({ CompressionStream: undefined })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(posthog.batches().map(({ headers }) => headers['content-encoding'])).toEqual([undefined])
    expect(posthog.events().map(({ event }) => event)).toEqual(['order placed'])
  })

  it('an event goes through the fetch that was handed in', async () => {
    const urls: string[] = []
    const handedIn: ClientOptions['fetch'] = (url, init) => {
      urls.push(url)
      return fetch(url, init)
    }
    const { posthog, client } = await start({ fetch: undefined }, { fetch: handedIn })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(urls).toEqual([`${posthog.url}/batch/`])
    expect(posthog.events().map(({ event }) => event)).toEqual(['order placed'])
  })

  it('an event is sent in time by itself', async () => {
    const { posthog, client } = await start({}, { flushInterval: 1 })

    client.capture({ distinctId: 'user_1', event: 'order placed' })

    await posthog.waitFor(() => client.stats().sent === 1)
    expect(posthog.events().map(({ event }) => event)).toEqual(['order placed'])
  })

  it('an exception arrives with its type, message and stack', async () => {
    const { posthog, client } = await start()

    client.captureException(new TypeError('no cart'), 'user_1')
    await client.flush()

    expect(posthog.events()[0]?.properties['$exception_list']).toMatchObject([
      { type: 'TypeError', value: 'no cart', stacktrace: { frames: expect.any(Array) as unknown } },
    ])
  })

  it('PostHog evaluates flags', async () => {
    const { posthog, client } = await start({}, { sendFeatureFlagEvent: false })
    posthog.flags = { hero: 'b', 'new-checkout': true }

    const values = [
      await client.getFeatureFlag('hero', 'user_1'),
      await client.isFeatureEnabled('new-checkout', 'user_1'),
      await client.getFeatureFlag('unknown', 'user_1'),
    ]

    expect(values).toEqual(['b', true, undefined])
  })

  it.each([
    ['as the standard says', {}],
    ['that knows no such thing as failing on redirects', { Request: refusesRedirectError() }],
  ])('the ingest proxy passes a call on, over a fetch %s', async (_what, globals) => {
    const { posthog, client } = await start(globals)
    posthog.always('/e/', { status: 200, body: { status: 'Ok' } })
    const request = new Request('https://shop.example/ingest/e/?ip=0', { method: 'POST', body: 'the events' })

    const answer = await client.ingestProxy().fetch(request, { ip: '203.0.113.7' })

    expect([answer.status, await answer.json()]).toEqual([200, { status: 'Ok' }])
    expect(
      posthog.requests.map(({ path, body, headers }) => [path, body, headers['x-forwarded-for']]),
    ).toEqual([['/e/?ip=0', 'the events', '203.0.113.7']])
  })

  it.each([
    [
      'Jefe',
      'what do ya want for nothing?',
      '5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843',
    ],
    ['schlüssel', 'düta', '3fca44dc6e3cf8ed3e1487f396a5af185b6fca4a9b8accc1fdaa0845f51b7d60'],
  ])('%s signs %s as everywhere', (key, data, expected) => {
    const signature = enterEdge().defaultRuntime.hmac(key, data)

    expect(Buffer.from(signature).toString('hex')).toBe(expected)
  })

  it('a client may be made while a module loads, when Workers allow no timer, request or random value', async () => {
    let serving = false
    const duringRequests =
      <Args extends unknown[], Result>(use: (...args: Args) => Result) =>
      (...args: Args): Result => {
        if (!serving) throw new Error('not allowed in global scope')
        return use(...args)
      }
    const globals = {
      crypto: { getRandomValues: duringRequests((bytes: Uint8Array) => crypto.getRandomValues(bytes)) },
      fetch: duringRequests(fetch),
      setTimeout: duringRequests((callback: () => void, delayMs: number) =>
        Number(setTimeout(callback, delayMs)),
      ),
    }
    const options: ClientOptions = { lifetime: 'serverless', secretKey: 'phs_test' }
    const { posthog, client } = await start(globals, options)
    const open = scopeOpener(client, { flags: { preload: 'never' } })

    serving = true
    open().end()
    await client.flush()

    expect(posthog.events().map(({ event }) => event)).toEqual(['$pageview'])
  })
})

describe('a scope on the edge', () => {
  it('is found in everything that its request calls and awaits, where there is AsyncLocalStorage', async () => {
    const { client, edge } = await start({ ...developing, AsyncLocalStorage })
    const open = scopeOpener(client, { flags: { preload: 'never' } })
    const visitors = ['browser_1', 'browser_2'].map(
      (id) => open(pageFacts({ cookie: browserCookie(id) })).scope,
    )

    const found = await Promise.all(
      visitors.map((scope) =>
        scope.run(async () => {
          await Promise.resolve()
          return client.scope()?.distinctId
        }),
      ),
    )

    expect(found).toEqual(['browser_1', 'browser_2'])
    expect(client.scope()).toBeUndefined()
    expect(edge.lines).toEqual([])
  })

  it('works by itself where there is none', async () => {
    const { client, posthog } = await start()
    posthog.flags = { hero: 'b' }
    const { scope, end } = scopeOpener(client)(pageFacts({ cookie: browserCookie('browser_1') }))

    const inside = scope.run(() => client.scope())
    await scope.ready
    const hero = scope.flags.getFlag('hero')
    scope.capture('order placed')
    end()
    await client.flush()

    expect([inside, hero]).toEqual([undefined, 'b'])
    expect(posthog.events().map(({ event, distinct_id }) => [event, distinct_id])).toEqual([
      ['$feature_flag_called', 'browser_1'],
      ['order placed', 'browser_1'],
      ['$pageview', 'browser_1'],
    ])
  })

  it('that cannot be found is told of once, when the client is made in development', async () => {
    const { client, edge } = await start(developing)
    const open = scopeOpener(client, { flags: { preload: 'never' } })
    for (let count = 0; count < 3; count++) open().scope.run(() => client.scope())

    expect(edge.lines).toEqual([
      'warn: [hedgerow] no-async-storage: this platform has no AsyncLocalStorage, so withContext changes nothing and client.scope() finds nothing; pass ids in each call, and use the scope itself',
    ])
  })

  it.each([{ NODE_ENV: 'production' }, {}])('is not told of with the environment %o', async (env) => {
    const { edge } = await start({ process: { env } })

    expect(edge.lines).toEqual([])
  })
})

function refusesRedirectError() {
  return class extends Request {
    constructor(url: string, init?: RequestInit) {
      if (init?.redirect === 'error') throw new TypeError('Invalid redirect value')
      super(url, init)
    }
  }
}

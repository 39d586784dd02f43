import * as fc from 'fast-check'
import { createFakeRuntime, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { factsFromNode } from '../../src/adapter.ts'
import { type ClientOptions, ConfigError, HedgerowClient } from '../../src/index.ts'
import { browserCookie, pageFacts, scopeOpener } from './open-scope.ts'

async function start(options: ClientOptions = {}) {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime, ...options })
  const warnings = () => runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line)
  return { posthog, runtime, client, warnings }
}

describe('a scope', () => {
  it('serves any request: it never throws, and its id is usable', { timeout: 20_000 }, async () => {
    const { client } = await start({ flushAt: 100_000 })
    const open = scopeOpener(client, { flags: { preload: 'never' } })
    const names = ['cookie', 'accept', 'user-agent', 'referer', 'sec-fetch-dest', 'purpose', 'turbo-frame']
    const text = fc.oneof(fc.string({ unit: 'binary', maxLength: 300 }), fc.webUrl(), fc.json())
    const headers = fc.dictionary(fc.constantFrom(...names), text)
    const target = fc.oneof(fc.webPath(), fc.webUrl(), fc.string({ unit: 'binary' }), fc.constant('*'))
    const host = fc.option(fc.oneof(fc.domain(), fc.ipV6(), fc.string()), { nil: undefined })

    fc.assert(
      fc.property(headers, target, host, fc.boolean(), (given, path, host, isPage) => {
        const facts = pageFacts(isPage ? { 'sec-fetch-dest': 'document', ...given } : given, { path, host })
        const { scope, cookies, end } = open(facts)
        scope.capture('event')
        end()
        expect(scope.distinctId).toMatch(/^[^\0-\x1f]{1,200}$/)
        for (const line of cookies) expect(line).not.toMatch(/[\0-\x1f\x7f]/)
      }),
      { numRuns: 500 },
    )
    const { accepted, refused } = client.stats()
    expect(accepted).toBeGreaterThanOrEqual(500)
    expect(refused['invalid']).toBeUndefined()
  })

  it('is the same for the same request, and another for another', async () => {
    const { client, warnings } = await start()
    const carrier = {}
    const [first, second] = [scopeOpener(client), scopeOpener(client)]

    const { scope } = first(pageFacts(), carrier)

    expect(second(pageFacts(), carrier).scope).toBe(scope)
    expect(second(pageFacts(), {}).scope).not.toBe(scope)
    expect(warnings()).toHaveLength(1)
  })

  it('is another for another client', async () => {
    const [one, two] = [await start(), await start()]
    const carrier = {}

    expect(scopeOpener(one.client)(pageFacts(), carrier).scope).not.toBe(
      scopeOpener(two.client)(pageFacts(), carrier).scope,
    )
    expect(one.warnings()).toEqual([])
  })

  it('loads flags ahead for whoever the visitor is when the adapter asks, not for who arrived', async () => {
    const { client, posthog } = await start()
    let user: string | undefined
    const { scope } = scopeOpener(client, { identity: { resolve: () => user } })()

    user = 'user_1'
    const { ready } = scope
    await ready

    expect(scope.ready).toBe(ready)
    expect(posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
  })

  it('ends once', async () => {
    const { client, posthog } = await start()
    const { end } = scopeOpener(client)()

    end()
    end()
    await client.flush()

    expect(posthog.events().map(({ event }) => event)).toEqual(['$pageview'])
  })

  it('settles a new visitor when the headers go out, so that the cookie is in time', async () => {
    const { client } = await start()
    const { scope, cookies, sendHeaders } = scopeOpener(client, { flags: { preload: 'never' } })()
    expect(cookies).toEqual([])

    sendHeaders()

    expect(cookies).toHaveLength(1)
    expect(cookies[0]).toContain(encodeURIComponent(scope.distinctId))
  })

  it('asks a resolver again until it answers, and then no more', async () => {
    const { client } = await start()
    const answers = [undefined, undefined, 'user_1', 'user_2']
    let asked = 0
    const open = scopeOpener(client, {
      flags: { preload: 'never' },
      identity: { resolve: () => answers[asked++] },
    })
    const { scope } = open(pageFacts({ cookie: browserCookie('browser_1') }))

    const ids = [scope.distinctId, scope.distinctId, scope.distinctId, scope.distinctId]

    expect(ids).toEqual(['browser_1', 'browser_1', 'user_1', 'user_1'])
    expect(asked).toBe(3)
  })

  it('is reachable inside run, and nowhere else, also when runs are nested', async () => {
    const { client } = await start()
    const open = scopeOpener(client)
    const [outer, inner] = [open().scope, open().scope]

    const found = outer.run(() => [client.scope(), inner.run(() => client.scope()), client.scope()])

    expect(found).toEqual([outer, inner, outer])
    expect(client.scope()).toBeUndefined()
  })

  it('works without asynchronous storage', async () => {
    const runtime = createFakeRuntime({ createStorage: () => undefined })
    const { client } = await start({ runtime })
    const { scope } = scopeOpener(client)(pageFacts({ cookie: browserCookie('browser_1') }))

    expect(scope.run(() => [client.scope(), scope.distinctId])).toEqual([undefined, 'browser_1'])
  })
})

describe('options of the request layer', () => {
  it.each<[string, unknown, string]>([
    ['text for identity', { identity: 'user' }, 'identity must be an object'],
    [
      'a resolver that is no function',
      { identity: { resolve: 'user' } },
      'identity.resolve must be a function',
    ],
    [
      'a domain with its scheme',
      { identity: { cookieDomain: 'https://example.com' } },
      'identity.cookieDomain',
    ],
    ['a domain with a port', { identity: { cookieDomain: 'example.com:80' } }, 'identity.cookieDomain'],
    ['a domain of one label', { identity: { cookieDomain: 'localhost' } }, 'identity.cookieDomain'],
    ['a domain with an attribute', { identity: { cookieDomain: 'a.com; Secure' } }, 'identity.cookieDomain'],
    [
      'an unknown preload',
      { flags: { preload: 'sometimes' } },
      'flags.preload must be one of documents, always, never',
    ],
    [
      'a deadline of 0',
      { flags: { deadlineMs: 0 } },
      'flags.deadlineMs must be a whole number of at least 1, got 0',
    ],
    ['half a millisecond', { flags: { deadlineMs: 0.5 } }, 'flags.deadlineMs'],
    ['text for a time', { flags: { cacheTtlMs: '30' } }, 'flags.cacheTtlMs'],
    ['no cache', { flags: { cacheSize: -1 } }, 'flags.cacheSize'],
    ['null for flags', { flags: null }, 'flags must be an object, got null'],
  ])('with %s fail at boot', async (_case, options, message) => {
    const { client } = await start()

    // What the types forbid, plain JavaScript still passes.
    const mount = () => client.requestLayer(options as object)

    expect(mount).toThrow(ConfigError)
    expect(mount).toThrow(message)
  })

  it('that are unknown are named in a WARN', async () => {
    const { client, warnings } = await start()

    client.requestLayer({ identify: {}, flags: { preloads: 'always' } } as object)

    expect(warnings()).toEqual([
      '[hedgerow] options: unknown option identify is ignored; check its spelling',
      '[hedgerow] options: unknown option flags.preloads is ignored; check its spelling',
    ])
  })

  it('given as undefined mean their defaults', async () => {
    const { client, warnings } = await start()

    client.requestLayer({ identity: undefined, flags: { deadlineMs: undefined, preload: undefined } })

    expect(warnings()).toEqual([])
  })
})

describe('the facts of a Node request', () => {
  const node = { method: 'GET', url: '/a?b=1', headers: { accept: 'text/html', 'x-many': ['1', '2'] } }
  const unknown = { ip: undefined, protocol: undefined, host: undefined, originalUrl: undefined }

  it('come from the request where the framework knows no better', () => {
    const facts = factsFromNode(node, unknown)

    expect(facts).toMatchObject({
      method: 'GET',
      protocol: 'http',
      path: '/a?b=1',
      host: undefined,
      ip: undefined,
    })
    expect(['accept', 'x-many', 'cookie'].map((name) => facts.header(name))).toEqual([
      'text/html',
      '1',
      undefined,
    ])
  })

  it.each([
    ['::ffff:203.0.113.9', '203.0.113.9'],
    ['203.0.113.9', '203.0.113.9'],
    ['::1', '::1'],
    ['::ffff:abcd', '::ffff:abcd'],
    ['2001:db8::1', '2001:db8::1'],
  ])('have the address %s as %s', (ip, expected) => {
    expect(factsFromNode(node, { ...unknown, ip }).ip).toBe(expected)
  })

  it('have what the framework says about protocol, host and path', () => {
    const known = { ip: '::1', protocol: 'https', host: 'example.com', originalUrl: '/mount/a?b=1' }

    expect(factsFromNode({ headers: {} }, known)).toMatchObject({
      method: 'GET',
      protocol: 'https',
      host: 'example.com',
      path: '/mount/a?b=1',
    })
  })
})

import { runInNewContext } from 'node:vm'
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Bootstrap, RequestOptions } from '../../src/index.ts'
import { answered, createFlagClient, createLocalClient } from '../flags-api/flag-client-setup.ts'
import { continuous, defined, everyone, nobody, variants } from '../flags-api/flag-definitions.ts'
import { browserCookie, pageFacts, scopeOpener } from './open-scope.ts'

const definitions = {
  flags: [
    defined('hero', [everyone], variants('blue', { blue: '{"price":9}' })),
    defined('on'),
    defined('off', [nobody], { filters: { payloads: { true: '"unseen"' } } }),
    continuous('open'),
  ],
}

const session = '01901b2c-0000-7000-8000-000000000001'
const now = 1_718_454_645_123
const fresh = { $sesid: [now, session, now], $user_state: 'anonymous' }
const stale = { $sesid: [now - 31 * 60_000, session, now - 31 * 60_000], $user_state: 'anonymous' }

function visit(client: Parameters<typeof scopeOpener>[0], cookie?: string, options: RequestOptions = {}) {
  return scopeOpener(client, options)(pageFacts(cookie === undefined ? {} : { cookie }))
}

/** What a page has at `window.__<name>` after its script has run. */
function runScript(html: string, name = 'hedgerow'): unknown {
  const source = /^<script(?: nonce="[^"]*")?>(.*)<\/script>$/s.exec(html)?.[1] ?? ''
  const window: Record<string, unknown> = {}
  runInNewContext(source, { window })
  return window[`__${name}`]
}

describe('what a page starts posthog-js with', () => {
  it('is the visitor, the decided flags with their payloads, and the session', async () => {
    const { client } = await createLocalClient(definitions)
    const { scope } = visit(client, browserCookie('browser_1', fresh))

    expect(scope.bootstrap()).toEqual({
      distinctID: 'browser_1',
      isIdentifiedID: false,
      featureFlags: { hero: 'blue', on: true, off: false },
      featureFlagPayloads: { hero: { price: 9 } },
      sessionID: session,
    })
  })

  it('is the new visitor whom the cookie names', async () => {
    const { client } = await createLocalClient(definitions)
    const { scope, cookies } = visit(client)

    const { distinctID, sessionID } = scope.bootstrap()

    expect(decodeURIComponent(cookies[0] ?? '')).toContain(`"distinct_id":"${distinctID}"`)
    expect(decodeURIComponent(cookies[0] ?? '')).toContain(`"${sessionID}"`)
  })

  it.each([
    ['a new visitor', undefined, undefined],
    ['a user whom the application knows', undefined, 'user_1'],
    ['a visitor whose session is over', browserCookie('browser_1', stale), undefined],
  ])('is the session of %s too, where no cookie tells it', async (_who, cookie, user) => {
    const setup = await createLocalClient(definitions)
    const open = scopeOpener(setup.client, { identity: { resolve: () => user } })
    const { scope, cookies, end } = open(pageFacts(cookie ? { cookie } : {}, { host: 'www.example.com' }))

    const { distinctID, sessionID } = scope.bootstrap()
    end()

    expect(cookies).toEqual([])
    expect(sessionID).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/)
    const [event] = await setup.events()
    expect([event?.event, event?.distinct_id]).toEqual(['$pageview', distinctID])
    expect(event?.properties['$session_id']).toBe(sessionID)
  })

  it('makes a new visitor one who comes back, where no cookie does', async () => {
    const setup = await createLocalClient(definitions)
    const { scope } = scopeOpener(setup.client)(pageFacts({}, { host: 'www.example.com' }))

    const { distinctID } = scope.bootstrap()
    scope.flags.getFlag('hero')

    const events = await setup.events()
    expect(events.map(({ event, distinct_id: id }) => [event, id])).toEqual([
      ['$feature_flag_called', distinctID],
    ])
    expect(events[0]?.properties['$device_id']).toBe(distinctID)
  })

  it('begins nobody with what is no page, nor with a disabled client', async () => {
    const script = { 'sec-fetch-dest': 'empty' }
    const [enabled, disabled] = [
      await createLocalClient(definitions),
      createFlagClient({ disabled: true }, {}),
    ]

    const scopes = [
      scopeOpener(enabled.client)(pageFacts(script, { host: 'www.example.com' })).scope,
      scopeOpener(disabled.client)(pageFacts({}, { host: 'www.example.com' })).scope,
    ]

    expect(scopes.map((scope) => scope.bootstrap().sessionID)).toEqual([undefined, undefined])
  })

  it('changes with a login in the same request', async () => {
    const { client } = await createLocalClient(definitions)
    const { scope } = visit(client, browserCookie('browser_1'))

    const before = scope.bootstrap()
    await scope.identify('user_1')

    expect(
      [before, scope.bootstrap()].map(({ distinctID, isIdentifiedID }) => [distinctID, isIdentifiedID]),
    ).toEqual([
      ['browser_1', false],
      ['user_1', true],
    ])
  })

  it('calls a user of the browser a user, who is no identified one for us', async () => {
    const { client } = await createLocalClient(definitions)
    const { scope } = visit(client, browserCookie('user_1', { $user_state: 'identified' }))

    expect(scope.bootstrap()).toMatchObject({ distinctID: 'user_1', isIdentifiedID: true })
    expect(scope.isIdentified).toBe(false)
  })

  it('leaves out flags that are not loaded, without a WARN, so that posthog-js asks for them', async () => {
    const { client, alerts } = createFlagClient({}, { flags: answered({ hero: 'blue' }) })
    const { scope } = visit(client, browserCookie('browser_1', fresh), { flags: { preload: 'never' } })

    const before = scope.bootstrap()
    await scope.flags.load()

    expect(before).toEqual({ distinctID: 'browser_1', isIdentifiedID: false, sessionID: session })
    expect(scope.bootstrap().featureFlags).toEqual({ hero: 'blue' })
    expect(alerts()).toEqual([])
  })

  it('leaves out a session that posthog-js would refuse', async () => {
    const { client } = await createLocalClient(definitions)
    const version4 = '5bdb4b34-5e46-4b3c-8d2e-0f5c3a3b1c2d'
    const { scope } = visit(client, browserCookie('browser_1', { $sesid: [now, version4, now] }))

    expect(scope.sessionId).toBe(version4)
    expect(scope.bootstrap()).not.toHaveProperty('sessionID')
  })

  it('exposes no flag: nothing counts as read, and no event says so', async () => {
    const setup = await createLocalClient(definitions)
    const { scope } = visit(setup.client, browserCookie('browser_1'))

    scope.bootstrap()
    scope.bootstrapScript()
    scope.capture('order placed')

    const events = await setup.events()
    expect(events.map(({ event }) => event)).toEqual(['order placed'])
    expect(Object.keys(events[0]?.properties ?? {}).filter((name) => name.startsWith('$feature'))).toEqual([])
  })

  it('says what the code reads, also when the definitions change in between', async () => {
    const setup = await createLocalClient(definitions)
    const { scope } = visit(setup.client, browserCookie('browser_1'))

    const read = [scope.flags.getFlag('hero'), scope.flags.isEnabled('off')]
    setup.posthog.definitions = { flags: [defined('hero', [nobody]), defined('off'), defined('new')] }
    await setup.client.reloadFeatureFlags()
    const { featureFlags = {}, featureFlagPayloads } = scope.bootstrap()

    expect(read).toEqual(['blue', false])
    expect([featureFlags['hero'], featureFlags['off'], featureFlagPayloads]).toEqual([
      'blue',
      false,
      { hero: { price: 9 } },
    ])
    expect(featureFlags).not.toHaveProperty('new')
  })
})

describe('the script of a page', () => {
  it('leaves the object at window.__hedgerow', async () => {
    const { client } = await createLocalClient(definitions)
    const { scope } = visit(client, browserCookie('browser_1', fresh))

    expect(runScript(scope.bootstrapScript())).toEqual(scope.bootstrap())
  })

  it('leaves it under the client’s own name where it has one', async () => {
    const { client } = await createLocalClient(definitions)
    const { scope } = visit(client, browserCookie('browser_1'), { name: 'shop' })

    expect(runScript(scope.bootstrapScript(), 'shop')).toEqual(scope.bootstrap())
  })

  it('carries the nonce that it is given', async () => {
    const { client } = await createLocalClient(definitions)
    const { scope } = visit(client)

    expect(scope.bootstrapScript('dGVzdC1ub25jZQ==')).toMatch(
      /^<script nonce="dGVzdC1ub25jZQ==">window\.__hedgerow=/,
    )
    expect(scope.bootstrapScript()).toMatch(/^<script>window\.__hedgerow=/)
  })

  it.each(['"><img src=x>', "a' onload='x", 'a b', '', '<', 'a\n', 17, {}, null])(
    'has no nonce where %j is given, with one WARN',
    async (nonce) => {
      const { client, alerts } = await createLocalClient({ flags: [] })
      const { scope } = visit(client)

      // What the types forbid, plain JavaScript still passes.
      expect(scope.bootstrapScript(nonce as string)).toMatch(/^<script>window/)
      expect(scope.bootstrapScript(nonce as string)).toMatch(/^<script>window/)
      expect(alerts()).toEqual([
        expect.stringContaining('bootstrapScript() was given a nonce that cannot be one'),
      ])
    },
  )

  it('is safe in HTML, and says the same, whatever ids, flags and payloads hold', async () => {
    const { client } = await createLocalClient({ flags: [] })
    const open = scopeOpener(client)
    const nasty = fc.constantFrom(
      ...[
        '</script>',
        '<!--',
        '-->',
        '<script>',
        ']]>',
        '&lt;',
        '\u2028',
        '\u2029',
        '"',
        "'",
        '\\',
        '__proto__',
      ],
    )
    // JSON.parse of Node 24 confuses members that are named by a single character with a backslash before it.
    const text = fc
      .oneof(
        fc.string(),
        nasty,
        fc.tuple(nasty, nasty).map((pair) => pair.join('')),
      )
      .filter((any) => any !== '"' && any !== '\\')
    const payload = fc.oneof(text, fc.json(), fc.dictionary(text, text))

    fc.assert(
      fc.property(text, text, payload, text, (key, variant, content, id) => {
        const flags: [string, string][] = [[key, variant]]
        const payloads: [string, unknown][] = [[key, content]]
        client.overrideFeatureFlags({
          flags: Object.fromEntries(flags),
          payloads: Object.fromEntries(payloads),
        })
        const { scope } = open(pageFacts({ cookie: browserCookie(id || 'browser_1') }))

        const html = scope.bootstrapScript()

        expect(html.slice('<script>'.length, -'</script>'.length)).not.toMatch(/[<>&\u2028\u2029]/)
        const seen = runScript(html) as Bootstrap
        expect(JSON.stringify(seen)).toBe(JSON.stringify(scope.bootstrap()))
      }),
      { numRuns: 500, seed: 20240615 },
    )
  })

  it.each<[string, string | undefined, number]>([
    ['public', 'public, max-age=60', 1],
    ['shared for a minute', 's-maxage=60', 1],
    ['private', 'private, max-age=60', 0],
    ['nothing', undefined, 0],
  ])('on a response whose Cache-Control says %s: one WARN or none', async (_case, cacheControl, warned) => {
    const { client, alerts } = await createLocalClient(definitions)
    const open = scopeOpener(client)

    for (const { scope, end } of [open(), open()]) {
      scope.bootstrapScript()
      end({ cacheControl })
    }
    open().end({ cacheControl })

    expect(alerts().filter((line) => line.includes('Cache-Control'))).toHaveLength(warned)
  })
})

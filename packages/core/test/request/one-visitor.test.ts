import { describe, expect, it } from 'vitest'
import { contentsOf, createBrowser, ownName, scriptRequest, sdkName, secret, uuidV7 } from './browser.ts'
import { scopeOpener } from './open-scope.ts'
import { startClient } from './start-client.ts'

const id = '01901b2c-1111-7000-8000-000000000001'
const device = '01901b2c-2222-7000-8000-000000000002'
const session = '01901b2c-0000-7000-8000-000000000001'
const now = 1_718_454_645_123

/** The cookie as versions and settings of posthog-js have written it, and as frameworks and proxies pass it on. */
const state = {
  $sesid: [now, session, now - 60_000],
  $epp: true,
  $initial_person_info: { r: '$direct', u: 'https://example.com/' },
}
const shapes: [string, string][] = [
  [
    'encoded',
    encodeURIComponent(
      JSON.stringify({ distinct_id: id, $device_id: device, $user_state: 'anonymous', ...state }),
    ),
  ],
  [
    'raw',
    JSON.stringify({ distinct_id: id, $device_id: device, $user_state: 'anonymous', $sesid: state.$sesid }),
  ],
  ['encoded twice', encodeURIComponent(encodeURIComponent(JSON.stringify({ distinct_id: id, ...state })))],
  [
    'of a version without a start of the session',
    encodeURIComponent(JSON.stringify({ distinct_id: id, $sesid: [now, session] })),
  ],
  [
    'of a version without a state',
    encodeURIComponent(JSON.stringify({ distinct_id: id, $device_id: device })),
  ],
  [
    'with feature flags and surveys',
    encodeURIComponent(
      JSON.stringify({
        distinct_id: id,
        $enabled_feature_flags: { a: true },
        $surveys: [],
        $user_state: 'identified',
      }),
    ),
  ],
  ['with its encoding in lower case', encodeURIComponent(JSON.stringify({ distinct_id: id })).toLowerCase()],
]

describe('browser and server agree about the visitor', () => {
  it.each([
    ['with a secret', secret],
    ['without one', undefined],
  ])('%s: event, flags, bootstrap, both cookies and the next requests have one id', async (_case, secret) => {
    const { client, events, posthog } = await startClient()
    const visitor = createBrowser(scopeOpener(client, { identity: { secret }, flags: { preload: 'never' } }))
    let loaded: Promise<unknown> | undefined

    const { scope } = visitor.visit((scope) => {
      loaded = scope.flags.load()
      scope.capture('used')
    })
    await loaded
    const next = [visitor.visit(), visitor.visit((scope) => scope.capture('used'), scriptRequest)]

    const first = scope.distinctId
    expect(first).toMatch(uuidV7)
    expect(JSON.parse(decodeURIComponent(visitor.cookies.get(`${sdkName};`) ?? ''))).toMatchObject({
      distinct_id: first,
      $device_id: first,
    })
    expect(secret && contentsOf(visitor.cookies.get(`${ownName};`))['id']).toBe(secret && first)
    expect(scope.bootstrap()).toMatchObject({
      distinctID: first,
      isIdentifiedID: false,
      sessionID: scope.sessionId,
    })
    expect(next.map(({ scope }) => scope.distinctId)).toEqual([first, first])
    expect(posthog.flagCalls().map(({ body }) => body)).toMatchObject([
      { distinct_id: first, $device_id: first },
    ])
    expect((await events()).map((event) => event.distinct_id)).toEqual([first, first, first, first])
  })

  it.each(shapes)('a cookie of posthog-js %s is read', async (_case, value) => {
    const { browser } = await startClient()

    const { scope, cookies } = browser().visit(() => {}, { headers: { cookie: `a=b; ${sdkName}=${value}` } })

    expect([scope.distinctId, scope.identitySource]).toEqual([id, 'cookie'])
    expect(cookies).toEqual([])
  })

  it('a browser without the cookie of posthog-js is given it again, with the id that is known', async () => {
    const { browser } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()
    visitor.cookies.delete(`${sdkName};`)

    visitor.visit(() => {}, scriptRequest)
    expect([...visitor.cookies.keys()]).toEqual([`${ownName};`])
    visitor.visit()

    const seeded = JSON.parse(decodeURIComponent(visitor.cookies.get(`${sdkName};`) ?? '')) as object
    expect(seeded).toMatchObject({ distinct_id: scope.distinctId, $user_state: 'anonymous' })
  })

  it('on a host where the domain of posthog-js is unknown the visitor comes back by our cookie alone', async () => {
    const { browser, warnings } = await startClient({ secret })
    const visitor = browser()
    const request = { facts: { host: 'www.example.com' } }

    const ids = [visitor.visit(() => {}, request), visitor.visit(() => {}, request)].map(
      ({ scope }) => scope.distinctId,
    )

    expect(ids[0]).toBe(ids[1])
    expect([...visitor.cookies.keys()]).toEqual([`${ownName};`])
    expect(warnings()).toEqual([expect.stringContaining('set identity.cookieDomain')])
  })

  it('nobody is ever given a shared id', async () => {
    const { browser } = await startClient({ secret })

    const ids = Array.from(
      { length: 50 },
      (_, visit) => browser().visit(() => {}, visit % 2 ? scriptRequest : {}).scope.distinctId,
    )

    expect(new Set(ids).size).toBe(50)
    for (const each of ids) expect(each).toMatch(uuidV7)
  })
})

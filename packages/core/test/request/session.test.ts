import { describe, expect, it } from 'vitest'
import type { RequestScope } from '../../src/index.ts'
import { contentsOf, ownName, scriptRequest, sdkName, secret, uuidV7 } from './browser.ts'
import { startClient, startTime } from './start-client.ts'

const minute = 60_000
const browserSession = '01901b2c-0000-7000-8000-000000000001'
const headerSession = '01901b2c-0000-4000-8000-00000000000A'
const capture = (scope: RequestScope) => scope.capture('used')
const sdkCookie = (idleMs: number) =>
  `${sdkName}=${encodeURIComponent(
    JSON.stringify({
      distinct_id: 'user_7',
      $sesid: [startTime - idleMs, browserSession, startTime - idleMs],
    }),
  )}`

describe('a session of our own', () => {
  it.each([
    ['29 minutes', 29 * minute, true],
    ['31 minutes', 31 * minute, false],
  ])('after %s without a visit: the same is %s', async (_case, idleMs, isSame) => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()
    pass(idleMs)

    const later = visitor.visit()

    expect(later.scope.sessionId === scope.sessionId).toBe(isSame)
    expect(later.scope.sessionId).toMatch(uuidV7)
    expect(later.scope.distinctId).toBe(scope.distinctId)
  })

  it('is prolonged by every visit, for 24 hours at most', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    const sessions = new Set<string | undefined>()
    for (let visit = 0; visit < 60; visit++) {
      sessions.add(visitor.visit(visit % 2 === 0 ? capture : () => {}).scope.sessionId)
      pass(25 * minute)
    }

    expect(sessions.size).toBe(2)
  })

  it('whose 24 hours end within a minute of its last visit is renewed once', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    for (let visit = 0; visit < 24 * 60; visit += 20) {
      visitor.visit()
      pass(20 * minute)
    }
    visitor.visit()
    pass(1000)

    const renewed = [visitor.visit(), visitor.visit(), visitor.visit()].map(({ scope }) => scope.sessionId)

    expect(new Set(renewed).size).toBe(1)
  })

  it('is renewed for a script’s request too, and kept', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()
    pass(31 * minute)

    const [first, second] = [visitor.visit(capture, scriptRequest), visitor.visit(capture, scriptRequest)]

    expect(first.scope.sessionId).not.toBe(scope.sessionId)
    expect(second.scope.sessionId).toBe(first.scope.sessionId)
  })

  it.each([-31 * minute, -29 * minute])(
    'of a clock that jumps by %d ms is judged by the difference',
    async (jump) => {
      const { browser, pass } = await startClient({ secret })
      const visitor = browser()
      const { scope } = visitor.visit()
      pass(jump)

      expect(visitor.visit().scope.sessionId === scope.sessionId).toBe(jump > -30 * minute)
    },
  )

  it('is what posthog-js is given to adopt, and what follows posthog-js when that begins another', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()
    const seeded = visitor.cookies.get(`${sdkName};`) ?? ''
    const { $sesid, ...members } = JSON.parse(decodeURIComponent(seeded)) as Record<string, unknown>
    expect($sesid).toEqual([startTime, scope.sessionId, startTime])
    pass(2 * minute)
    const now = startTime + 2 * minute
    const changed = { ...members, $sesid: [now, browserSession, now] }
    visitor.cookies.set(`${sdkName};`, encodeURIComponent(JSON.stringify(changed)))

    const later = visitor.visit()

    expect(later.scope.sessionId).toBe(browserSession)
    expect(contentsOf(visitor.cookies.get(`${ownName};`))['sid']).toBe(browserSession)
  })

  it('is there for a user whom the resolver knows from the first page on', async () => {
    const { browser } = await startClient({ secret, resolve: () => 'user_1' })
    const visitor = browser()

    const [first, second] = [visitor.visit(), visitor.visit(capture, scriptRequest)]

    expect(first.scope.distinctId).toBe('user_1')
    expect(first.scope.sessionId).toMatch(uuidV7)
    expect(second.scope.sessionId).toBe(first.scope.sessionId)
    expect([...visitor.cookies.keys()]).toEqual([`${ownName};`])
    expect(contentsOf(visitor.cookies.get(`${ownName};`))['id']).not.toBe('user_1')
  })
})

describe('the session of a request', () => {
  it.each<[string, Record<string, string>, string | undefined]>([
    ['the header', { 'x-posthog-session-id': headerSession, cookie: sdkCookie(0) }, headerSession],
    [
      'the cookie where the header is no UUID',
      { 'x-posthog-session-id': 'mine', cookie: sdkCookie(0) },
      browserSession,
    ],
    [
      'the first usable of several headers',
      { 'x-posthog-session-id': `mine, ${headerSession}` },
      headerSession,
    ],
    [
      'the header in spite of control characters',
      { 'x-posthog-session-id': ` ${headerSession}\u0085` },
      headerSession,
    ],
    ['the cookie', { cookie: sdkCookie(29 * minute) }, browserSession],
    ['none where the cookie is stale', { cookie: sdkCookie(31 * minute) }, undefined],
  ])('is that of %s', async (_case, headers, expected) => {
    const { browser, events } = await startClient()

    const { scope } = browser().visit(capture, { headers })

    expect(scope.sessionId).toBe(expected)
    for (const { properties } of await events()) expect(properties['$session_id']).toBe(expected)
  })

  it('without a secret and without posthog-js is there on the first page alone', async () => {
    const { browser } = await startClient()
    const visitor = browser()
    const first = visitor.visit()
    visitor.cookies.clear()

    expect(first.scope.sessionId).toMatch(uuidV7)
    expect(visitor.visit(capture, scriptRequest).scope.sessionId).toBeUndefined()
  })

  it('is on every event of the request, with the window; asking for it first changes nothing', async () => {
    const { browser, client, events } = await startClient({ secret })
    let asked: string | undefined

    browser().visit(
      (scope) => {
        asked = scope.sessionId
        scope.run(() => client.capture({ distinctId: 'somebody', event: 'for somebody' }))
        scope.capture('used')
        void scope.identify('user_1')
      },
      { headers: { 'x-posthog-window-id': 'window_1' } },
    )

    const traces = (await events()).map(({ event, properties }) => [
      event,
      properties['$session_id'],
      properties['$window_id'],
    ])
    expect(asked).toMatch(uuidV7)
    expect(traces).toEqual(
      ['for somebody', 'used', '$identify', '$pageview'].map((event) => [event, asked, 'window_1']),
    )
  })

  it('of a logout stays on the page that was left, with its device, and is another for what follows', async () => {
    const { browser, events } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()

    const left = visitor.visit((scope) => {
      scope.logout()
      scope.capture('left')
    })

    const [, after, pageview] = await events()
    expect(pageview?.properties).toMatchObject({ $session_id: scope.sessionId, $device_id: scope.distinctId })
    expect(after?.event).toBe('left')
    expect(after?.properties['$session_id']).toBe(left.scope.sessionId)
    expect(left.scope.sessionId).not.toBe(scope.sessionId)
    expect(after?.properties['$device_id']).toBe(left.scope.distinctId)
  })
})

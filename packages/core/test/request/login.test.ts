import { describe, expect, it } from 'vitest'
import type { RequestScope } from '../../src/index.ts'
import {
  contentsOf,
  formRequest,
  ownName,
  scriptRequest,
  sdkName,
  secret,
  signed,
  uuidV7,
} from './browser.ts'
import { startClient, startTime } from './start-client.ts'

const anonymous = '01901b2c-1111-7000-8000-000000000001'
const session = '01901b2c-0000-7000-8000-000000000001'
const login = (user: string) => (scope: RequestScope) => void scope.identify(user)
const sdkCookie = (id: string) =>
  `${sdkName}=${encodeURIComponent(JSON.stringify({ distinct_id: id, $user_state: 'anonymous' }))}`

describe('a login with a secret', () => {
  it('links the visitor of the signed cookie, and is remembered in it', async () => {
    const { browser, events } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()

    visitor.visit(login('user_1'), formRequest)
    const after = visitor.visit((scope) => scope.capture('used'), scriptRequest)

    const { id, state, claim, sid } = contentsOf(visitor.cookies.get(`${ownName};`))
    expect([id, state, claim, sid]).toEqual(['user_1', 'identified', scope.distinctId, scope.sessionId])
    expect([after.scope.distinctId, after.scope.identitySource, after.scope.isIdentified]).toEqual([
      'user_1',
      'signed-cookie',
      true,
    ])
    const [, identify, used] = await events()
    expect(identify?.properties['$anon_distinct_id']).toBe(scope.distinctId)
    expect(used?.properties).toMatchObject({
      $hedgerow_id_source: 'signed-cookie',
      $device_id: scope.distinctId,
    })
    expect(used?.properties).not.toHaveProperty('$process_person_profile')
  })

  it.each(['日本語', 'jos\u00e9@example.com', '😀', '\ud800', '"\\'])(
    'of the user %j brings exactly them back',
    async (user) => {
      const { browser } = await startClient({ secret })
      const visitor = browser()
      visitor.visit(login(user), formRequest)

      const { scope } = visitor.visit()

      expect([scope.distinctId, scope.identitySource]).toEqual([user, 'signed-cookie'])
    },
  )

  it('on the first page links the visitor whom that page has begun', async () => {
    const { browser, events } = await startClient({ secret })
    let before = ''

    browser().visit((scope) => {
      before = scope.distinctId
      void scope.identify('user_1')
    })

    expect((await events())[0]?.properties['$anon_distinct_id']).toBe(before)
  })

  it('links no id that posthog-js claims, however anonymous', async () => {
    const { browser, events } = await startClient({ secret })

    browser().visit(login('user_1'), { headers: { cookie: sdkCookie(anonymous) } })

    expect((await events())[0]).toMatchObject({ event: '$identify', distinct_id: 'user_1' })
    expect((await events())[0]?.properties).not.toHaveProperty('$anon_distinct_id')
  })

  it('of a second user, without a logout, links nothing and replaces the first one', async () => {
    const { browser, events } = await startClient({ secret })
    const visitor = browser()
    visitor.visit()
    visitor.visit(login('user_1'), formRequest)

    visitor.visit(login('user_2'), formRequest)

    expect(visitor.visit().scope.distinctId).toBe('user_2')
    const [, , second] = await events()
    expect(second).toMatchObject({ event: '$identify', distinct_id: 'user_2' })
    expect(second?.properties).not.toHaveProperty('$anon_distinct_id')
  })

  it('is not undone by a request that began before it', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    visitor.visit()
    pass(5 * 60_000)
    const before = visitor.cookieHeader() ?? ''
    visitor.visit(login('user_1'), formRequest)

    const parallel = visitor.visit((scope) => scope.capture('used'), { headers: { cookie: before } })

    expect(parallel.cookies).toEqual([])
    expect(visitor.visit().scope.distinctId).toBe('user_1')
  })

  it('replayed by another user with the old cookie links nothing', async () => {
    const { browser, events } = await startClient({ secret })
    const visitor = browser()
    visitor.visit()
    const before = visitor.cookieHeader() ?? ''
    visitor.visit(login('user_1'), formRequest)

    browser().visit(login('user_2'), { ...formRequest, headers: { cookie: before } })

    expect((await events()).at(-1)).toMatchObject({ event: '$identify', distinct_id: 'user_2' })
    expect((await events()).at(-1)?.properties).not.toHaveProperty('$anon_distinct_id')
  })

  it('said at every request is written once a minute', async () => {
    const { browser } = await startClient({ secret })
    const visitor = browser()
    visitor.visit(login('user_1'), formRequest)

    expect(visitor.visit(login('user_1'), formRequest).cookies).toEqual([])
  })

  it('ends for the browser when the resolver names somebody else', async () => {
    const users: (string | undefined)[] = [undefined, undefined, 'user_2', undefined]
    const { browser } = await startClient({ secret, resolve: () => users[0] })
    const visitor = browser()
    const ids: string[] = []
    for (const act of [() => {}, login('user_1'), () => {}, () => {}]) {
      ids.push(visitor.visit(act).scope.distinctId)
      users.shift()
    }

    expect(ids.slice(1, 3)).toEqual(['user_1', 'user_2'])
    expect(ids[3]).toMatch(uuidV7)
    expect(ids[3]).not.toBe(ids[0])
  })

  it('by the resolver alone is not remembered: its word holds for the request', async () => {
    const users: (string | undefined)[] = [undefined, 'user_1', undefined]
    const { browser, events } = await startClient({ secret, resolve: () => users[0] })
    const visitor = browser()
    const ids: string[] = []
    for (let visit = 0; visit < 3; visit++) {
      ids.push(visitor.visit().scope.distinctId)
      users.shift()
    }

    expect(ids).toEqual([ids[0], 'user_1', ids[0]])
    expect((await events()).map(({ event }) => event)).toEqual(['$pageview', '$pageview', '$pageview'])
  })

  it('reports properties that cannot be read as none, and never rejects', async () => {
    const { browser, events } = await startClient({ secret })
    const hostile = {
      get set(): Record<string, unknown> {
        throw new Error('unreadable')
      },
    }
    let settled: Promise<void> | undefined

    browser().visit((scope) => {
      settled = scope.identify('user_1', hostile)
    })

    await expect(settled).resolves.toBeUndefined()
    expect((await events())[0]).toMatchObject({ event: '$identify', properties: { $set: {} } })
  })
})

describe('a logout with a secret', () => {
  it('goes on as a new visitor, who is the same on the next page and for posthog-js', async () => {
    const { browser } = await startClient({ secret })
    const visitor = browser()
    const { scope } = visitor.visit()
    visitor.visit(login('user_1'), formRequest)

    const left = visitor.visit((scope) => scope.logout(), formRequest)
    expect([...visitor.cookies.keys()]).toEqual([`${ownName};`])
    const next = visitor.visit()

    expect(left.scope.distinctId).toMatch(uuidV7)
    expect(left.scope.distinctId).not.toBe(scope.distinctId)
    expect(next.scope.distinctId).toBe(left.scope.distinctId)
    expect(next.scope.isIdentified).toBe(false)
    const seeded = JSON.parse(decodeURIComponent(visitor.cookies.get(`${sdkName};`) ?? '')) as object
    expect(seeded).toMatchObject({ distinct_id: left.scope.distinctId, $user_state: 'anonymous' })
  })

  it('is not undone by a request that began before it', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    visitor.visit(login('user_1'), formRequest)
    pass(5 * 60_000)
    const before = visitor.cookieHeader() ?? ''
    visitor.visit((scope) => scope.logout(), formRequest)

    const parallel = visitor.visit((scope) => scope.capture('used'), { headers: { cookie: before } })

    expect(parallel.cookies).toEqual([])
    expect(visitor.visit().scope.isIdentified).toBe(false)
  })

  it('whose answer was lost ends the login half an hour later', async () => {
    const { browser, pass } = await startClient({ secret })
    const visitor = browser()
    visitor.visit(login('user_1'), formRequest)
    const before = visitor.cookieHeader() ?? ''
    visitor.visit((scope) => scope.logout(), formRequest)
    pass(31 * 60_000)

    visitor.visit(() => {}, { headers: { cookie: before } })

    const { scope } = visitor.visit()
    expect(scope.distinctId).toMatch(uuidV7)
    expect(scope.identitySource).toBe('signed-cookie')
  })

  it('removes our cookie from every domain form but the one where it begins anew', async () => {
    const { open } = await startClient({ secret, cookieDomain: 'example.com' })
    const value = signed({
      id: 'user_1',
      state: 'identified',
      claim: anonymous,
      sid: session,
      act: startTime,
      start: startTime,
      iat: startTime,
    })
    const headers: Record<string, string> = { cookie: `${ownName}=${value}` }
    const { scope, cookies } = open({
      method: 'POST',
      protocol: 'https',
      host: 'www.example.com',
      path: '/',
      ip: undefined,
      header: (name) => headers[name],
    })

    scope.logout()

    const lines = cookies.map((line) => line.replace(/=v1\.[^;]*/, '=v1…'))
    expect(lines).toEqual([
      `${ownName}=; Path=/; Max-Age=0; SameSite=Lax; Secure; HttpOnly`,
      `${ownName}=; Path=/; Max-Age=0; Domain=www.example.com; SameSite=Lax; Secure; HttpOnly`,
      `${ownName}=; Path=/; Max-Age=0; Domain=example.com; SameSite=Lax; Secure; HttpOnly`,
      `${ownName}=v1…; Path=/; Max-Age=34560000; Domain=example.com; SameSite=Lax; Secure; HttpOnly`,
    ])
  })

  it('of a browser without our cookie leaves none', async () => {
    const { browser } = await startClient({ secret })

    expect(browser().visit((scope) => scope.logout(), formRequest).cookies).toEqual([])
  })
})

describe('an alias', () => {
  const given = (alias: unknown) => (scope: RequestScope) => {
    void scope.identify('user_1')
    // What the types forbid, plain JavaScript still passes.
    scope.alias({ alias: alias as string })
  }

  it('gives the signed-in user another id, once', async () => {
    const { browser, events } = await startClient()

    browser().visit(given('crm_17'), formRequest)
    browser().visit(given('crm_17'), formRequest)

    const aliases = (await events()).filter(({ event }) => event === '$create_alias')
    expect(aliases).toHaveLength(1)
    expect(aliases[0]).toMatchObject({
      distinct_id: 'user_1',
      properties: { distinct_id: 'user_1', alias: 'crm_17', $hedgerow_id_source: 'resolver' },
    })
  })

  it('is refused for the id of another user, and for a visitor who is not signed in', async () => {
    const { browser, events, warnings } = await startClient()
    browser().visit((scope) => void scope.identify('user_2'), formRequest)

    browser().visit(given('user_2'), formRequest)
    browser().visit((scope) => scope.alias({ alias: 'crm_17' }), { headers: { cookie: sdkCookie('user_7') } })

    expect((await events()).map(({ event }) => event)).not.toContain('$create_alias')
    expect(warnings()).toEqual([
      expect.stringContaining('alias() was given an id that is linked to a user already'),
      expect.stringContaining('alias() was given an id that would belong to a visitor who is not signed in'),
    ])
  })

  it.each(['', 'null', 'guest', 0, undefined, null, {}, 'x'.repeat(201), 'user_1'])(
    'of %j is no alias',
    async (alias) => {
      const { browser, events } = await startClient()

      browser().visit(given(alias), formRequest)
      browser().visit((scope) => scope.alias(undefined as unknown as { alias: string }), formRequest)

      expect((await events()).map(({ event }) => event)).toEqual(['$identify'])
    },
  )
})

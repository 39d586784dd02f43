import { browserCookie, browserSession, cookieLines, cookieName, documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import { asyncHandler } from './async-handler.ts'
import { type ExpressModule, majors, startSite, startTime } from './test-site.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const anonymous = '01901b2c-1111-7000-8000-000000000001'
const visitor = browserCookie({
  distinct_id: anonymous,
  $user_state: 'anonymous',
  $sesid: [startTime, browserSession, startTime],
})

/** `POST /login/:user` signs in, `GET /callback/:user` does so as a page. */
function loginSite(express: ExpressModule) {
  return startSite(express, {
    routes: (app) => {
      app.post(
        '/login/:user',
        asyncHandler(async (req, res) => {
          await req.hedgerow.identify(String(req.params['user']), {
            set: { plan: 'pro' },
            setOnce: { first: 'web' },
          })
          req.hedgerow.capture('signed in')
          res.json(req.hedgerow.distinctId)
        }),
      )
      app.get(
        '/callback/:user',
        asyncHandler(async (req, res) => {
          await req.hedgerow.identify(String(req.params['user']))
          res.send('welcome')
        }),
      )
    },
  })
}

describe.each(majors)('a login in %s', (_name, express) => {
  it('links the browser’s anonymous id to the user, with the properties given', async () => {
    const site = await loginSite(express)

    await site.send('/login/user_1', { method: 'POST', headers: { cookie: visitor } })

    const [identify, signedIn] = await site.events()
    expect(identify).toMatchObject({ event: '$identify', distinct_id: 'user_1' })
    expect(identify?.properties).toMatchObject({
      $anon_distinct_id: anonymous,
      $set: { plan: 'pro' },
      $set_once: { first: 'web' },
      $session_id: browserSession,
      $hedgerow_id_source: 'resolver',
    })
    expect(identify?.properties).not.toHaveProperty('$process_person_profile')
    expect(signedIn).toMatchObject({ event: 'signed in', distinct_id: 'user_1' })
    expect(signedIn?.properties).not.toHaveProperty('$process_person_profile')
  })

  it('links an anonymous id once, not again for the same user and never to a second one', async () => {
    const site = await loginSite(express)
    const login = (user: string) =>
      site.send(`/login/${user}`, { method: 'POST', headers: { cookie: visitor } })

    await login('user_1')
    await login('user_1')
    await login('user_2')

    const identifies = (await site.events()).filter(({ event }) => event === '$identify')
    expect(identifies.map((event) => [event.distinct_id, event.properties['$anon_distinct_id']])).toEqual([
      ['user_1', anonymous],
      ['user_1', undefined],
      ['user_2', undefined],
    ])
  })

  it.each([
    ['an identified browser', browserCookie({ distinct_id: anonymous, $user_state: 'identified' })],
    ['a browser that says nothing about its state', browserCookie({ distinct_id: anonymous })],
    ['an id of another shape', browserCookie({ distinct_id: 'jo', $user_state: 'anonymous' })],
    ['the user’s own id', browserCookie({ distinct_id: 'user_1', $user_state: 'anonymous' })],
    ['an unreadable cookie', `${cookieName}=%7B`],
    ['no cookie', ''],
  ])('of %s links nothing', async (_case, cookie) => {
    const site = await loginSite(express)

    const answer = await site.send('/login/user_1', { method: 'POST', headers: { cookie } })

    expect(answer.body).toBe('"user_1"')
    const [identify] = await site.events()
    expect(identify).toMatchObject({ event: '$identify', distinct_id: 'user_1' })
    expect(identify?.properties).not.toHaveProperty('$anon_distinct_id')
  })

  it('on a page counts the page as the user’s', async () => {
    const site = await loginSite(express)

    await site.visit('/callback/user_1', { cookie: visitor })

    expect((await site.events()).map((event) => [event.event, event.distinct_id])).toEqual([
      ['$identify', 'user_1'],
      ['$pageview', 'user_1'],
    ])
  })

  it('switches the flags to the user, and never shows the visitor’s as theirs', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get(
          '/',
          asyncHandler(async ({ hedgerow }, res) => {
            const before = hedgerow.flags
            const values = [before.getFlag('hero')]
            const loaded = hedgerow.identify('user_1')
            const meanwhile = hedgerow.flags
            values.push(meanwhile.state, meanwhile.getFlag('hero', { defaultValue: 'default' }))
            await loaded
            values.push(hedgerow.flags.state, hedgerow.flags.getFlag('hero'), before.getFlag('hero'))
            res.send(values.join())
          }),
        ),
    })
    site.posthog.always('/flags/', ({ body }) => {
      const { distinct_id: id } = body as { distinct_id: string }
      const variant = id === 'user_1' ? 'for-user' : 'for-visitor'
      return { status: 200, body: { flags: { hero: { key: 'hero', enabled: true, variant } } } }
    })

    const answer = await site.visit('/', { cookie: visitor })

    expect(answer.body).toBe('for-visitor,not-loaded,default,loaded,for-user,for-visitor')
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([
      { distinct_id: anonymous },
      { distinct_id: 'user_1' },
    ])
  })

  it('asks for no flags where the request uses none', async () => {
    const site = await loginSite(express)

    await site.send('/login/user_1', { method: 'POST', headers: { cookie: visitor } })

    expect(site.posthog.flagCalls()).toHaveLength(0)
  })

  it.each(['', '   ', 'null', 'undefined', '0', 'anonymous', '[object Object]', 'u'.repeat(201)])(
    'without an id of a user (%j) leaves the visitor as they were, with one WARN',
    async (id) => {
      const site = await startSite(express, {
        routes: (app) =>
          app.get(
            '/',
            asyncHandler(async (req, res) => {
              await req.hedgerow.identify(id)
              await req.hedgerow.identify(id)
              res.send(`${req.hedgerow.distinctId} ${req.hedgerow.isIdentified}`)
            }),
          ),
      })

      const answer = await site.visit('/', { cookie: visitor })

      expect(answer.body).toBe(`${anonymous} false`)
      expect((await site.events()).map(({ event }) => event)).toEqual(['$pageview'])
      expect(site.warnings()).toHaveLength(1)
      expect(site.warnings()[0]).toContain('identify()')
    },
  )

  it('for an id of no text at all neither throws nor rejects', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get(
          '/',
          asyncHandler(async (req, res) => {
            // What the types forbid, plain JavaScript still passes.
            await req.hedgerow.identify(undefined as unknown as string)
            await req.hedgerow.identify('user_1', null as unknown as undefined)
            res.send(req.hedgerow.distinctId)
          }),
        ),
    })

    expect((await site.visit('/', { cookie: visitor })).body).toBe('user_1')
  })
})

describe.each(majors)('a logout in %s', (_name, express) => {
  const logoutSite = () =>
    startSite(express, {
      request: { identity: { resolve: (req) => req.get('x-user') } },
      routes: (app) =>
        app.get('/logout', ({ hedgerow }, res) => {
          hedgerow.capture('leaving')
          hedgerow.logout()
          hedgerow.capture('left')
          res.send(`${hedgerow.distinctId} ${hedgerow.identitySource} ${hedgerow.isIdentified}`)
        }),
    })

  it('removes the cookie from every domain form under which it may lie', async () => {
    const site = await logoutSite()

    const answer = await site.visit('/logout', { cookie: visitor, host: 'app.shop.example.com:8080' })

    expect(cookieLines(answer)).toEqual([
      `${cookieName}=; Path=/; Max-Age=0; SameSite=Lax`,
      `${cookieName}=; Path=/; Max-Age=0; Domain=app.shop.example.com; SameSite=Lax`,
      `${cookieName}=; Path=/; Max-Age=0; Domain=shop.example.com; SameSite=Lax`,
      `${cookieName}=; Path=/; Max-Age=0; Domain=example.com; SameSite=Lax`,
    ])
  })

  it('removes a cookie that it cannot read, too', async () => {
    const site = await logoutSite()

    const answer = await site.visit('/logout', { cookie: `${cookieName}=%7B` })

    expect(cookieLines(answer)).toEqual([`${cookieName}=; Path=/; Max-Age=0; SameSite=Lax`])
  })

  it('on a first visit leaves no cookie with the id that was given up', async () => {
    const site = await logoutSite()

    const answer = await site.visit('/logout')

    expect(cookieLines(answer).filter((line) => !line.includes('Max-Age=0'))).toEqual([])
  })

  it('makes later captures a new visitor’s; the page still belongs to who came in', async () => {
    const site = await logoutSite()

    const answer = await site.visit('/logout', { cookie: visitor, 'x-user': 'user_1' })

    const [id = '', ...state] = answer.body.split(' ')
    expect(id).toMatch(uuidV7)
    expect(id).not.toBe(anonymous)
    expect(state).toEqual(['minted', 'false'])
    const [leaving, left, pageview] = await site.events()
    expect(leaving).toMatchObject({ event: 'leaving', distinct_id: 'user_1' })
    expect(left).toMatchObject({ event: 'left', distinct_id: id })
    expect(left?.properties).toMatchObject({ $hedgerow_id_source: 'minted', $process_person_profile: false })
    expect(left?.properties).not.toHaveProperty('$session_id')
    expect(pageview).toMatchObject({ event: '$pageview', distinct_id: 'user_1' })
    expect(pageview?.properties['$hedgerow_id_source']).toBe('resolver')
  })

  it('of a visitor who was never signed in keeps the page theirs as well', async () => {
    const site = await logoutSite()

    await site.visit('/logout', { cookie: visitor })

    expect((await site.events()).map((event) => event.distinct_id === anonymous)).toEqual([true, false, true])
  })

  it('is followed by a login that does not bring the old visitor back', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.post(
          '/switch',
          asyncHandler(async (req, res) => {
            req.hedgerow.logout()
            await req.hedgerow.identify('user_2')
            res.json(req.hedgerow.distinctId)
          }),
        ),
    })

    await site.send('/switch', { method: 'POST', headers: { ...documentHeaders, cookie: visitor } })

    const [identify] = await site.events()
    expect(identify).toMatchObject({ event: '$identify', distinct_id: 'user_2' })
    expect(identify?.properties).not.toHaveProperty('$anon_distinct_id')
  })
})

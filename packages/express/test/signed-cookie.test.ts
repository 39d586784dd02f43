import { cookieBack, cookieMembers, type HttpAnswer } from 'testkit'
import { describe, expect, it } from 'vitest'
import { asyncHandler } from './async-handler.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

const secret = 'a-secret-of-thirty-two-characters'
const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

const ownLines = (answer: HttpAnswer) =>
  (answer.headers['set-cookie'] ?? []).filter((line) => line.startsWith('hedgerow_phc_test='))

function shop(express: ExpressModule) {
  return startSite(express, {
    request: { identity: { secret } },
    routes: (app) => {
      app.get('/', (req, res) => res.send(req.hedgerow.distinctId))
      app.get('/static', (_req, res) => res.set('Cache-Control', 'public, max-age=60').send('page'))
      app.get('/api', (req, res) =>
        res.json({ id: req.hedgerow.distinctId, session: req.hedgerow.sessionId }),
      )
      app.get('/health', (_req, res) => res.json({}))
      app.post(
        '/login',
        asyncHandler(async (req, res) => {
          await req.hedgerow.identify('user_1')
          res.redirect('/')
        }),
      )
      app.post('/logout', (req, res) => {
        req.hedgerow.logout()
        res.redirect('/')
      })
    },
  })
}

describe.each(majors)('the signed cookie in %s', (_name, express) => {
  it('makes one visitor of event, flags, both cookies and the next requests', async () => {
    const site = await shop(express)

    const first = await site.visit('/')
    const cookie = cookieBack(first)
    const second = await site.visit('/', { cookie })
    const third = await site.send('/api', { headers: { cookie } })

    const id = first.body
    expect(id).toMatch(uuidV7)
    expect(cookieMembers(first)['distinct_id']).toBe(id)
    expect(ownLines(first)).toHaveLength(1)
    expect(second.body).toBe(id)
    expect(second.headers['set-cookie']).toBeUndefined()
    expect(JSON.parse(third.body)).toMatchObject({ id })
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: id }])
    const events = await site.events()
    expect(events.map((event) => [event.event, event.distinct_id])).toEqual([
      ['$pageview', id],
      ['$pageview', id],
    ])
    expect(events.map(({ properties }) => properties['$hedgerow_id_source'])).toEqual([
      'minted',
      'signed-cookie',
    ])
  })

  it('remembers a login over redirects, and forgets it at the logout', async () => {
    const site = await shop(express)
    const first = await site.visit('/')
    const login = await site.send('/login', { method: 'POST', headers: { cookie: cookieBack(first) } })
    const signedIn = cookieBack(login)
    const home = await site.visit('/', { cookie: signedIn })
    const logout = await site.send('/logout', { method: 'POST', headers: { cookie: signedIn } })
    const anew = ownLines(logout).at(-1)?.split(';')[0] ?? ''
    const after = await site.visit('/', { cookie: anew })

    expect(home.body).toBe('user_1')
    expect(after.body).toMatch(uuidV7)
    expect(after.body).not.toBe(first.body)
    const identify = (await site.events()).find(({ event }) => event === '$identify')
    expect(identify).toMatchObject({ distinct_id: 'user_1', properties: { $anon_distinct_id: first.body } })
  })

  it('is refreshed by an API request that asks for its visitor, with the same session', async () => {
    const site = await shop(express)
    const first = await site.visit('/')
    await site.runtime.advance(90_000)

    const answer = await site.send('/api', { headers: { cookie: cookieBack(first) } })
    const silent = await site.send('/health', { headers: { cookie: cookieBack(first) } })

    expect(ownLines(answer)).toHaveLength(1)
    expect(silent.headers['set-cookie']).toBeUndefined()
    const [pageview] = await site.events()
    expect(JSON.parse(answer.body)).toMatchObject({ session: pageview?.properties['$session_id'] })
  })

  it('is left out of what shared caches may store', async () => {
    const site = await shop(express)

    const answer = await site.visit('/static')

    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(answer.body).toBe('page')
  })

  it('stands beside the application’s own cookies', async () => {
    const site = await startSite(express, {
      request: { identity: { secret } },
      routes: (app) => app.get('/', (_req, res) => res.cookie('theme', 'dark').send('page')),
    })

    const names = ((await site.visit('/')).headers['set-cookie'] ?? []).map((line) => line.split('=')[0])

    expect(names).toEqual(['theme', 'hedgerow_phc_test', 'ph_phc_test_posthog'])
  })
})

import type { Request } from 'express'
import { browserCookie, cookieLines } from 'testkit'
import { describe, expect, it } from 'vitest'
import { asyncHandler } from './async-handler.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const known = { cookie: browserCookie({ distinct_id: 'browser_1' }) }

type Resolve = (req: Request) => string | number | null | undefined | Promise<string | undefined>

function siteWith(express: ExpressModule, resolve: Resolve) {
  return startSite(express, {
    request: { identity: { resolve } },
    routes: (app) => app.get('/', (req, res) => res.send(req.hedgerow.distinctId)),
  })
}

function later<T>(): { promise: Promise<T>; resolve: (value: T) => void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((settle) => (resolve = settle))
  return { promise, resolve }
}

describe.each(majors)('a resolver in %s', (_name, express) => {
  it('names the user, above the cookie', async () => {
    const site = await siteWith(express, () => 'user_1')

    const answer = await site.visit('/', known)

    expect(answer.body).toBe('user_1')
    const [pageview] = await site.events()
    expect(pageview?.distinct_id).toBe('user_1')
    expect(pageview?.properties['$hedgerow_id_source']).toBe('resolver')
    expect(pageview?.properties).not.toHaveProperty('$process_person_profile')
    expect(site.posthog.flagCalls()[0]?.body).toMatchObject({ distinct_id: 'user_1' })
  })

  it('answers a number, which becomes text', async () => {
    const site = await siteWith(express, () => 42)

    await site.visit('/')

    expect((await site.events())[0]?.distinct_id).toBe('42')
  })

  it('that knows its user spares the visitor a cookie', async () => {
    const site = await siteWith(express, () => 'user_1')

    expect((await site.visit('/')).headers['set-cookie']).toBeUndefined()
  })

  it('is given the framework request and the transport', async () => {
    const site = await startSite(express, {
      request: { identity: { resolve: (req, { transport }) => `${req.get('x-user')} by ${transport}` } },
      routes: (app) => app.get('/', (req, res) => res.send(req.hedgerow.distinctId)),
    })

    expect((await site.visit('/', { 'x-user': 'jo' })).body).toBe('jo by http')
  })

  it('that answers after authentication sends no $identify by itself', async () => {
    const users = new WeakMap<Request, string>()
    const site = await startSite(express, {
      request: { identity: { resolve: (req) => users.get(req) } },
      routes: (app) =>
        app.get('/', (req, res) => {
          users.set(req, 'user_1')
          res.send('welcome')
        }),
    })

    await site.visit('/', known)

    expect((await site.events()).map((event) => event.event)).toEqual(['$pageview'])
  })

  it('may be asynchronous: the handler waits and the flags are the user’s', async () => {
    const site = await siteWith(express, async () => 'user_1')

    const answer = await site.visit('/', known)

    expect(answer.body).toBe('user_1')
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
    expect((await site.events())[0]?.distinct_id).toBe('user_1')
  })

  it('may look things up asynchronously: a request without a user costs it two questions, however often it is used', async () => {
    let questions = 0
    const site = await startSite(express, {
      request: {
        identity: {
          resolve: async () => {
            questions++
            return undefined
          },
        },
      },
      routes: (app) =>
        app.get('/', (req, res) => {
          for (let use = 0; use < 5; use++) req.hedgerow.capture('used')
          res.send(req.hedgerow.distinctId)
        }),
    })

    await site.visit('/')
    await site.events()

    expect(questions).toBe(2)
  })

  it('slower than the deadline leaves the handler with the cookie’s visitor, and the pageview with the user', async () => {
    const { promise, resolve } = later<string>()
    let asked = false
    const site = await siteWith(express, () => {
      asked = true
      return promise
    })

    const visit = site.visit('/', known)
    await site.posthog.waitFor(() => asked)
    await site.runtime.advance(250)
    const answer = await visit
    await site.closed()
    resolve('user_1')

    expect(answer.body).toBe('browser_1')
    expect((await site.events())[0]?.distinct_id).toBe('user_1')
  })

  it('slower than the deadline leaves no time for flags, so none are asked for', async () => {
    let asked = false
    const site = await siteWith(express, () => {
      asked = true
      return later<string>().promise
    })

    const visit = site.visit('/', known)
    await site.posthog.waitFor(() => asked)
    await site.runtime.advance(250)
    await visit

    expect(site.posthog.flagCalls()).toHaveLength(0)
  })

  it('that is slow five times does not make PostHog look broken', async () => {
    let user: Promise<string | undefined> = later<string>().promise
    let asked = 0
    const site = await startSite(express, {
      request: {
        identity: {
          resolve: () => {
            asked++
            return user
          },
        },
      },
      routes: (app) => app.get('/', (req, res) => res.send(String(req.hedgerow.flags.isEnabled('hero')))),
    })
    site.posthog.flags = { hero: true }
    for (let request = 1; request <= 5; request++) {
      const visit = site.visit('/', { cookie: browserCookie({ distinct_id: `browser_${request}` }) })
      await site.posthog.waitFor(() => asked === request)
      await site.runtime.advance(250)
      expect((await visit).body).toBe('false')
    }
    user = Promise.resolve('user_1')

    expect((await site.visit('/')).body).toBe('true')
  })

  it('that never answers costs the deadline once, and the pageview is the visitor’s', async () => {
    let asked = 0
    const site = await siteWith(express, () => {
      asked++
      return later<string>().promise
    })

    const visit = site.visit('/', known)
    await site.posthog.waitFor(() => asked === 1)
    await site.runtime.advance(250)
    await visit
    await site.closed()
    await site.runtime.advance(250)

    expect((await site.events()).map((event) => event.distinct_id)).toEqual(['browser_1'])
    expect(asked).toBe(1)
    expect(site.runtime.timers).toBe(1) // the flush timer alone
  })

  it('does not take back an identity that the application has set meanwhile', async () => {
    const { promise, resolve } = later<string>()
    const site = await startSite(express, {
      request: { identity: { resolve: () => promise }, flags: { preload: 'never' } },
      routes: (app) =>
        app.get(
          '/',
          asyncHandler(async (req, res) => {
            await req.hedgerow.identify('user_2')
            resolve('user_1')
            await promise
            res.send(req.hedgerow.distinctId)
          }),
        ),
    })

    expect((await site.visit('/')).body).toBe('user_2')
  })

  it.each<[string, Resolve]>([
    [
      'throws',
      () => {
        throw new Error('no session store')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('no session store')
      },
    ],
    ['answers 0', () => 0],
    ['answers NaN', () => Number.NaN],
    ['answers "null"', () => 'null'],
    ['answers "[object Object]"', () => '[object Object]'],
    ['answers over 200 characters', () => 'u'.repeat(201)],
    // What the types forbid, plain JavaScript still returns.
    ['answers an object', () => ({ id: 1 }) as unknown as string],
    ['answers true', () => true as unknown as string],
  ])('that %s is passed over for the cookie, with one WARN for all requests', async (_case, resolve) => {
    const site = await siteWith(express, resolve)

    const answers = [await site.visit('/', known), await site.visit('/', known)]

    expect(answers.map((answer) => [answer.status, answer.body])).toEqual([
      [200, 'browser_1'],
      [200, 'browser_1'],
    ])
    expect((await site.events()).map(({ properties }) => properties['$hedgerow_id_source'])).toEqual([
      'cookie',
      'cookie',
    ])
    expect(site.warnings()).toHaveLength(1)
    expect(site.warnings()[0]).toContain('identity.resolve')
  })

  it.each<[string, Resolve]>([
    ['undefined', () => undefined],
    ['null', () => null],
    ['an empty text', () => ''],
    ['undefined, later', async () => undefined],
  ])(
    'that answers %s means an ordinary visitor: no line, a new id and its cookie',
    async (_case, resolve) => {
      const site = await siteWith(express, resolve)

      const answer = await site.visit('/')

      expect(answer.body).toMatch(uuidV7)
      expect(cookieLines(answer)).toHaveLength(1)
      expect(site.warnings()).toEqual([])
    },
  )
})

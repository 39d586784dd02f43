import { browserCookie, cookieBack, documentHeaders, send } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type FetchResponse, requireFlag } from '../src/index.ts'
import { asyncHandler } from './async-handler.ts'
import { type ExpressModule, majors, type SiteParts, startSite, startTime } from './test-site.ts'

const visitor = (id: string) => ({ cookie: browserCookie({ distinct_id: id }) })
const api = { accept: 'application/json', 'sec-fetch-dest': 'empty' }

/** `/` says what the flag `hero` is, why, and whether it is on. */
function heroSite(express: ExpressModule, parts: Omit<SiteParts, 'routes'> = {}) {
  return startSite(express, {
    ...parts,
    routes: (app) =>
      app.get('/', ({ hedgerow: { flags } }, res) => {
        res.send(`${flags.getFlag('hero')} ${flags.isEnabled('hero')} ${flags.getFlagResult('hero').reason}`)
      }),
  })
}

describe.each(majors)('flags in %s', (_name, express) => {
  it('of a page are there when the handler runs', async () => {
    const site = await heroSite(express)
    site.posthog.flags = { hero: 'blue' }

    expect((await site.visit('/', visitor('browser_1'))).body).toBe('blue true evaluated')
    expect(site.posthog.flagCalls().map(({ path, body }) => [path, body])).toEqual([
      [
        '/flags/?v=2',
        {
          token: 'phc_test',
          distinct_id: 'browser_1',
          groups: {},
          person_properties: {},
          group_properties: {},
          geoip_disable: true,
          evaluation_runtime: 'server',
        },
      ],
    ])
    expect(site.client.stats().calls.flags).toBe(1)
  })

  it.each([
    ['an API request', 'GET', api],
    ['a form', 'POST', documentHeaders],
    ['a prefetch', 'GET', { ...documentHeaders, 'sec-purpose': 'prefetch' }],
    ['a bot', 'GET', { ...documentHeaders, 'user-agent': 'Googlebot/2.1' }],
    ['a script', 'GET', { ...documentHeaders, 'sec-fetch-dest': 'script' }],
    ['a probe', 'GET', { accept: 'text/html', 'user-agent': 'kube-probe/1.31' }],
  ])('are not asked for ahead of %s', async (_case, method, headers) => {
    const site = await startSite(express, { routes: (app) => app.all('/', (_req, res) => res.json('fine')) })

    const answer = await site.send('/', { method, headers })

    expect(answer.status).toBe(200)
    expect(site.posthog.flagCalls()).toHaveLength(0)
  })

  it('with preload always are there for every request, with preload never for none', async () => {
    const always = await heroSite(express, { request: { flags: { preload: 'always' } } })
    const never = await heroSite(express, { request: { flags: { preload: 'never' } } })
    always.posthog.flags = { hero: true }

    expect((await always.send('/', { headers: { ...api, ...visitor('b') } })).body).toBe(
      'true true evaluated',
    )
    expect((await never.visit('/', visitor('b'))).body).toBe('undefined false not-loaded')
    expect(never.posthog.flagCalls()).toHaveLength(0)
  })

  it('are asked for once a request, however many reads, loads and guards there are', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.post(
          '/',
          requireFlag('hero'),
          requireFlag('hero', { variant: 'blue' }),
          asyncHandler(async (req, res) => {
            await Promise.all([req.hedgerow.flags.load(), req.hedgerow.flags.load()])
            res.json([req.hedgerow.flags.getFlag('hero'), req.hedgerow.flags.isEnabled('other')])
          }),
        ),
    })
    site.posthog.flags = { hero: 'blue' }

    const answer = await site.send('/', { method: 'POST', headers: visitor('browser_1') })

    expect(answer.body).toBe('["blue",false]')
    expect(site.posthog.flagCalls()).toHaveLength(1)
  })

  it('are asked for once a request when there is no answer, too', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get(
          '/',
          requireFlag('hero', { whenUnknown: 'allow' }),
          asyncHandler(async (req, res) => {
            await req.hedgerow.flags.load()
            res.send(req.hedgerow.flags.state)
          }),
        ),
    })
    site.posthog.always('/flags/', { status: 500 })

    expect((await site.visit('/', visitor('browser_1'))).body).toBe('unavailable')
    expect(site.posthog.flagCalls()).toHaveLength(1)
  })

  it('serve the next requests of the same visitor for 30 seconds', async () => {
    const site = await heroSite(express)
    site.posthog.flags = { hero: 'blue' }

    const first = await site.visit('/')
    site.posthog.flags = { hero: 'green' }
    await site.runtime.advance(29_999)
    const second = await site.visit('/', { cookie: cookieBack(first) })
    await site.runtime.advance(1)
    const third = await site.visit('/', { cookie: cookieBack(first) })

    expect([first, second, third].map(({ body }) => body.split(' ')[0])).toEqual(['blue', 'blue', 'green'])
    expect(site.posthog.flagCalls()).toHaveLength(2)
  })

  it('serve as long as cacheTtlMs says, and nobody else', async () => {
    const site = await heroSite(express, { request: { flags: { cacheTtlMs: 1000 } } })

    await site.visit('/', visitor('browser_1'))
    await site.visit('/', visitor('browser_2'))
    await site.runtime.advance(1000)
    await site.visit('/', visitor('browser_1'))

    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([
      { distinct_id: 'browser_1' },
      { distinct_id: 'browser_2' },
      { distinct_id: 'browser_1' },
    ])
  })

  it('that come too late for a request serve the next one', async () => {
    let answer: (response: FetchResponse) => void = () => {}
    const answered = new Promise<FetchResponse>((resolve) => (answer = resolve))
    const site = await heroSite(express, { client: { fetch: () => answered } })

    const visit = site.visit('/', visitor('browser_1'))
    await site.posthog.waitFor(() => site.client.stats().calls.flags === 1)
    await site.runtime.advance(250)
    const first = await visit
    const json = { flags: { hero: { key: 'hero', enabled: true } } }
    answer({ status: 200, json: async () => json, text: async () => JSON.stringify(json) })
    await site.runtime.settle()
    const second = await site.visit('/', visitor('browser_1'))

    expect(first.body).toBe('undefined false unavailable')
    expect(second.body).toBe('true true evaluated')
    expect(site.client.stats().calls.flags).toBe(1)
  })

  it('have deadlineMs for a request in all, not for each wait', async () => {
    let left: number | undefined
    const site = await startSite(express, {
      request: { flags: { deadlineMs: 100 } },
      routes: (app) =>
        app.get(
          '/',
          asyncHandler(async ({ hedgerow }, res) => {
            const loaded = hedgerow.identify('user_2')
            left = site.runtime.nextTimerDelayMs
            await loaded
            res.send('page')
          }),
        ),
    })
    site.posthog.always('/flags/', (_request, index) => {
      if (index === 0) site.runtime.setNow(startTime + 60)
      return { status: 200, body: { flags: {} } }
    })

    await site.visit('/', visitor('browser_1'))

    expect(left).toBe(40)
  })

  it.each([
    ['500', { status: 500 }],
    ['429', { status: 429, headers: { 'retry-after': '60' } }],
    ['402', { status: 402, body: { error: 'quota' } }],
    ['401', { status: 401, body: 'no such token' }],
    ['an empty body', { status: 200, body: '' }],
    ['garbage', { status: 200, body: '{"flags":' }],
    ['a page of HTML', { status: 200, body: '<html>sign in to the wifi</html>' }],
    ['a list', { status: 200, body: [] }],
    ['flags of another shape', { status: 200, body: { flags: ['hero'] } }],
    ['nothing of either shape', { status: 200, body: {} }],
    ['a used-up quota', { status: 200, body: { flags: {}, quotaLimited: ['feature_flags'] } }],
    ['a reset', 'disconnect'],
    ['a reset in the middle', 'disconnect-after-headers'],
  ] as const)('answered with %s leave a page its defaults', async (_case, answer) => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get('/', ({ hedgerow: { flags } }, res) => {
          res.send(
            `${flags.getFlag('hero', { defaultValue: 'red' })} ${flags.isEnabled('hero', { defaultValue: true })} ${flags.state}`,
          )
        }),
    })
    site.posthog.always('/flags/', answer)

    const response = await site.visit('/', visitor('browser_1'))

    expect([response.status, response.body]).toEqual([200, 'red true unavailable'])
    expect(site.posthog.flagCalls()).toHaveLength(1)
    expect((await site.events()).map(({ event }) => event)).toEqual(['$pageview'])
  })

  it('leave a page its defaults when nobody listens at the host', async () => {
    const site = await heroSite(express)
    await site.posthog.stop()

    expect((await site.visit('/', visitor('browser_1'))).body).toBe('undefined false unavailable')
  })

  it('are not asked for after five failures in a row, for 30 seconds', async () => {
    const site = await heroSite(express)
    site.posthog.flags = { hero: true }
    site.posthog.always('/flags/', { status: 503 })
    for (let request = 1; request <= 7; request++) await site.visit('/', visitor(`browser_${request}`))
    expect(site.posthog.flagCalls()).toHaveLength(5)

    site.posthog.always('/flags/', { status: 200, body: { flags: { hero: { key: 'hero', enabled: true } } } })
    await site.runtime.advance(29_999)
    const closed = await site.visit('/', visitor('browser_8'))
    await site.runtime.advance(1)
    const probe = await site.visit('/', visitor('browser_9'))

    expect(closed.body).toBe('undefined false unavailable')
    expect(probe.body).toBe('true true evaluated')
    expect(site.warnings()).toHaveLength(2)
    expect(site.warnings()[0]).toContain('flags-unavailable')
    expect(site.warnings()[1]).toContain('flags-available')
  })

  it('read before they are loaded have their default, and one WARN names the request', async () => {
    const site = await heroSite(express)

    const answer = await send(`${site.url}/?token=abc`, { headers: { ...api, ...visitor('browser_1') } })
    await site.send('/', { headers: api })

    expect(answer.body).toBe('undefined false not-loaded')
    expect(site.warnings()).toEqual([
      '[hedgerow] flags-not-loaded: flag hero was read on GET / before flags were loaded, so it has its default; await flags.load() first, or set flags.preload',
    ])
  })

  it('that were read so far are on the events of the request', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get('/', ({ hedgerow }, res) => {
          hedgerow.capture('before')
          hedgerow.flags.isEnabled('hero')
          hedgerow.flags.getFlag('unknown')
          hedgerow.flags.getFlagPayload('peeked')
          hedgerow.capture('between')
          hedgerow.flags.getFlag('off')
          res.send('page')
        }),
    })
    site.posthog.flags = { hero: 'blue', off: false, peeked: true, unread: true }

    await site.visit('/', visitor('browser_1'))

    const flagsOn = (await site.events()).map(({ event, properties }) => [
      properties['$feature_flag'] ?? event,
      Object.fromEntries(Object.entries(properties).filter(([name]) => name.startsWith('$feature/'))),
    ])
    expect(flagsOn).toEqual([
      ['before', {}],
      ['hero', { '$feature/hero': 'blue' }],
      ['unknown', { '$feature/hero': 'blue' }],
      ['between', { '$feature/hero': 'blue' }],
      ['off', { '$feature/hero': 'blue', '$feature/off': false }],
      ['$pageview', { '$feature/hero': 'blue', '$feature/off': false }],
    ])
  })

  it('keep a snapshot as it is, and take load() for what comes later', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get(
          '/',
          asyncHandler(async ({ hedgerow }, res) => {
            const { flags } = hedgerow
            const loaded = await flags.load()
            res.json([flags.state, loaded.state, hedgerow.flags === loaded, loaded.keys])
          }),
        ),
    })
    site.posthog.flags = { hero: 'blue', off: false }

    expect((await site.send('/', { headers: api })).body).toBe('["not-loaded","loaded",true,["hero","off"]]')
  })
})

import type { Answer } from 'testkit'
import { browserCookie, documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import { requireFlag, type RequireFlagOptions } from '../src/index.ts'
import { asyncHandler } from './async-handler.ts'
import { flag, localSite, readingRoutes } from './local-site.ts'
import { majors } from './test-site.ts'

const visitor = (id: string) => ({ cookie: browserCookie({ distinct_id: id }) })
describe.each(majors)('flags evaluated in the process in %s', (_name, express) => {
  it.each([
    ['a page', 'GET', documentHeaders],
    ['an API request', 'GET', { accept: 'application/json', 'sec-fetch-dest': 'empty' }],
    ['a form', 'POST', documentHeaders],
    ['a bot', 'GET', { ...documentHeaders, 'user-agent': 'Googlebot/2.1' }],
  ])('are there for %s without a wait or a call, each visitor’s own', async (_case, method, headers) => {
    let isSameTick = false
    const site = await localSite(express, {
      above: (app) =>
        app.use((_req, _res, next) => {
          isSameTick = true
          next()
          isSameTick = false
        }),
      routes: (app) => {
        app.use((_req, res, next) => {
          res.set('same-tick', String(isSameTick))
          next()
        })
        readingRoutes(app)
      },
    })

    const first = await site.send('/', { method, headers: { ...headers, ...visitor('browser_1') } })
    const second = await site.send('/', { method, headers: { ...headers, ...visitor('browser_2') } })

    expect(JSON.parse(first.body)).toEqual(['loaded', false, true, 'blue', true, null, null])
    expect(JSON.parse(second.body)).toEqual(['loaded', false, true, 'blue', false, null, null])
    expect([first.headers['same-tick'], second.headers['same-tick']]).toEqual(['true', 'true'])
    expect(site.client.stats().calls).toMatchObject({ flags: 0, definitions: 1 })
    expect(site.warnings().filter((line) => !line.includes('flags-undecidable'))).toEqual([])
  })

  it.each<[string, RequireFlagOptions, number]>([
    ['on', {}, 200],
    ['off', {}, 404],
    ['off', { whenUnknown: 'allow' }, 404],
    ['hero', {}, 200],
    ['hero', { variant: 'blue' }, 200],
    ['hero', { variant: 'green', otherwise: 'forbidden' }, 403],
    ['mine', {}, 200],
  ])('open or close a gate without a call: %s, %j', async (key, options, status) => {
    const site = await localSite(express, {
      routes: (app) => app.all('/', requireFlag(key, options), (_req, res) => res.send('behind the gate')),
    })

    const answers = [
      await site.visit('/', visitor('browser_1')),
      await site.send('/', { method: 'POST', headers: visitor('browser_1') }),
    ]

    expect(answers.map((answer) => answer.status)).toEqual([status, status])
    expect(site.posthog.flagCalls()).toEqual([])
  })

  it('that cannot be decided are asked for by gates and by name alone, once a request', async () => {
    const site = await localSite(express, {
      routes: (app) => {
        app.get('/gate', requireFlag('open'), requireFlag('open', { variant: 'remote' }), (_req, res) =>
          res.send('in'),
        )
        app.get('/closed', requireFlag('other'), (_req, res) => res.send('in'))
        app.get(
          '/load',
          asyncHandler(async ({ hedgerow }, res) => {
            const before = hedgerow.flags.getFlag('open') ?? null
            await hedgerow.flags.load()
            const still = hedgerow.flags.getFlag('open') ?? null
            await hedgerow.flags.load('open')
            await hedgerow.flags.load('other')
            const { flags } = hedgerow
            res.json([before, still, flags.getFlag('open'), flags.getFlag('on'), flags.getFlag('off')])
          }),
        )
      },
    })

    const gate = await site.visit('/gate', visitor('browser_1'))
    const closed = await site.visit('/closed', visitor('browser_2'))
    const load = await site.visit('/load', visitor('browser_3'))

    expect([gate.body, closed.status, load.body]).toEqual(['in', 404, '[null,null,"remote",true,false]'])
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([
      { distinct_id: 'browser_1' },
      { distinct_id: 'browser_2' },
      { distinct_id: 'browser_3' },
    ])
  })

  it.each<[string, Answer, number]>([
    ['fails', { status: 500 }, 1],
    ['does not know them', { status: 200, body: { flags: {} } }, 1],
  ])('that cannot be decided close their gates when PostHog %s', async (_case, answer, calls) => {
    const site = await localSite(express, {
      routes: (app) => {
        app.get('/', requireFlag('open', { whenUnknown: 'allow' }), requireFlag('open'), (_req, res) =>
          res.send('in'),
        )
      },
    })
    site.posthog.always('/flags/', answer)

    expect((await site.visit('/', visitor('browser_1'))).status).toBe(404)
    expect(site.posthog.flagCalls()).toHaveLength(calls)
  })

  it('that cannot be decided wait for PostHog no longer than the deadline', async () => {
    const site = await localSite(express, {
      routes: (app) => app.get('/', requireFlag('open'), (_req, res) => res.send('in')),
    })
    site.posthog.always('/flags/', 'hang')

    const visit = site.visit('/', visitor('browser_1'))
    await site.posthog.waitFor(() => site.posthog.flagCalls().length === 1)
    await site.runtime.advance(250)

    expect((await visit).status).toBe(404)
  })

  it('are never asked for by a strict client', async () => {
    const site = await localSite(express, {
      client: { strictLocalEvaluation: true },
      routes: (app) => app.get('/', requireFlag('open'), (_req, res) => res.send('in')),
    })

    expect((await site.visit('/', visitor('browser_1'))).status).toBe(404)
    expect(site.posthog.flagCalls()).toEqual([])
  })

  it('take their defaults when they are undecided or unknown, and only then', async () => {
    const site = await localSite(express, {
      request: { flags: { defaults: { off: true, on: false, open: 'green', unknown: true } } },
      routes: (app) => {
        app.get('/gate', requireFlag('unknown'), (_req, res) => res.send('in'))
        readingRoutes(app)
      },
    })
    site.posthog.always('/flags/', { status: 500 })

    expect(JSON.parse((await site.visit('/', visitor('browser_1'))).body)).toEqual([
      'loaded',
      false,
      true,
      'blue',
      true,
      'green',
      true,
    ])
    expect((await site.visit('/gate', visitor('browser_1'))).body).toBe('in')
  })

  it('are another user’s at once when somebody signs in or out', async () => {
    const site = await localSite(express, {
      routes: (app) =>
        app.get('/', ({ hedgerow }, res) => {
          const values = [hedgerow.flags.getFlag('mine')]
          void hedgerow.identify('user_1')
          values.push(hedgerow.flags.getFlag('mine'))
          void hedgerow.identify('browser_1')
          values.push(hedgerow.flags.getFlag('mine'))
          hedgerow.logout()
          values.push(hedgerow.flags.getFlag('mine'))
          res.json(values)
        }),
    })

    expect((await site.visit('/', visitor('browser_1'))).body).toBe('[true,false,true,false]')
    expect(site.posthog.flagCalls()).toEqual([])
  })

  it('are the user’s whom authentication below the middleware finds', async () => {
    const site = await localSite(express, {
      request: { identity: { resolve: (req) => req.res?.locals['user'] as string | undefined } },
      routes: (app) => {
        app.use((req, res, next) => {
          res.locals['before'] = req.hedgerow.flags.isEnabled('mine')
          res.locals['user'] = 'browser_1'
          next()
        })
        app.get('/', requireFlag('mine'), (_req, res) => res.json(res.locals['before']))
      },
    })

    expect((await site.visit('/', visitor('browser_2'))).body).toBe('false')
  })

  it('are on the events of the request, and reported as they were read', async () => {
    const site = await localSite(express, {
      routes: (app) =>
        app.get('/', requireFlag('on'), ({ hedgerow }, res) => {
          hedgerow.flags.getFlag('hero')
          hedgerow.flags.getFlag('open')
          hedgerow.flags.getFlagPayload('off')
          hedgerow.capture('order placed')
          res.send('page')
        }),
    })

    await site.visit('/', visitor('browser_1'))
    await site.visit('/', visitor('browser_1'))

    const seen = (await site.events()).map(({ event, distinct_id: id, properties }) => [
      id,
      properties['$feature_flag'] ?? event,
      properties['$feature/on'],
      properties['$feature/hero'],
      properties['locally_evaluated'],
    ])
    expect(seen).toEqual([
      ['browser_1', 'on', true, undefined, true],
      ['browser_1', 'hero', true, 'blue', true],
      ['browser_1', 'open', true, 'blue', false],
      ['browser_1', 'order placed', true, 'blue', undefined],
      ['browser_1', '$pageview', true, 'blue', undefined],
      ['browser_1', 'order placed', true, 'blue', undefined],
      ['browser_1', '$pageview', true, 'blue', undefined],
    ])
  })

  it('stay the same in a request, whatever definitions arrive meanwhile', async () => {
    const site = await localSite(express, {
      routes: (app, client) =>
        app.get(
          '/',
          asyncHandler(async ({ hedgerow }, res) => {
            const before = hedgerow.flags.getFlag('hero')
            await client.reloadFeatureFlags()
            res.json([before, hedgerow.flags.getFlag('hero'), hedgerow.flags.getFlag('on')])
          }),
        ),
    })
    site.posthog.always('/flags/definitions', {
      status: 200,
      body: { flags: [flag('hero', []), flag('on', [])] },
    })

    const bodies = [await site.visit('/', visitor('browser_1')), await site.visit('/', visitor('browser_1'))]

    expect(bodies.map(({ body }) => body)).toEqual(['["blue","blue",true]', '[false,false,false]'])
  })
})

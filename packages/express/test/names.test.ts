import { browserCookie, createFakeRuntime, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  ConfigError,
  hedgerow,
  HedgerowClient,
  hedgerowErrors,
  requireFlag,
  type RequestScope,
} from '../src/index.ts'
import { majors, startSite } from './test-site.ts'

const visitor = { cookie: browserCookie({ distinct_id: 'browser_1' }) }

/** A client beside the site's own, for a PostHog project of its own. */
async function secondClient() {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime()
  const errors: unknown[] = []
  const client = new HedgerowClient('phc_second', {
    host: posthog.url,
    runtime,
    onError: (_status, _message, error) => errors.push(error),
  })
  const alerts = () => runtime.lines.filter(({ level }) => level !== 'debug').map(({ line }) => line)
  return { client, posthog, errors, alerts }
}

const reasonOf = (value: unknown) => (value as { shop: RequestScope }).shop

describe.each(majors)('the name of a client in %s', (_name, express) => {
  it('is where request and templates have the scope: hedgerow, unless another is given', async () => {
    const second = await secondClient()
    const site = await startSite(express, {
      routes: (app, client) => {
        app.use(hedgerow(second.client, { name: 'shop' }))
        app.get('/', (req, res) => {
          const found = [req.hedgerow, res.locals.hedgerow].map((scope) => scope === client.scope())
          found.push(...[req, res.locals].map((holder) => reasonOf(holder) === second.client.scope()))
          res.json([...found, client.scope() === second.client.scope()])
        })
      },
    })

    expect(JSON.parse((await site.visit('/')).body)).toEqual([true, true, true, true, false])
    expect([site.warnings(), second.alerts()]).toEqual([[], []])
  })

  it('lets each client have pageviews, cookies, flags and errors of its own', async () => {
    const second = await secondClient()
    second.posthog.flags = { beta: true }
    const site = await startSite(express, {
      request: { flags: { preload: 'never' } },
      routes: (app) => {
        app.use(hedgerow(second.client, { name: 'shop', flags: { preload: 'never' } }))
        app.get('/', (_req, res) => res.send('page'))
        app.get('/first', requireFlag('beta'), (_req, res) => res.send('page'))
        app.get('/second', requireFlag('beta', { name: 'shop' }), (_req, res) => res.send('page'))
        app.get('/boom', () => {
          throw new Error('boom')
        })
        app.use(hedgerowErrors({ name: 'shop' }))
      },
    })

    const { headers } = await site.visit('/')
    const gates = [(await site.visit('/first')).status, (await site.visit('/second')).status]
    await site.visit('/boom')
    const first = await site.events()
    await second.client.flush()

    expect(headers['set-cookie']?.map((line) => line.split('=')[0])).toEqual([
      'ph_phc_test_posthog',
      'ph_phc_second_posthog',
    ])
    expect(gates).toEqual([404, 200])
    const namesOf = (events: { event: string }[]) =>
      events.map(({ event }) => event).filter((event) => event === '$pageview' || event === '$exception')
    expect(namesOf(first)).toEqual(Array(3).fill('$pageview'))
    expect(namesOf(second.posthog.events()).sort()).toEqual(['$exception', ...Array(3).fill('$pageview')])
  })

  it('stays the first client’s where two claim it, and the second says so once, with a code', async () => {
    const second = await secondClient()
    const site = await startSite(express, {
      routes: (app, client) => {
        app.use(hedgerow(second.client))
        app.get('/', (req, res) => {
          res.json([req.hedgerow === client.scope(), res.locals.hedgerow === client.scope()])
        })
      },
    })

    const answers = [await site.visit('/', visitor), await site.visit('/', visitor)]
    await site.closed()
    await second.client.flush()

    expect(answers.map(({ status, body }) => `${status} ${body}`)).toEqual([
      '200 [true,true]',
      '200 [true,true]',
    ])
    expect(second.alerts()).toEqual([expect.stringMatching(/name-taken: name hedgerow is taken/)])
    expect(second.errors).toEqual([expect.any(ConfigError)])
    expect(second.errors[0]).toMatchObject({ code: 'name-taken' })
    expect(site.warnings()).toEqual([])
  })

  it('never takes a property that Express or the application has', async () => {
    const second = await secondClient()
    const site = await startSite(express, {
      above: (app) => {
        app.use((req, _res, next) => {
          Object.assign(req, { tenant: 'acme' })
          next()
        })
      },
      routes: (app) => {
        app.use(hedgerow(second.client, { name: 'tenant' }))
        app.use(hedgerow(second.client, { name: 'params' }))
        app.get('/:id', (req, res) => res.json([(req as unknown as { tenant: unknown }).tenant, req.params]))
      },
    })

    expect((await site.visit('/7')).body).toBe('["acme",{"id":"7"}]')
    expect(second.alerts()).toContainEqual(expect.stringContaining('name tenant is taken'))
  })

  it('may be the same for clients that never meet on one request', async () => {
    const second = await secondClient()
    const site = await startSite(express, {
      above: (app) => {
        const admin = express.Router()
        admin.use(hedgerow(second.client))
        admin.get('/', (req, res) => res.json(req.hedgerow === second.client.scope()))
        app.use('/admin', admin)
      },
      routes: (app, client) => app.get('/', (req, res) => res.json(req.hedgerow === client.scope())),
    })

    expect([(await site.visit('/')).body, (await site.visit('/admin')).body]).toEqual(['true', 'true'])
    expect([site.warnings(), second.alerts()]).toEqual([[], []])
  })

  it('leaves no trace in what an application sends of its request or its locals', async () => {
    const site = await startSite(express, {
      routes: (app) => {
        app.get('/', (_req, res) => {
          res.locals['title'] = 'Shop'
          res.json(res.locals)
        })
      },
    })

    expect((await site.visit('/')).body).toBe('{"title":"Shop"}')
  })

  it('is there in templates', async () => {
    const site = await startSite(express, {
      routes: (app) => {
        app.engine('txt', (_path, locals, done) => {
          const { hedgerow: scope } = locals as { hedgerow: RequestScope }
          done(null, `visitor ${scope.distinctId}`)
        })
        app.set('view engine', 'txt').set('views', import.meta.dirname)
        app.get('/', (_req, res) => res.render('view'))
      },
    })

    expect((await site.visit('/', visitor)).body).toBe('visitor browser_1')
  })
})

describe('the name of a client', () => {
  it.each(['', 'my shop', '7', 'a.b', 'a"b', 17, null, {}])('cannot be %j', async (name) => {
    const client = new HedgerowClient('phc_test', { runtime: createFakeRuntime() })

    // What the types forbid, plain JavaScript still passes.
    expect(() => hedgerow(client, { name: name as string })).toThrow(ConfigError)
  })
})

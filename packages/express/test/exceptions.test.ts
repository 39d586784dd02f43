import type { ErrorRequestHandler, Express } from 'express'
import { browserCookie, send } from 'testkit'
import { describe, expect, it } from 'vitest'
import { hedgerowErrors } from '../src/index.ts'
import { type ExpressModule, majors, startSite, type TestSite } from './test-site.ts'
import { observableErrors, stages, startPlainSite } from './failing-app.ts'

const visitor = { cookie: browserCookie({ distinct_id: 'browser_1' }) }

/** Status and route of each exception that arrived, and whose it is. */
async function exceptionsOf(site: TestSite) {
  return (await site.events())
    .filter(({ event }) => event === '$exception')
    .map(({ distinct_id: id, properties }) => {
      // What was sent is for each test's expectations to judge.
      const [{ value, mechanism }] = properties['$exception_list'] as [{ value: string; mechanism: object }]
      return {
        id,
        value,
        mechanism,
        status: properties['$response_status_code'],
        route: properties['$route'],
      }
    })
}

const page: ErrorRequestHandler = (error: Error & { status?: number }, _req, res, next) => {
  if (res.headersSent) return next(error)
  res.status(error.status ?? 500).send(`<h1>${error.message}</h1>`)
}

function failing(express: ExpressModule, routes: (app: Express) => void) {
  return startSite(express, {
    routes: (app) => {
      routes(app)
      app.use(hedgerowErrors(), page)
    },
  })
}

describe.each(majors)('errors that hedgerowErrors() observes in %s', (_name, express) => {
  it.each(stages)('are captured once, whoever throws: %s', async (stage) => {
    const site = await startSite(express, { routes: observableErrors(express) })

    const { status } = await site.visit(stage, visitor)

    expect(status).toBe(500)
    expect(await exceptionsOf(site)).toEqual([
      {
        id: 'browser_1',
        value: `failed at ${stage}`,
        mechanism: { type: 'middleware', handled: false, synthetic: false, exception_id: 0 },
        status: 500,
        route: expect.stringMatching(/^\/|^\(unmatched\)$/),
      },
    ])
  })

  it('are the visitor’s with the request’s properties, beside the pageview of the error page', async () => {
    const site = await failing(express, (app) =>
      app.get('/orders/:id', (req) => {
        void req.hedgerow.identify('user_1')
        throw new TypeError('no such order')
      }),
    )

    await site.visit('/orders/7?token=secret', visitor)

    const events = await site.events()
    expect(events.map(({ event, distinct_id: id }) => `${event} of ${id}`).sort()).toEqual([
      '$exception of user_1',
      '$identify of user_1',
      '$pageview of user_1',
    ])
    const exception = events.find(({ event }) => event === '$exception')
    expect(exception?.properties).toMatchObject({
      $route: '/orders/:id',
      $pathname: '/orders/7',
      $request_method: 'GET',
      $response_status_code: 500,
      $hedgerow_id_source: 'resolver',
      $exception_level: 'error',
    })
    expect(JSON.stringify(exception)).not.toContain('secret')
  })

  it.each([
    ['404', 404, 0],
    ['499', 499, 0],
    ['500', 500, 1],
    ['503', 503, 1],
  ])('with an error page of status %s count by it', async (_case, status, count) => {
    const site = await failing(express, (app) =>
      app.get('/', () => {
        throw Object.assign(new Error('boom'), { status })
      }),
    )

    expect((await site.visit('/')).status).toBe(status)
    expect(await exceptionsOf(site)).toHaveLength(count)
  })

  it('that a handler deals with are none', async () => {
    const site = await startSite(express, {
      routes: (app) => {
        app.get('/', () => {
          throw new Error('boom')
        })
        const retry: ErrorRequestHandler = (_error, _req, res, _next) => void res.send('from a cache')
        app.use(hedgerowErrors(), retry)
      },
    })

    expect((await site.visit('/')).body).toBe('from a cache')
    expect(await exceptionsOf(site)).toEqual([])
  })

  it('are captured from the status that exceptions.minStatus says', async () => {
    const site = await startSite(express, {
      request: { exceptions: { minStatus: 400 } },
      routes: (app) => {
        app.get('/', () => {
          throw Object.assign(new Error('boom'), { status: 404 })
        })
        app.use(hedgerowErrors(), page)
      },
    })

    await site.visit('/')

    expect(await exceptionsOf(site)).toMatchObject([{ status: 404 }])
  })

  it('are captured once by several observers, and by the application itself', async () => {
    const error = new Error('boom')
    const site = await startSite(express, {
      routes: (app, client) => {
        const router = express.Router()
        router.get('/', (req) => {
          req.hedgerow.captureException(error)
          client.captureException(error)
          throw error
        })
        router.use(hedgerowErrors(), hedgerowErrors())
        app.use('/nested', router)
        app.use(hedgerowErrors(), page)
      },
    })

    await site.visit('/nested')

    expect(await exceptionsOf(site)).toMatchObject([{ value: 'boom', mechanism: { type: 'generic' } }])
  })

  it('are captured when a stream breaks off, whose status was sent long before', async () => {
    const site = await failing(express, (app) =>
      app.get('/', (_req, res, next) => {
        res.type('html').write('<h1>half a pa')
        setImmediate(() => next(new Error('lost the database')))
      }),
    )

    await expect(site.visit('/')).rejects.toThrow('aborted')
    expect(await exceptionsOf(site)).toMatchObject([{ value: 'lost the database', status: 200 }])
  })

  it('are none when the visitor breaks an upload off', async () => {
    let aborted: unknown
    let arrive = () => {}
    const arrived = new Promise<void>((resolve) => (arrive = resolve))
    const site = await startSite(express, {
      routes: (app) => {
        app.use((_req, _res, next) => (arrive(), next()))
        app.post('/', express.json(), (_req, res) => void res.send('uploaded'))
        const note: ErrorRequestHandler = (error: unknown, _req, _res, next) => next((aborted = error))
        app.use(note, hedgerowErrors(), page)
      },
    })

    await send(site.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'content-length': 1000 },
      body: '{"half":',
      hangUp: arrived,
    }).catch(() => {})
    await site.posthog.waitFor(() => aborted !== undefined)

    expect(aborted).toMatchObject({ message: 'request aborted' })
    expect(await exceptionsOf(site)).toEqual([])
  })

  it('pass without the middleware above, and without a client that works', async () => {
    const off = await startSite(express, {
      token: '',
      routes: (app) => {
        app.get('/', () => {
          throw new Error('boom')
        })
        app.use(hedgerowErrors(), page)
      },
    })
    const bare = await startSite(express, {
      above: (app) => {
        app.get('/', () => {
          throw new Error('boom')
        })
        app.use(hedgerowErrors(), page)
      },
      routes: () => {},
    })

    for (const site of [off, bare]) {
      expect(await site.visit('/')).toMatchObject({ status: 500, body: '<h1>boom</h1>' })
      expect(await site.events()).toEqual([])
    }
  })

  it.each(stages)('change nothing of the answer while PostHog is dead: %s', async (stage) => {
    const plain = await startPlainSite(express)
    const site = await startSite(express, {
      routes: observableErrors(express),
      request: { flags: { preload: 'never' } },
    })
    await site.posthog.stop()

    const [without, answer] = [await send(plain + stage), await site.send(stage)]

    expect([answer.status, answer.body]).toEqual([without.status, without.body])
    await site.posthog.waitFor(() => site.client.stats().pending > 0)
    expect(site.client.stats().accepted).toBe(1)
  })

  it('are described after the response, which waits for nothing', async () => {
    let isOver = false
    let describedBeforeTheEnd = false
    const site = await startSite(express, {
      client: {
        before_send: (event) => {
          if (event.event === '$exception') describedBeforeTheEnd ||= !isOver
          return event
        },
      },
      routes: (app) => {
        app.use((_req, res, next) => {
          res.once('close', () => (isOver = true))
          next()
        })
        app.get('/', () => {
          throw new Error('boom')
        })
        app.use(hedgerowErrors(), page)
      },
    })

    await site.visit('/')

    expect(await exceptionsOf(site)).toHaveLength(1)
    expect(describedBeforeTheEnd).toBe(false)
  })

  it('are not observed where it is not mounted', async () => {
    const site = await startSite(express, {
      routes: (app) => {
        app.get('/', () => {
          throw new Error('boom')
        })
        app.use(page)
      },
    })

    await site.visit('/')

    expect((await site.events()).map(({ event }) => event)).toEqual(['$pageview'])
  })
})

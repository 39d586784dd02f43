import type { FastifyInstance, RouteShorthandOptions } from 'fastify'
import { browserCookie, documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import { ConfigError, type HedgerowRouteConfig, type RequireFlagOptions, requireFlag } from '../src/index.ts'
import { type FastifyModule, majors, startSite, type TestSite } from './test-site.ts'

const cookie = browserCookie({ distinct_id: 'browser_1' })
const headers = { ...documentHeaders, cookie }
const flags = { on: true, off: false, blue: 'blue' }

/** The two ways to say which flag a route needs. */
const ways: [string, (key: string, options?: RequireFlagOptions) => RouteShorthandOptions][] = [
  ['in its config', (flag, options) => ({ config: { hedgerow: { flag, ...options } } })],
  ['by requireFlag', (key, options) => ({ preHandler: requireFlag(key, options) })],
]

async function guarded(
  fastify: FastifyModule,
  options: RouteShorthandOptions,
  more: (app: FastifyInstance) => unknown = () => {},
): Promise<TestSite> {
  const site = await startSite(fastify, {
    routes: async (app) => {
      await more(app)
      app.route({ method: ['GET', 'POST'], url: '/', ...options, handler: async () => 'behind the gate' })
    },
  })
  site.posthog.flags = flags
  return site
}

describe.each(majors)('%s', (_name, fastify) => {
  describe.each(ways)('a route with a flag %s', (_way, gate) => {
    it.each<[string, string, RequireFlagOptions, number]>([
      ['a flag that is on', 'on', {}, 200],
      ['a flag that is off', 'off', {}, 404],
      ['any variant', 'blue', {}, 200],
      ['the variant', 'blue', { variant: 'blue' }, 200],
      ['another variant', 'blue', { variant: 'green' }, 404],
      ['an unknown flag', 'unknown', {}, 404],
      ['an unknown flag, allowed', 'unknown', { whenUnknown: 'allow' }, 200],
      ['a flag that is off, although unknown ones are allowed', 'off', { whenUnknown: 'allow' }, 404],
    ])('for %s', async (_case, key, options, status) => {
      const site = await guarded(fastify, gate(key, options))

      const answer = await site.send('/', { headers })

      expect(answer.status).toBe(status)
      expect(answer.body.includes('behind the gate')).toBe(status === 200)
    })

    it.each<[RequireFlagOptions['otherwise'], number, string, string | undefined]>([
      [undefined, 404, 'own 404', undefined],
      ['not-found', 404, 'own 404', undefined],
      ['forbidden', 403, 'own 403: Forbidden', undefined],
      [{ redirect: '/soon?from=gate' }, 302, '', '/soon?from=gate'],
      [(request) => request.hedgerow.distinctId, 200, 'browser_1', undefined],
      [async (_request, reply) => (reply.code(418), 'teapot'), 418, 'teapot', undefined],
      [(_request, reply) => reply.code(402).send('sent'), 402, 'sent', undefined],
      [(_request, reply) => void setImmediate(() => void reply.send('later')), 200, 'later', undefined],
      [async (_request, reply) => void reply.send('sent'), 200, 'sent', undefined],
    ])(
      'that is closed, otherwise %o, answers as the application does',
      async (otherwise, status, body, to) => {
        const site = await guarded(fastify, gate('off', { otherwise }), (app) => {
          app.setNotFoundHandler((_request, reply) => reply.code(404).send('own 404'))
          app.setErrorHandler((error: Error & { statusCode?: number }, _request, reply) =>
            reply.code(error.statusCode ?? 500).send(`own ${error.statusCode}: ${error.message}`),
          )
        })

        const answer = await site.send('/', { headers })

        expect([answer.status, answer.body, answer.headers.location]).toEqual([status, body, to])
      },
    )

    it.each<[string, RequireFlagOptions['otherwise']]>([
      [
        'throws',
        () => {
          throw new Error('refused badly')
        },
      ],
      ['rejects', async () => Promise.reject(new Error('refused badly'))],
    ])('hands the error to Fastify when otherwise %s', async (_case, otherwise) => {
      const site = await guarded(fastify, gate('off', { otherwise }))

      const answer = await site.send('/', { headers })

      expect(answer.status).toBe(500)
      expect(JSON.parse(answer.body)).toMatchObject({ message: 'refused badly' })
    })

    it('is forbidden in Fastify’s own words', async () => {
      const site = await guarded(fastify, gate('off', { otherwise: 'forbidden' }))

      const answer = await site.send('/', { headers })

      expect(JSON.parse(answer.body)).toEqual({ statusCode: 403, error: 'Forbidden', message: 'Forbidden' })
    })

    it('loads the flags of a request that is no page itself', async () => {
      const site = await guarded(fastify, gate('on'))

      const answer = await site.send('/', { method: 'POST', headers: { cookie } })

      expect(answer.status).toBe(200)
      expect(site.posthog.flagCalls()).toHaveLength(1)
      expect(site.warnings()).toEqual([])
    })

    it('guards the HEAD request that Fastify adds', async () => {
      const site = await startSite(fastify, {
        routes: (app) => app.get('/', gate('off'), async () => 'behind the gate'),
      })
      site.posthog.flags = flags

      expect((await site.send('/', { method: 'HEAD', headers: { cookie } })).status).toBe(404)
    })

    it.each<['deny' | 'allow', number]>([
      ['deny', 404],
      ['allow', 200],
    ])('without an answer in time does as whenUnknown says: %s', async (whenUnknown, status) => {
      const site = await guarded(fastify, gate('on', { whenUnknown }))
      site.posthog.always('/flags/', 'hang')

      const pending = site.send('/', { method: 'POST', headers: { cookie } })
      await site.posthog.waitFor(() => site.posthog.flagCalls().length === 1)
      await site.runtime.advance(250)

      expect((await pending).status).toBe(status)
    })

    it('counts as a read: the flag is on the events of the request', async () => {
      const site = await guarded(fastify, gate('blue'), (app) => {
        app.addHook('onSend', async (request) => request.hedgerow.capture('asked'))
      })

      await site.send('/', { headers })

      const asked = (await site.events()).find(({ event }) => event === 'asked')
      expect(asked?.properties['$feature/blue']).toBe('blue')
    })

    it('hands an error of the handler behind it to Fastify', async () => {
      const site = await startSite(fastify, {
        routes: (app) =>
          app.get('/', gate('on'), () => {
            throw new Error('thrown behind the gate')
          }),
      })
      site.posthog.flags = flags

      const answer = await site.visit('/')

      expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
        500,
        { message: 'thrown behind the gate' },
      ])
    })

    it('that another gate has closed asks for nothing', async () => {
      const site = await startSite(fastify, {
        routes: (app) => {
          app.addHook('preHandler', requireFlag('off', { otherwise: 'forbidden' }))
          app.get('/', gate('on'), async () => 'behind the gates')
        },
      })
      site.posthog.flags = flags

      expect((await site.visit('/')).status).toBe(403)
    })
  })

  it('a flag in a config is asked about whom the route’s own hooks have authenticated', async () => {
    const site = await startSite(fastify, {
      request: { identity: { resolve: (request) => Reflect.get(request, 'userId') as string | undefined } },
      routes: (app) => {
        const authenticate = async (request: object) => void Reflect.set(request, 'userId', 'user_1')
        const config = { hedgerow: { flag: 'on' } }
        app.post('/', { config, preHandler: authenticate }, async () => 'behind the gate')
      },
    })
    site.posthog.flags = flags

    await site.send('/', { method: 'POST', headers: { cookie } })

    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
  })

  it('a flag in a config guards a route that was declared before the plugin was loaded', async () => {
    const shared = { hedgerow: { flag: 'off' } }
    const site = await startSite(fastify, {
      above: (app) => app.get('/early', { config: shared }, async () => 'behind the gate'),
      routes: (app) => app.get('/late', { config: shared }, async () => 'behind the gate'),
    })
    site.posthog.flags = flags

    expect([(await site.visit('/early')).status, (await site.visit('/late')).status]).toEqual([404, 404])
  })

  it('a config that cannot work, of a route declared before the plugin was loaded, keeps the route closed', async () => {
    const config = { hedgerow: { flag: '' } }
    const site = await startSite(fastify, {
      above: (app) => app.get('/early', { config }, async () => 'behind the gate'),
      routes: () => {},
    })

    const answer = await site.visit('/early')

    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      500,
      { message: 'config.hedgerow of route GET /early needs the key of a flag, a non-empty string' },
    ])
  })

  it.each<[string, unknown, string]>([
    ['an empty key', { flag: '' }, 'needs the key of a flag, a non-empty string'],
    ['a number for a key', { flag: 17 }, 'needs the key of a flag, a non-empty string'],
    ['an unknown otherwise', { flag: 'on', otherwise: 'teapot' }, "needs 'not-found', 'forbidden',"],
    ['a redirect to nowhere', { flag: 'on', otherwise: { redirect: 17 } }, "needs 'not-found', 'forbidden',"],
    ['an unknown whenUnknown', { flag: 'on', whenUnknown: 'maybe' }, "needs 'deny' or 'allow'"],
    ['a variant that is no text', { flag: 'on', variant: true }, 'needs the name of a variant'],
    ['a typing error', { flagg: 'on' }, 'has an unknown member flagg; it may have flag, variant'],
    ['options without a flag', { otherwise: 'forbidden' }, 'has options of a flag without one'],
    ['a pageview that is no boolean', { pageview: 'yes' }, 'needs true or false as its pageview'],
    ['a capture that is no boolean', { capture: 0 }, 'needs true or false as its capture'],
    ['true', true, 'must be an object, or false'],
    ['null', null, 'must be an object, or false'],
  ])('a config with %s fails where the route is declared', async (_case, hedgerow, message) => {
    let error: unknown
    await startSite(fastify, {
      routes: (app) => {
        // What the types forbid, plain JavaScript still passes.
        const config = { hedgerow: hedgerow as HedgerowRouteConfig }
        try {
          app.get('/beta/:id', { config }, async () => 'behind the gate')
        } catch (thrown) {
          error = thrown
        }
      },
    })

    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).message).toContain(`config.hedgerow of route GET /beta/:id ${message}`)
  })

  it('requireFlag without the plugin says what is missing', async () => {
    const app = fastify()
    app.get('/', { preHandler: requireFlag('on') }, async () => 'behind the gate')

    const answer = await app.inject('/')

    expect([answer.statusCode, answer.json()]).toMatchObject([
      500,
      {
        message:
          "requireFlag('on') needs request.hedgerow; register hedgerow for this route, and do not switch it off there",
      },
    ])
  })
})

describe('requireFlag', () => {
  it.each<[string, unknown, unknown]>([
    ['no key', undefined, {}],
    ['an empty key', '', {}],
    ['a number for a key', 17, {}],
    ['an unknown otherwise', 'on', { otherwise: 'teapot' }],
    ['the next route, which Fastify does not have', 'on', { otherwise: 'next' }],
    ['a redirect to nowhere', 'on', { otherwise: { redirect: 17 } }],
    ['an unknown whenUnknown', 'on', { whenUnknown: 'maybe' }],
    ['a variant that is no text', 'on', { variant: true }],
  ])('with %s fails where it is called', (_case, key, options) => {
    // What the types forbid, plain JavaScript still passes.
    expect(() => requireFlag(key as string, options as RequireFlagOptions)).toThrow(ConfigError)
  })
})

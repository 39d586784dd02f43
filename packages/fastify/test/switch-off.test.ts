import type { FastifyInstance } from 'fastify'
import { describe, expect, it } from 'vitest'
import { hedgerow, requireFlag } from '../src/index.ts'
import { majors, startSite } from './test-site.ts'

/** A page that says whether it has a scope. */
function page(app: FastifyInstance, path: string, config: object = {}): void {
  app.get(path, { config }, async (request, reply) =>
    reply.type('text/html').send(request.hedgerow === null ? 'off' : 'on'),
  )
}

describe.each(majors)('switching off in %s', (_name, fastify) => {
  it('a route, by its config, leaves it without scope, cookie and pageview', async () => {
    const site = await startSite(fastify, {
      routes: (app) => {
        page(app, '/on')
        page(app, '/off', { hedgerow: false })
      },
    })

    const [on, off] = [await site.visit('/on'), await site.visit('/off')]

    expect([on.body, off.body]).toEqual(['on', 'off'])
    expect([on.headers['set-cookie']?.length, off.headers['set-cookie']]).toEqual([1, undefined])
    expect((await site.events()).map(({ properties }) => properties['$route'])).toEqual(['/on'])
  })

  it('a plugin, by registering again with enabled: false, leaves out all below it and nothing beside it', async () => {
    const site = await startSite(fastify, {
      routes: (app) => {
        void app.register(
          async (admin) => {
            page(admin, '/declared-before')
            await admin.register(hedgerow, { enabled: false })
            await admin.register(hedgerow, { enabled: false }) // harmless
            page(admin, '/users/:id')
            admin.setNotFoundHandler((request, reply) =>
              reply
                .type('text/html')
                .code(404)
                .send(request.hedgerow === null ? 'off' : 'on'),
            )
            void admin.register(async (deep) => page(deep, '/page'), { prefix: '/deep' })
          },
          { prefix: '/admin' },
        )
        void app.register(async (shop) => page(shop, '/page'), { prefix: '/shop' })
        page(app, '/page')
      },
    })

    const bodies = []
    for (const path of ['/admin/declared-before', '/admin/users/7', '/admin/nowhere', '/admin/deep/page'])
      bodies.push((await site.visit(path)).body)
    const others = [(await site.visit('/shop/page')).body, (await site.visit('/page')).body]

    expect(bodies).toEqual(['off', 'off', 'off', 'off'])
    expect(others).toEqual(['on', 'on'])
    expect((await site.events()).map(({ properties }) => properties['$route'])).toEqual([
      '/shop/page',
      '/page',
    ])
  })

  it('a plugin, by an onRoute hook of its own, is a matter of config too', async () => {
    const site = await startSite(fastify, {
      routes: (app) =>
        app.register(async (api) => {
          api.addHook('onRoute', (route) => {
            route.config = { ...route.config, hedgerow: false }
          })
          page(api, '/api')
        }),
    })

    expect((await site.visit('/api')).body).toBe('off')
  })

  it('one of two clients leaves the other on', async () => {
    const site = await startSite(fastify, {
      routes: async (app) => {
        await app.register(hedgerow, { token: '', name: 'eu', logLevel: 'error', runtime: { log: () => {} } })
        void app.register(
          async (admin) => {
            await admin.register(hedgerow, { enabled: false, name: 'eu' })
            admin.get('/', async (request) => [
              request.hedgerow === null,
              Reflect.get(request, 'eu') === null,
            ])
          },
          { prefix: '/admin' },
        )
      },
    })

    expect((await site.visit('/admin')).body).toBe('[false,true]')
  })

  it('does not open a gate', async () => {
    const site = await startSite(fastify, {
      routes: (app) =>
        app.get(
          '/',
          { config: { hedgerow: false }, preHandler: requireFlag('on', { whenUnknown: 'allow' }) },
          async () => 'behind the gate',
        ),
    })

    expect((await site.visit('/')).status).toBe(500)
  })
})

import type { FastifyInstance } from 'fastify'
import { documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type FastifyModule, majors, type SiteParts, startSite } from './test-site.ts'

const page = async () => '<h1>page</h1>'

/** Everything is a page of HTML here. */
function html(app: FastifyInstance): void {
  app.addHook('onRequest', async (_request, reply) => void reply.type('text/html'))
}

async function routeOf(
  fastify: FastifyModule,
  routes: SiteParts['routes'],
  path: string,
): Promise<[status: unknown, route: unknown]> {
  const site = await startSite(fastify, { routes, above: html })
  await site.visit(path)
  const events = (await site.events()).filter(({ event }) => event === '$pageview')
  expect(events).toHaveLength(1)
  const { properties } = events[0] ?? {}
  return [properties?.['$response_status_code'], properties?.['$route']]
}

describe.each(majors)('the route in %s', (_name, fastify) => {
  const routes = (app: FastifyInstance) => {
    app.get('/', page)
    app.get('/about/:page', page)
    app.get('/files/*', page)
    app.get('/codes/:code(^\\d+$)', page)
    app.get('/at/:hour(^\\d{2})h:minute(^\\d{2})m', page)
    app.route({ method: ['GET', 'POST'], url: '/both/:id', handler: page })
    void app.register(
      async (shops) => {
        shops.get('/', page)
        void shops.register(async (products) => void products.get('/:product', page), {
          prefix: '/:shop/products',
        })
      },
      { prefix: '/shops' },
    )
  }

  it.each([
    ['/', '/'],
    ['/?page=2', '/'],
    ['/about/team', '/about/:page'],
    ['/about/caf%C3%A9', '/about/:page'],
    ['/files/a/b.txt', '/files/*'],
    ['/codes/17', '/codes/:code(^\\d+$)'],
    ['/at/08h30m', '/at/:hour(^\\d{2})h:minute(^\\d{2})m'],
    ['/both/7', '/both/:id'],
    ['/shops', '/shops'],
    ['/shops/7/products/9', '/shops/:shop/products/:product'],
  ])('of %s is %s', async (path, route) => {
    expect(await routeOf(fastify, routes, path)).toEqual([200, route])
  })

  it('of a prefix with a slash behind it is as Fastify says', async () => {
    const said = majors[0]?.[1] === fastify ? '/shops' : '/shops/'

    expect(await routeOf(fastify, routes, '/shops/')).toEqual([200, said])
  })

  it('of a page that no route knows is (unmatched)', async () => {
    const notFound = (app: FastifyInstance) => {
      app.setNotFoundHandler((_request, reply) => reply.code(404).send('<h1>nothing here</h1>'))
    }

    expect(await routeOf(fastify, notFound, '/nowhere/17')).toEqual([404, '(unmatched)'])
  })

  it('stays what was asked for when its handler finds nothing', async () => {
    const missing = (app: FastifyInstance) => {
      app.get('/products/:id', (_request, reply) => reply.callNotFound())
      app.setNotFoundHandler((_request, reply) => reply.code(404).send('<h1>nothing here</h1>'))
    }

    expect(await routeOf(fastify, missing, '/products/moon')).toEqual([404, '/products/:id'])
  })

  it('is (unmatched) when a catch-all found nothing, so that scanners count no pageviews', async () => {
    const site = await startSite(fastify, {
      above: html,
      routes: (app) => {
        app.get('/*', (_request, reply) => reply.callNotFound())
        app.setNotFoundHandler((_request, reply) => reply.code(404).send('<h1>nothing here</h1>'))
      },
    })

    await site.visit('/wp-admin.html')
    await site.send('/wp-admin.html', {
      headers: { accept: 'text/html', 'user-agent': documentHeaders['user-agent'] },
    })

    expect((await site.events()).map(({ properties }) => properties['$route'])).toEqual(['(unmatched)'])
  })

  it.each(['late', 'thrown', 'hook'])('stays on the error page of the application: %s', async (name) => {
    const failing = (app: FastifyInstance) => {
      app.setErrorHandler((_error, _request, reply) =>
        reply.type('text/html').code(500).send('<h1>oops</h1>'),
      )
      app.get('/late/:id', async () => {
        await Promise.resolve()
        throw new Error('late')
      })
      app.get('/thrown/:id', () => {
        throw new Error('thrown')
      })
      app.get('/hook/:id', { preHandler: (_request, _reply, done) => done(new Error('hook')) }, page)
    }

    expect(await routeOf(fastify, failing, `/${name}/7`)).toEqual([500, `/${name}/:id`])
  })

  it('is that of the constraint which matched', async () => {
    const versions = (app: FastifyInstance) => {
      app.get('/v/:old', { constraints: { host: 'old.example.com' } }, page)
      app.get('/v/:fresh', { constraints: { host: 'new.example.com' } }, page)
    }
    const site = await startSite(fastify, { routes: versions, above: html })

    await site.visit('/v/1', { host: 'new.example.com' })

    expect((await site.events())[0]?.properties['$route']).toBe('/v/:fresh')
  })

  it('is the path that the router saw, where the URL was rewritten, and the URL is the visitor’s', async () => {
    const site = await startSite(fastify, {
      above: html,
      routes,
      server: { rewriteUrl: (request) => request.url?.replace('/fr/', '/') ?? '/' },
    })

    await site.visit('/fr/about/team')

    expect((await site.events())[0]?.properties).toMatchObject({
      $route: '/about/:page',
      $pathname: '/fr/about/team',
    })
  })
})

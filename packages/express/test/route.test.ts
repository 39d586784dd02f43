import type { ErrorRequestHandler, Express } from 'express'
import { documentHeaders, sendText } from 'testkit'
import { describe, expect, it } from 'vitest'
import { hedgerowErrors } from '../src/index.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

const errorPage: ErrorRequestHandler = (error: Error, _req, res, _next) => {
  res.status(500).send(`<h1>${error.message}</h1>`)
}

async function routeOf(
  express: ExpressModule,
  routes: (app: Express) => void,
  path: string,
): Promise<[status: unknown, route: unknown]> {
  const site = await startSite(express, { routes })
  await site.visit(path)
  const pageviews = (await site.events()).filter(({ event }) => event === '$pageview')
  expect(pageviews).toHaveLength(1)
  const { properties } = pageviews[0] ?? {}
  return [properties?.['$response_status_code'], properties?.['$route']]
}

describe.each(majors)('the route in %s', (_name, express) => {
  const mounted = (app: Express) => {
    const products = express.Router({ mergeParams: true })
    const shops = express.Router()
    products.get('/', (_req, res) => res.send('list'))
    products.get('/:product', (req, res) => res.send(JSON.stringify(req.params)))
    products.route('/:product/reviews').get((_req, res) => res.send('reviews'))
    shops.get('/', (_req, res) => res.send('shops'))
    shops.use('/:shop/products', products)
    app.use('/shops', shops)
    app.use('/archive/:year/shops', shops)
    app.get('/', (_req, res) => res.send('home'))
  }

  it.each([
    ['/', '/'],
    ['/shops', '/shops'],
    ['/shops/', '/shops'],
    ['/shops/7/products', '/shops/:shop/products'],
    ['/shops/7/products/', '/shops/:shop/products'],
    ['/shops/7/products/9/reviews', '/shops/:shop/products/:product/reviews'],
    ['/archive/2024/shops/7/products/9', '/archive/:year/shops/:shop/products/:product'],
    ['/archive/2024/shops', '/archive/:year/shops'],
  ])('of %s is %s', async (path, route) => {
    expect(await routeOf(express, mounted, path)).toEqual([200, route])
  })

  it('of a router on several paths is the one that was requested', async () => {
    const routes = (app: Express) => {
      const router = express.Router()
      router.get(['/a/:x', '/b/:y/c'], (_req, res) => res.send('page'))
      app.use(['/one/:first', '/two'], router)
      app.get(['/plain', '/simple/:id'], (_req, res) => res.send('page'))
    }

    expect(await routeOf(express, routes, '/one/1/a/2')).toEqual([200, '/one/:first/a/:x'])
    expect(await routeOf(express, routes, '/two/b/2/c')).toEqual([200, '/two/b/:y/c'])
    expect(await routeOf(express, routes, '/plain')).toEqual([200, '/plain'])
    expect(await routeOf(express, routes, '/simple/5')).toEqual([200, '/simple/:id'])
  })

  it('written as a regular expression is that expression', async () => {
    const routes = (app: Express) => {
      const router = express.Router()
      router.get(/^\/codes\/(\d+)$/, (_req, res) => res.send('page'))
      app.use('/v1', router)
    }

    expect(await routeOf(express, routes, '/v1/codes/17')).toEqual([200, String.raw`/v1/^\/codes\/(\d+)$/`])
  })

  it('of a router on two paths, one within the other, is the one that leads to it', async () => {
    const routes = (app: Express) => {
      const router = express.Router()
      router.get('/edit', (_req, res) => res.send('page'))
      app.use('/a', router)
      app.use('/a/:b', router)
    }

    expect(await routeOf(express, routes, '/a/edit')).toEqual([200, '/a/edit'])
    expect(await routeOf(express, routes, '/a/7/edit')).toEqual([200, '/a/:b/edit'])
  })

  it('through a router without a path has nothing in front', async () => {
    const routes = (app: Express) => {
      const inner = express.Router()
      inner.get('/users/:id', (_req, res) => res.send('page'))
      const outer = express.Router()
      outer.use(inner)
      app.use(outer)
    }

    expect(await routeOf(express, routes, '/users/5')).toEqual([200, '/users/:id'])
  })

  it('of a mounted application has its mount path in front', async () => {
    const routes = (app: Express) => {
      const inner = express()
      const admin = express()
      const users = express.Router()
      users.get('/:user', (_req, res) => res.send('page'))
      inner.get('/status/:check', (_req, res) => res.send('page'))
      admin.use('/users', users)
      admin.get('/', (_req, res) => res.send('page'))
      admin.use('/inner', inner)
      app.use('/admin/:tenant', admin)
    }

    expect(await routeOf(express, routes, '/admin/acme')).toEqual([200, '/admin/:tenant'])
    expect(await routeOf(express, routes, '/admin/acme/users/5')).toEqual([200, '/admin/:tenant/users/:user'])
    expect(await routeOf(express, routes, '/admin/acme/inner/status/db')).toEqual([
      200,
      '/admin/:tenant/inner/status/:check',
    ])
  })

  it('is the last one that matched, when others have passed the request on', async () => {
    const routes = (app: Express) => {
      const first = express.Router()
      const second = express.Router()
      first.get('/:id', (_req, _res, next) => next())
      second.get('/:name', (_req, res) => res.send('page'))
      app.use('/items/:kind', first)
      app.get('/items/:kind/:id', (_req, _res, next) => next('route'))
      app.use('/items/:group', second)
    }

    expect(await routeOf(express, routes, '/items/5/6')).toEqual([200, '/items/:group/:name'])
  })

  it('of a page that a middleware serves is (unmatched)', async () => {
    const routes = (app: Express) => app.use('/static', (_req, res) => void res.send('page'))

    expect(await routeOf(express, routes, '/static/about.html')).toEqual([200, '(unmatched)'])
  })

  it.each<[string, (app: Express) => void]>([
    ['the error page of the application', (app) => app.use(errorPage)],
    ['the error page of the application, behind the observer', (app) => app.use(hedgerowErrors(), errorPage)],
    ['the error page of Express', () => {}],
  ])('stays on %s', async (_case, last) => {
    const routes = (app: Express) => {
      const products = express.Router()
      products.get('/passed/:id', (_req, _res, next) => next(new Error('passed on')))
      products.get('/thrown/:id', () => {
        throw new Error('thrown')
      })
      products.get('/late/:id', (_req, _res, next) => void Promise.reject(new Error('late')).catch(next))
      app.use('/shops/:shop', products)
      last(app)
    }

    expect(await routeOf(express, routes, '/shops/7/passed/1')).toEqual([500, '/shops/:shop/passed/:id'])
    expect(await routeOf(express, routes, '/shops/7/thrown/1')).toEqual([500, '/shops/:shop/thrown/:id'])
    expect(await routeOf(express, routes, '/shops/7/late/1')).toEqual([500, '/shops/:shop/late/:id'])
  })

  it('on the error page of the parent of a mounted application is as good as can still be known', async () => {
    const routes = (app: Express) => {
      const admin = express()
      const users = express.Router()
      users.get('/:user', () => {
        throw new Error('thrown')
      })
      admin.use('/users', users)
      app.use('/admin/:tenant', admin)
      app.use(errorPage)
    }

    expect(await routeOf(express, routes, '/admin/t1/users/5')).toEqual([500, '/admin/:param/users/:user'])
  })

  it('of a request with an absolute target is that of its path', async () => {
    const site = await startSite(express, { routes: mounted })
    const headers = Object.entries(documentHeaders).map(([name, value]) => `${name}: ${value}\n`)

    await sendText(
      site.port,
      `GET http://www.example.com/shops/acme/products/9 HTTP/1.1\nHost: www.example.com\nConnection: close\n${headers.join('')}\n`,
    )

    expect((await site.events())[0]?.properties['$route']).toBe('/shops/:shop/products/:product')
  })

  it('of a router that contains itself is found all the same', async () => {
    const routes = (app: Express) => {
      const tree = express.Router()
      tree.get('/leaf', (_req, res) => res.send('page'))
      tree.use('/branch', tree)
      app.use('/tree', tree)
    }

    expect(await routeOf(express, routes, '/tree/branch/branch/leaf')).toEqual([
      200,
      '/tree/branch/branch/leaf',
    ])
  })
})

describe('the route of a wildcard', () => {
  const [[, express5], [, express4]] = majors as [[string, ExpressModule], [string, ExpressModule]]

  it('is written as in Express 5', async () => {
    const routes = (app: Express) => {
      const router = express5.Router()
      router.get('/files/*path', (_req, res) => res.send('page'))
      router.get('/maybe{/:page}', (_req, res) => res.send('page'))
      app.use('/sites/:site', router)
      app.use('/deep/*rest/end', router)
    }

    expect(await routeOf(express5, routes, '/sites/s/files/a/b')).toEqual([200, '/sites/:site/files/*path'])
    expect(await routeOf(express5, routes, '/sites/s/maybe')).toEqual([200, '/sites/:site/maybe{/:page}'])
    expect(await routeOf(express5, routes, '/deep/a/b/end/maybe')).toEqual([
      200,
      '/deep/*rest/end/maybe{/:page}',
    ])
  })

  it('is written as in Express 4', async () => {
    const routes = (app: Express) => {
      const router = express4.Router()
      router.get('/files/*', (_req, res) => res.send('page'))
      router.get('/maybe/:page?', (_req, res) => res.send('page'))
      app.use('/sites/:site', router)
    }

    expect(await routeOf(express4, routes, '/sites/s/files/a/b')).toEqual([200, '/sites/:site/files/*'])
    expect(await routeOf(express4, routes, '/sites/s/maybe')).toEqual([200, '/sites/:site/maybe/:page?'])
    expect(await routeOf(express4, routes, '/sites/s/maybe/2')).toEqual([200, '/sites/:site/maybe/:page?'])
  })
})

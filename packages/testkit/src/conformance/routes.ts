import { describe, expect, it } from 'vitest'
import type { AdapterHarness, SiteRoute } from './adapter-harness.ts'
import { startSite } from './conformance-site.ts'

const page: Pick<SiteRoute, 'handle'> = { handle: ({ params }) => ({ body: JSON.stringify(params) }) }

const routes: readonly SiteRoute[] = [
  { path: '/', ...page },
  { path: '/about/:page', ...page },
  { mounts: ['/shops'], path: '/:shop', ...page },
  { mounts: ['/shops', '/:shop/products'], path: '/:product', ...page },
  { mounts: ['/shops', '/:shop/products'], path: '/:product/reviews', ...page },
  { mounts: ['/archive/:year', '/months', '/:month'], path: '/days/:day', ...page },
]

/** The route of a pageview is the whole template, through all routers. */
export function describeRoutes(harness: AdapterHarness): void {
  describe('the route of a page', () => {
    it.each([
      ['/', 200, '/'],
      ['/about/team', 200, '/about/:page'],
      ['/about/team?from=home', 200, '/about/:page'],
      ['/shops/7', 200, '/shops/:shop'],
      ['/shops/7/products/9', 200, '/shops/:shop/products/:product'],
      ['/shops/7/products/7', 200, '/shops/:shop/products/:product'],
      ['/shops/shops/products/products', 200, '/shops/:shop/products/:product'],
      ['/shops/caf%C3%A9/products/a%2Fb', 200, '/shops/:shop/products/:product'],
      ['/shops/7/products/9/reviews', 200, '/shops/:shop/products/:product/reviews'],
      ['/archive/2024/months/06/days/15', 200, '/archive/:year/months/:month/days/:day'],
      ['/nowhere', 404, '(unmatched)'],
      ['/shops/7/nothing', 404, '(unmatched)'],
    ])('%s answered with %i is %s', async (path, status, route) => {
      const site = await startSite(harness, {
        build: () => ({ routes }),
        // Not every framework has a 404 in HTML.
        request: { flags: { preload: 'never' }, pageviews: { api: true } },
      })

      const answer = await site.visit(path)

      expect(answer.status).toBe(status)
      const [pageview] = await site.events()
      expect(pageview?.properties['$route']).toBe(route)
    })
  })
}

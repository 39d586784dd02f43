import { Readable } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { visitorCookie } from '../browser-cookie.ts'
import type { AdapterHarness, SitePlan, SiteRoute } from './adapter-harness.ts'
import { type ConformanceSite, startSite } from './conformance-site.ts'

const visitor = visitorCookie('browser_1')
const shop = ['/shops/:shop']

/** A route for each way in which a handler fails. */
const failing: readonly SiteRoute[] = [
  {
    mounts: shop,
    path: '/thrown/:id',
    handle: () => {
      throw new Error('thrown')
    },
  },
  {
    mounts: shop,
    path: '/rejected/:id',
    handle: async () => {
      await Promise.resolve()
      throw new Error('rejected')
    },
  },
]

const ways = ['thrown', 'rejected'] as const

/** Whatever a handler throws, the request is settled once, as the page that the visitor saw. */
export function describeFailures(harness: AdapterHarness): void {
  const start = (plan: Omit<SitePlan, 'routes'>): Promise<ConformanceSite> =>
    startSite(harness, { build: () => ({ routes: failing, ...plan }) })

  describe('an error', () => {
    it.each(ways)('%s reaches the error page, in the scope of its request', async (way) => {
      let seen: unknown
      const site = await startSite(harness, {
        build: (client) => ({
          routes: failing,
          errorPage: (error, { scope }) => {
            seen = error
            const who = [scope?.distinctId, client.scope()?.distinctId]
            return { status: 500, body: `<h1>${who.join()}</h1>` }
          },
        }),
      })

      const answer = await site.visit(`/shops/7/${way}/9`, visitor)

      expect([answer.status, answer.body]).toEqual([500, '<h1>browser_1,browser_1</h1>'])
      expect(seen).toEqual(new Error(way))
    })

    it.each(ways)('%s makes one pageview, of the route that failed', async (way) => {
      const site = await start({ errorPage: () => ({ status: 503, body: 'error page' }) })

      await site.visit(`/shops/7/${way}/9`, visitor)

      const pageviews = (await site.events()).filter(({ event }) => event === '$pageview')
      expect(pageviews.map(({ distinct_id: id }) => id)).toEqual(['browser_1'])
      expect(pageviews[0]?.properties).toMatchObject({
        $route: `/shops/:shop/${way}/:id`,
        $response_status_code: 503,
      })
    })

    it.each(ways)('%s without an error page is settled once', async (way) => {
      const site = await start({})

      const answer = await site.visit(`/shops/7/${way}/9`, visitor)

      expect(answer.status).toBe(500)
      expect(await site.settled()).toHaveLength(1)
    })

    it('of a stream, in the middle of a page, makes one aborted pageview', async () => {
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: () => ({
                headers: { 'Content-Type': 'text/html' },
                body: Readable.from(
                  (async function* broken() {
                    yield '<h1>'
                    await Promise.resolve()
                    throw new Error('the source broke')
                  })(),
                ),
              }),
            },
          ],
        }),
      })

      // How much of the page arrives is the framework's affair.
      await site.visit('/', visitor).catch(() => {})

      const events = await site.events()
      expect(await site.settled()).toHaveLength(1)
      expect(events.length).toBeLessThanOrEqual(1)
      for (const { properties } of events) expect(properties).toMatchObject({ $aborted: true, $route: '/' })
    })

    it('of a handler that gives up in the middle of a page makes one aborted pageview', async () => {
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: ({ response }) => {
                response.writeHead(200, { 'Content-Type': 'text/html' }).write('<h1>half')
                setImmediate(() => response.destroy())
                return 'raw'
              },
            },
          ],
        }),
      })

      await expect(site.visit('/', visitor)).rejects.toThrow('aborted')

      expect(await site.settled()).toEqual(['counted, reason: page'])
      expect((await site.events())[0]?.properties).toMatchObject({ $aborted: true, $route: '/' })
    })
  })
}

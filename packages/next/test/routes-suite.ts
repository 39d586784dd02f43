import { type HttpRequest, recordedBrowserCalls, visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import { pageviewsOf, type Site } from './site.ts'

/** What the server knows of its own routes, and those that are not of pages. */
export function describeRoutes(site: Site): void {
  // A proxy of Next.js 15 runs at the edge, where nobody can read what the build wrote.
  const known = site.major >= 16

  it.each([
    ['/', '/'],
    ['/shop/7', '/shop/[id]'],
    ['/docs', '/docs/[[...slug]]'],
    ['/docs/a/b', '/docs/[[...slug]]'],
    ['/feed/photo/3', '/feed/photo/[id]'],
    ['/legacy/about', '/legacy/[page]'],
    ['/rewritten', '/who'],
    ['/nowhere', undefined],
  ])('the pageview of %s names the route', async (path, route) => {
    const visitor = `routes_${path}`

    const pageviews = () =>
      site.posthog.events().filter((seen) => seen.event === '$pageview' && seen.distinct_id === visitor)

    await site.visit(path, visitorCookie(visitor))
    await site.posthog.waitFor(() => pageviews().length > 0)

    expect(pageviews().map(({ properties }) => properties['$route'])).toEqual([known ? route : undefined])
  })

  it('an error of a page names the same route', async () => {
    await site.visit('/shop/7?boom=1', visitorCookie('routes_boom'))

    const events = await site.eventsOf('routes_boom', 2)
    const [exception] = events.filter(({ event }) => event === '$exception')
    expect(exception?.properties['$route']).toBe('/shop/[id]')
  })

  it('a page whose browser sends no Sec-Fetch headers counts where its route is known', async () => {
    const headers = {
      accept: 'text/html',
      'user-agent': 'Mozilla/5.0 (X11; Linux x64; rv:80.0) Gecko/20100101 Firefox/80.0',
      ...visitorCookie('old_browser'),
    }
    for (const path of ['/wp-login.php', '/shop/7']) await site.ask(path, { headers })
    await site.visit('/plain', visitorCookie('old_browser'))

    const events = await site.eventsOf('old_browser', known ? 2 : 1)
    expect(pageviewsOf(events)).toEqual(known ? ['/shop/7', '/plain'] : ['/plain'])
  })

  describe('P21: the ingest route', () => {
    it('passes the traffic of posthog-js on, without the cookies of the application, and counts none of it', async () => {
      const calls = await recordedBrowserCalls()
      const before = site.posthog.requests.length

      for (const { method, target, body, headers } of calls) {
        const request: HttpRequest = {
          method,
          headers: { ...Object.fromEntries(headers), cookie: 'session=secret' },
          body,
        }
        await site.ask(`/ingest${target}`, request)
      }

      const passed = site.posthog.requests.slice(before).filter(({ path }) => path !== '/batch/')
      expect(passed.map(({ method, path }) => `${method} ${path}`)).toEqual([
        'GET /static/array.js',
        'POST /e/',
        'GET /array/phc_recorded/config.js',
        'GET /static/1.449.2/surveys.js',
        'GET /static/1.449.2/lazy-recorder.js',
        'POST /flags/?v=2',
        'POST /s/',
        'POST /i/v0/e/',
        'POST /i/v0/e/',
      ])
      expect(passed.every(({ rawBody }, at) => rawBody.equals(calls[at]?.body ?? Buffer.alloc(0)))).toBe(true)
      expect(passed.flatMap(({ rawHeaders }) => rawHeaders).join('\n')).not.toMatch(/cookie|secret/i)
    })

    it('has a 404 for what posthog-js does not call', async () => {
      const before = site.posthog.requests.length

      const answer = await site.ask('/ingest/api/projects/', { headers: { accept: '*/*' } })

      expect(answer.status).toBe(404)
      expect(site.posthog.requests.slice(before).map(({ path }) => path)).toEqual([])
    })
  })

  it('P18: a route handler at the edge captures as the visitor', async () => {
    const answer = await site.ask('/api/edge', { headers: visitorCookie('edge_1') })

    expect(JSON.parse(answer.body)).toEqual({ id: 'edge_1' })
    const [asked] = await site.eventsOf('edge_1', 1)
    expect(asked).toMatchObject({ event: 'asked at the edge', properties: { $pathname: '/api/edge' } })
  })
}

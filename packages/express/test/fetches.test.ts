import type { Request } from 'express'
import { describe, expect, it } from 'vitest'
import { browserCookie } from 'testkit'
import { hedgerowErrors } from '../src/index.ts'
import { majors, startSite } from './test-site.ts'

/** As a page's script asks for data: nothing of it is a page, and most handlers of it use no scope. */
const headers = {
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  cookie: browserCookie({ distinct_id: 'browser_1' }),
}

describe.each(majors)('a request for data in %s', (_name, express) => {
  it('sends what it captures after its answer with address, host and route', async () => {
    let late: Request | undefined
    const site = await startSite(express, {
      request: { urls: { mode: 'template' } },
      routes: (app) => app.get('/carts/:cart', (req, res) => void res.json((late = req).params)),
    })

    await site.send('/carts/7', { headers })
    await site.closed()
    late?.hedgerow.capture('cart priced')

    const [event] = await site.events()
    expect(event).toMatchObject({
      distinct_id: 'browser_1',
      properties: { $ip: '127.0.0.1', $host: `127.0.0.1:${site.port}`, $pathname: '/carts/:cart' },
    })
  })

  it('whose visitor has left sends what it captures after that with their address', async () => {
    let late: Request | undefined
    const site = await startSite(express, { routes: (app) => app.get('/carts', (req) => void (late = req)) })

    const hangUp = site.posthog.waitFor(() => late !== undefined)
    await expect(site.send('/carts', { headers, hangUp })).rejects.toThrow('socket hang up')
    await site.closed()
    late?.hedgerow.capture('cart priced')

    const [event] = await site.events()
    expect(event).toMatchObject({ distinct_id: 'browser_1', properties: { $ip: '127.0.0.1' } })
  })

  it('that fails in the middle of its answer is an exception of its route, with the status that went out', async () => {
    const site = await startSite(express, {
      routes: (app) => {
        app.get('/carts/:cart', (_req, res, next) => {
          res.type('json').write('[1')
          setImmediate(() => next(new Error('lost the database')))
        })
        app.use(hedgerowErrors())
      },
    })

    await expect(site.send('/carts/7', { headers })).rejects.toThrow('aborted')

    const [event] = await site.events()
    expect(event).toMatchObject({
      event: '$exception',
      properties: { $route: '/carts/:cart', $response_status_code: 200 },
    })
  })

  it('counts where an option or the application says so, with all that a page’s event says', async () => {
    for (const pageviews of [{ api: true }, { accept: () => true }]) {
      const site = await startSite(express, {
        request: { pageviews },
        routes: (app) => app.get('/carts/:cart', (req, res) => void res.status(201).json(req.params)),
      })

      await site.send('/carts/7', { headers: { ...headers, 'user-agent': 'Mozilla/5.0 (X11)' } })

      const [event] = await site.events()
      expect(event).toMatchObject({
        event: '$pageview',
        properties: { $route: '/carts/:cart', $response_status_code: 201, $ttfb_ms: 0 },
      })
    }
  })
})

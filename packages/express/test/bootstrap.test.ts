import { runInNewContext } from 'node:vm'
import { browserCookie, browserSession, cookieBack, cookieMembers } from 'testkit'
import { describe, expect, it } from 'vitest'
import type { Bootstrap } from '../src/index.ts'
import { localSite } from './local-site.ts'
import { majors, startTime } from './test-site.ts'

/** What the page's inline script leaves in its window. */
function windowOf(page: string): Bootstrap {
  const source = /<script nonce="bm9uY2U=">(.*?)<\/script>/s.exec(page)?.[1] ?? ''
  const window: { __hedgerow?: Bootstrap } = {}
  runInNewContext(source, { window })
  if (!window.__hedgerow) throw new Error('the page holds no bootstrap')
  return window.__hedgerow
}

describe.each(majors)('a page with its bootstrap in %s', (_name, express) => {
  const start = () =>
    localSite(express, {
      routes: (app) => {
        app.get('/', ({ hedgerow: scope }, res) => {
          res.set('Cache-Control', 'private, max-age=60')
          res.send(`<h1>${scope.flags.getFlag('hero')}</h1>${scope.bootstrapScript('bm9uY2U=')}`)
        })
        app.get('/shared', (req, res) => {
          res.set('Cache-Control', 'public, max-age=60').send(req.hedgerow.bootstrapScript())
        })
      },
    })

  it('has one id on its first visit: of events, flags, browser, cookie and the next request', async () => {
    const site = await start()

    const first = await site.visit('/')
    const { distinctID, isIdentifiedID, featureFlags, sessionID } = windowOf(first.body)
    const second = await site.visit('/', { cookie: cookieBack(first) })

    expect(first.body).toContain('<h1>blue</h1>')
    expect(featureFlags).toEqual({ hero: 'blue', on: true, off: false, mine: false })
    expect(isIdentifiedID).toBe(false)
    expect(cookieMembers(first)).toMatchObject({
      distinct_id: distinctID,
      $sesid: [startTime, sessionID, startTime],
    })
    expect(windowOf(second.body)).toMatchObject({ distinctID, sessionID })
    const events = await site.events()
    expect(events.map(({ event, distinct_id: id }) => [event, id])).toEqual([
      ['$feature_flag_called', distinctID],
      ['$pageview', distinctID],
      ['$pageview', distinctID],
    ])
    expect(events[1]?.properties).toMatchObject({ $session_id: sessionID, '$feature/hero': 'blue' })
  })

  it('gives the browser its own session back', async () => {
    const site = await start()
    const cookie = browserCookie({ distinct_id: 'browser_1', $sesid: [startTime, browserSession, startTime] })

    const { body } = await site.visit('/', { cookie })

    expect(windowOf(body)).toMatchObject({ distinctID: 'browser_1', sessionID: browserSession })
  })

  it('keeps its Cache-Control, and is warned of once where shared caches may store it', async () => {
    const site = await start()

    const answers = [await site.visit('/'), await site.visit('/shared'), await site.visit('/shared')]
    await site.closed()

    expect(answers.map(({ headers }) => headers['cache-control'])).toEqual([
      'private, max-age=60',
      'public, max-age=60',
      'public, max-age=60',
    ])
    const told = site.warnings().filter((line) => line.includes('Cache-Control'))
    expect(told).toEqual([expect.stringContaining('the response to GET /shared holds one visitor')])
  })

  it('is counted by the browser alone in hybrid mode; every other page by the server', async () => {
    const site = await localSite(express, {
      request: { pageviews: { mode: 'hybrid' } },
      routes: (app) => {
        app.get('/with', (req, res) => res.send(req.hedgerow.bootstrapScript()))
        app.get('/without', (req, res) => res.send(req.hedgerow.distinctId))
      },
    })

    await site.visit('/with')
    await site.visit('/without')

    expect((await site.events()).map(({ properties }) => properties['$pathname'])).toEqual(['/without'])
  })
})

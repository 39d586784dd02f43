import { browserCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import { requireFlag } from '../src/index.ts'
import { localSite, readingRoutes, waitingSite } from './local-site.ts'
import { majors } from './test-site.ts'

const visitor = (id: string) => ({ cookie: browserCookie({ distinct_id: id }) })
describe.each(majors)('definitions that are not there yet in %s', (_name, express) => {
  it('are awaited by a page until they come, and nobody else is asked', async () => {
    const { site, give } = await waitingSite(express, {
      routes: (app) => readingRoutes(app, ['hero', 'mine']),
    })

    const visit = site.visit('/', visitor('browser_1'))
    await site.posthog.waitFor(() => site.runtime.nextTimerDelayMs === 250)
    give()

    expect(JSON.parse((await visit).body)).toEqual(['loaded', 'blue', true])
    expect(site.posthog.flagCalls()).toEqual([])
  })

  it('are awaited by a page within the deadline, then flags have their defaults', async () => {
    const { site, give } = await waitingSite(express, {
      request: { flags: { defaults: { mine: true } } },
      routes: (app) => readingRoutes(app, ['hero', 'mine']),
    })

    const visit = site.visit('/', visitor('browser_1'))
    await site.posthog.waitFor(() => site.runtime.nextTimerDelayMs === 250)
    await site.runtime.advance(250)
    const first = await visit
    give()
    await site.client.waitForLocalEvaluationReady()
    const second = await site.visit('/', visitor('browser_1'))

    expect(JSON.parse(first.body)).toEqual(['unavailable', null, true])
    expect(JSON.parse(second.body)).toEqual(['loaded', 'blue', true])
    expect(site.posthog.flagCalls()).toEqual([])
    // Nobody was exposed to anything by the first page.
    expect((await site.events()).map(({ properties }) => properties['$feature_flag'])).toEqual([
      'hero',
      'mine',
    ])
  })

  it('are awaited by a gate of any request', async () => {
    const { site, give } = await waitingSite(express, {
      routes: (app) => app.post('/', requireFlag('on'), (_req, res) => res.send('in')),
    })

    const form = site.send('/', { method: 'POST', headers: visitor('browser_1') })
    await site.posthog.waitFor(() => site.runtime.nextTimerDelayMs === 250)
    give()

    expect((await form).body).toBe('in')
    expect(site.posthog.flagCalls()).toEqual([])
  })

  it('serve a gate that is reached after the page has stopped waiting', async () => {
    const { site, give } = await waitingSite(express, {
      routes: (app, client) => {
        app.use((_req, _res, next) => {
          give()
          void client.waitForLocalEvaluationReady().then(() => next())
        })
        app.get('/', requireFlag('on'), (_req, res) => res.send('in'))
      },
    })

    const page = site.visit('/', visitor('browser_1'))
    await site.posthog.waitFor(() => site.runtime.nextTimerDelayMs === 250)
    await site.runtime.advance(250)

    expect((await page).body).toBe('in')
    expect(site.posthog.flagCalls()).toEqual([])
  })

  it('and cannot be loaded leave pages to PostHog', async () => {
    const site = await localSite(express, {
      definitions: { status: 500 },
      routes: (app) => readingRoutes(app, ['open', 'on']),
    })

    const page = await site.visit('/', visitor('browser_1'))

    expect(JSON.parse(page.body)).toEqual(['loaded', 'remote', 'remote'])
    expect(site.posthog.flagCalls()).toHaveLength(1)
  })
})

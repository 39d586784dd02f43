import type { Express } from 'express'
import { describe, expect, it } from 'vitest'
import { send } from 'testkit'
import { majors } from '../test-site.ts'
import { startIngestSite } from './ingest-site.ts'

describe.each(majors)('%s, mounted', (_name, express) => {
  it.each(['/e/', '/e', '/flags/?v=2', '/flags?v=2', '/i/v0/e/?ip=0&_=1&x=%2F..%2F'])(
    'above redirects of every kind, %s arrives as it was sent',
    async (target) => {
      const site = await startIngestSite(express, { below: redirectEverything })

      await send(`${site.url}/ingest${target}`, { method: 'POST', body: 'x' })

      expect(site.posthog.requests.map(({ path }) => path)).toEqual([target])
    },
  )

  it('below a redirect that takes slashes off, a browser that follows it loses nothing', async () => {
    const site = await startIngestSite(express, { above: withoutTrailingSlashes })

    const answer = await fetch(`${site.url}/ingest/e/?ip=0`, { method: 'POST', body: 'the events' })

    expect([answer.status, answer.redirected]).toEqual([200, true])
    expect(site.posthog.requests.map(({ path, body }) => [path, body])).toEqual([['/e?ip=0', 'the events']])
  })

  it('below a redirect that makes a GET of it, an upload is refused instead of lost in silence', async () => {
    const site = await startIngestSite(express, {
      above: (app) => app.post('/ingest/e/', (_req, res) => res.redirect(301, '/ingest/e')),
    })

    const answer = await fetch(`${site.url}/ingest/e/`, { method: 'POST', body: 'the events' })

    expect(answer.status).toBe(405)
    expect(site.posthog.requests).toEqual([])
  })

  it('below a rewrite for languages, at the path that it makes', async () => {
    const site = await startIngestSite(express, {
      above: (app) =>
        app.use((req, _res, next) => {
          req.url = `/en${req.url}`
          next()
        }),
      path: '/en/ingest',
    })

    await send(`${site.url}/ingest/e/`, { method: 'POST', body: 'x' })

    expect(site.posthog.requests.map(({ path }) => path)).toEqual(['/e/'])
  })

  it('in a router of a router, at any path', async () => {
    const site = await startIngestSite(express, {
      path: '/:tenant/a/ingest',
    })

    await send(`${site.url}/acme/a/ingest/flags/?v=2`, { method: 'POST', body: '{}' })

    expect(site.posthog.requests.map(({ path }) => path)).toEqual(['/flags/?v=2'])
  })

  it('below a parser that has read the body, it says so once and answers 500', async () => {
    const site = await startIngestSite(express, { above: (app) => app.use(express.text()) })
    const event = { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }

    const first = await send(`${site.url}/ingest/e/`, event)
    await send(`${site.url}/ingest/e/`, event)

    expect(first.status).toBe(500)
    expect(site.posthog.requests).toEqual([])
    expect(site.warnings()).toEqual([
      '[hedgerow] ingest-body: the ingest proxy gets bodies that something above it has read already, and answers 500; mount it above the body parsers',
    ])
  })

  it('below a parser of other bodies, it does its work', async () => {
    const site = await startIngestSite(express, { above: (app) => app.use(express.json()) })

    await send(`${site.url}/ingest/e/`, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: 'the events',
    })

    expect(site.posthog.requests.map(({ body }) => body)).toEqual(['the events'])
  })
})

describe.each(majors)('%s tells PostHog the address', (_name, express) => {
  it.each([
    ['of the socket, where no proxy is trusted', false, '203.0.113.7', 'full', '127.0.0.1'],
    ['that a trusted proxy names', true, '203.0.113.7', 'full', '203.0.113.7'],
    ['truncated to its network', true, '203.0.113.7', 'truncated', '203.0.113.0'],
    ['truncated, of IPv6 too', true, '2001:db8:1:2::7', 'truncated', '2001:db8:1::'],
    ['not at all', true, '203.0.113.7', 'none', undefined],
    ['not at all, when it is none', true, 'unknown, 203.0.113.7', 'full', undefined],
  ] as const)('%s', async (_what, trust, forwarded, clientAddress, told) => {
    const site = await startIngestSite(express, {
      above: (app) => app.set('trust proxy', trust),
      proxy: { clientAddress },
    })

    await send(`${site.url}/ingest/e/`, {
      method: 'POST',
      headers: { 'x-forwarded-for': forwarded },
      body: 'x',
    })

    expect(site.posthog.requests.map(({ headers }) => headers['x-forwarded-for'])).toEqual([told])
  })
})

function withoutTrailingSlashes(app: Express): void {
  app.use((req, res, next) => {
    const [path = '', query] = req.originalUrl.split('?')
    if (path === '/' || !path.endsWith('/')) return next()
    res.redirect(308, path.slice(0, -1) + (query === undefined ? '' : `?${query}`))
  })
}

/** As trailing-slash, language and sign-in middleware do, all in one. */
function redirectEverything(app: Express): void {
  app.use((req, res) => res.redirect(308, `/en${req.originalUrl.replace(/\/$/, '')}`))
}

import type { Express } from 'express'
import { documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type ExpressModule, majors, startSite, type TestSite } from './test-site.ts'

const agent = { 'user-agent': documentHeaders['user-agent'] }
const html = { accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8', ...agent }

function routes(app: Express): void {
  app.all('/page', (_req, res) => res.send('<h1>page</h1>'))
  app.get('/xhtml', (_req, res) => res.type('application/xhtml+xml').send('<html/>'))
  app.get('/json', (_req, res) => res.json({ page: false }))
  app.get('/text', (_req, res) => res.type('text').send('plain'))
  app.get('/silent', (_req, res) => res.end('no content type'))
  app.get('/empty', (_req, res) => res.type('html').status(204).end())
  app.get('/moved', (_req, res) => res.redirect('/page'))
  app.get('/moved-for-good', (_req, res) => res.redirect(301, '/page'))
  app.get('/not-modified', (_req, res) => res.status(304).end())
  app.get('/download', (_req, res) => res.attachment('report.html').send('<h1>report</h1>'))
  app.get('/inline', (_req, res) => res.set('Content-Disposition', 'inline').send('<h1>page</h1>'))
  app.get('/stream', (_req, res) => res.type('text/event-stream').end('data: 1\n\n'))
  app.get('/broken', (_req, res) => res.status(500).send('<h1>broken</h1>'))
  app.get('/known-but-missing', (_req, res) => res.status(404).send('<h1>sold out</h1>'))
  app.get('/health', (_req, res) => res.send('<h1>up</h1>'))
  app.get('/object', (_req, res) => res.writeHead(200, { 'Content-Type': 'text/html' }).end('page'))
  app.get('/list', (_req, res) => res.writeHead(200, ['Content-Type', 'text/html']).end('page'))
  app.get('/reason', (_req, res) => res.writeHead(200, 'Fine', { 'content-type': 'text/html' }).end('page'))
  app.get('/overridden', (_req, res) => {
    res.type('json').writeHead(200, { 'content-type': 'text/html' }).end('page')
  })
  app.get('/written-json', (_req, res) => {
    res.type('html').writeHead(200, { 'Content-Type': 'application/json' }).end('{}')
  })
  app.get('/written-download', (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/html', 'Content-Disposition': 'ATTACHMENT; filename=a' }).end()
  })
}

function verdictSite(express: ExpressModule): Promise<TestSite> {
  return startSite(express, { routes, client: { logLevel: 'debug' } })
}

async function verdictsOf(site: TestSite): Promise<{ verdicts: string[]; pageviews: number }> {
  const events = await site.events()
  const verdicts = site.runtime.lines.flatMap(({ line }) => /pageview: (.*)/.exec(line)?.[1] ?? [])
  return { verdicts, pageviews: events.length }
}

const counted = { verdicts: ['counted, reason: page'], pageviews: 1 }
const not = (reason: string) => ({ verdicts: [`not counted, reason: ${reason}`], pageviews: 0 })

describe.each(majors)('whether a request counts in %s', (_name, express) => {
  it.each([
    ['a document', { ...documentHeaders }, counted],
    ['a document that accepts anything', { ...agent, 'sec-fetch-dest': 'document', accept: '*/*' }, counted],
    ['a browser without Sec-Fetch headers', html, counted],
    ['a browser that hides its agent', { accept: 'text/html' }, counted],
    ['an empty agent', { ...html, 'user-agent': '' }, counted],
    [
      'a navigation through a service worker',
      { ...html, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'navigate' },
      counted,
    ],
    [
      'a Turbo visit',
      { ...html, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', 'x-turbo-request-id': '1' },
      counted,
    ],
    [
      'a boosted htmx visit',
      { ...agent, accept: '*/*', 'hx-request': 'true', 'hx-boosted': 'true' },
      counted,
    ],
    ['a frame', { ...html, 'sec-fetch-dest': 'iframe' }, not('sec-fetch')],
    ['an image', { ...html, 'sec-fetch-dest': 'image' }, not('asset')],
    ['a fetch', { ...html, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }, not('sec-fetch')],
    [
      'a Turbo frame',
      { ...html, 'sec-fetch-dest': 'empty', 'x-turbo-request-id': '1', 'turbo-frame': 'cart' },
      not('sec-fetch'),
    ],
    ['a Turbo frame without Sec-Fetch headers', { ...html, 'turbo-frame': 'cart' }, not('fragment')],
    ['an htmx fragment', { ...html, 'hx-request': 'true' }, not('fragment')],
    ['an XMLHttpRequest', { ...html, 'x-requested-with': 'XMLHttpRequest' }, not('fragment')],
    ['a command line', { accept: '*/*', 'user-agent': 'curl/8.9.1' }, not('accept')],
    ['nobody in particular', {}, not('accept')],
    ['an API client', { ...agent, accept: 'application/json' }, not('accept')],
    ['a prefetch', { ...documentHeaders, 'sec-purpose': 'prefetch' }, not('prefetch')],
    ['a prerender', { ...documentHeaders, 'sec-purpose': 'prefetch;prerender' }, not('prefetch')],
    ['an older prefetch', { ...documentHeaders, purpose: 'prefetch' }, not('prefetch')],
    ['a Firefox prefetch', { ...documentHeaders, 'x-moz': 'prefetch' }, not('prefetch')],
    ['a preview', { ...documentHeaders, purpose: 'preview' }, not('prefetch')],
    [
      'a search engine',
      { ...documentHeaders, 'user-agent': 'Mozilla/5.0 (compatible; bingbot/2.0)' },
      not('bot (search, bingbot)'),
    ],
    [
      'a headless browser',
      { ...documentHeaders, 'user-agent': 'Mozilla/5.0 HeadlessChrome/140.0' },
      not('bot (headless, headlesschrome)'),
    ],
    ['an AI crawler', { ...html, 'user-agent': 'GPTBot/1.2' }, not('bot (ai, gptbot)')],
    ['a load balancer', { accept: 'text/html', 'user-agent': 'ELB-HealthChecker/2.0' }, not('probe')],
    ['Kubernetes', { accept: 'text/html', 'user-agent': 'kube-probe/1.31' }, not('probe')],
  ])('from %s', async (_case, headers, expected) => {
    const site = await verdictSite(express)

    await site.send('/page', { headers })

    expect(await verdictsOf(site)).toEqual(expected)
  })

  it.each([
    ['XHTML', '/xhtml', counted],
    ['JSON', '/json', not('not-html')],
    ['text', '/text', not('not-html')],
    ['no content type', '/silent', not('not-html')],
    ['204', '/empty', not('status')],
    ['302', '/moved', not('status')],
    ['301', '/moved-for-good', not('status')],
    ['304', '/not-modified', counted],
    ['a download', '/download', not('download')],
    ['an inline disposition', '/inline', counted],
    ['an event stream', '/stream', not('not-html')],
    ['500', '/broken', counted],
    ['404 of a route', '/known-but-missing', counted],
    ['404 without a route', '/missing', counted],
    ['a person’s look at the health page', '/health', counted],
    ['headers written as an object', '/object', counted],
    ['headers written as a list', '/list', counted],
    ['headers written after a reason', '/reason', counted],
    ['a type written over another', '/overridden', counted],
    ['JSON written over HTML', '/written-json', not('not-html')],
    ['a download in written headers', '/written-download', not('download')],
  ])('answered with %s', async (_case, path, expected) => {
    const site = await verdictSite(express)

    await site.visit(path)

    expect(await verdictsOf(site)).toEqual(expected)
  })

  it('when headers are written as pairs, which Node takes where none were set before', async () => {
    const site = await startSite(express, {
      above: (app) => app.disable('x-powered-by'),
      routes: (app) =>
        app.get('/', (_req, res) => {
          // Missing in Node's types, supported by its code.
          const pairs = [['Content-Type', 'text/html']] as unknown as string[]
          res.writeHead(200, pairs).end('page')
        }),
    })

    const answer = await site.visit('/')

    expect([answer.status, answer.headers['content-type'], answer.body]).toEqual([200, 'text/html', 'page'])
    expect(answer.headers['set-cookie']).toHaveLength(1)
    expect((await site.events()).map(({ event }) => event)).toEqual(['$pageview'])
  })

  it.each(['POST', 'HEAD', 'PUT', 'OPTIONS'])('with the method %s: not', async (method) => {
    const site = await verdictSite(express)

    await site.send('/page', { method, headers: documentHeaders })

    expect(await verdictsOf(site)).toEqual(not('method'))
  })

  it('for a path without a route, from a client without Sec-Fetch headers: not, it is a scanner', async () => {
    const site = await verdictSite(express)

    const answer = await site.send('/wp-login.php', { headers: html })

    expect(answer.status).toBe(404)
    expect(await verdictsOf(site)).toEqual(not('unmatched'))
  })

  it('for a bot: not, but it is counted as refused', async () => {
    const site = await verdictSite(express)

    await site.visit('/page', { 'user-agent': 'Twitterbot/1.0' })
    await site.closed()

    expect(site.client.stats().refused).toEqual({ bot: 1 })
  })
})

import { once } from 'node:events'
import { mkdtemp, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ErrorRequestHandler, Express, RequestHandler } from 'express'
import { cookieLines, cookieName, documentHeaders, type HttpAnswer, type HttpRequest, send } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hedgerowErrors } from '../src/index.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

const folder = await mkdtemp(join(tmpdir(), 'hedgerow-'))
await writeFile(join(folder, 'page.html'), '<h1>a file</h1>')

const boom = new Error('boom')
boom.stack = 'Error: boom' // where it was made would differ between two applications

const errorPage: ErrorRequestHandler = (error: Error, _req, res, next) => {
  if (res.headersSent) return next(error)
  res.status(500).send(`<h1>${error.message}</h1>`)
}

/** Does what compression does: it holds headers back, changes them, and rewrites the body. */
const shouting: RequestHandler = (_req, res, next) => {
  const { writeHead, end } = res
  res.writeHead = function (this: typeof res, status: number, reason?: unknown, headers?: unknown) {
    res.removeHeader('Content-Length')
    res.setHeader('X-Shouting', 'yes')
    return (writeHead as (...all: unknown[]) => typeof res).call(this, status, reason, headers)
  } as typeof writeHead
  res.end = function (this: typeof res, chunk?: unknown) {
    return (end as (body: string) => typeof res).call(this, String(chunk).toUpperCase())
  } as typeof end
  next()
}

function routes(app: Express): void {
  app.get('/send', (_req, res) => res.send('<h1>page</h1>'))
  app.get('/json', (_req, res) => res.json({ page: 1 }))
  app.get('/bytes', (_req, res) => res.send(Buffer.from([0, 255, 128, 10])))
  app.get('/status', (_req, res) => res.sendStatus(202))
  app.get('/file', (_req, res) => res.sendFile(join(folder, 'page.html')))
  app.get('/stream', (_req, res) => {
    res.type('html').write('<h1>')
    setImmediate(() => res.end('streamed</h1>', () => {}))
  })
  app.get('/trailers', (_req, res) => {
    res.writeHead(200, { Trailer: 'X-Sum' }).write('body')
    res.addTrailers({ 'X-Sum': '4' })
    res.end()
  })
  app.get('/redirect', (_req, res) => res.redirect('/send?x=1'))
  app.get('/empty', (_req, res) => res.status(204).end())
  app.get('/cookie', (_req, res) => res.cookie('a', '1').cookie('b', '2').send('page'))
  app.get('/own-object', (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': ['a=1; Path=/', 'b=2'] }).end('page')
  })
  app.get('/own-text', (_req, res) => {
    res.writeHead(200, 'Fine', { 'set-cookie': 'a=1', 'X-Two': ['1', '2'] }).end('page')
  })
  app.get('/own-list', (_req, res) => {
    res.writeHead(200, ['Content-Type', 'text/html', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2']).end('page')
  })
  app.get('/set-and-written', (_req, res) => {
    res.cookie('a', '1').writeHead(200, { 'Content-Type': 'text/html', 'X-One': '1' }).end('page')
  })
  app.get('/replaced', (_req, res) =>
    res.cookie('a', '1').writeHead(200, { 'Set-Cookie': 'b=2' }).end('page'),
  )
  app.get('/list', (_req, res) => {
    res.writeHead(200, ['X-Multi', '1', 'Content-Type', 'text/html', 'X-Multi', '2']).end('page')
  })
  app.get('/trailing-undefined', (_req, res) => {
    const three = res.writeHead.bind(res) as (status: number, a: unknown, b: unknown) => typeof res
    three(200, { 'Content-Type': 'text/html' }, undefined).end('page')
  })
  app.get('/shouting', shouting, (_req, res) => res.send('page'))
  app.get('/thrown', () => {
    throw boom
  })
  app.get('/passed', (_req, _res, next) => next(boom))
  app.get('/late', (_req, _res, next) => void Promise.reject(boom).catch(next))
  app.get('/bad-status', (_req, res) => res.writeHead(99).end())
  app.get('/bad-header', (_req, res) => res.writeHead(200, { 'X-Bad': 'a\nb', 'Set-Cookie': 'a=1' }).end())
  app.get('/twice', (_req, res) => {
    res.send('once')
    try {
      res.send('twice')
    } catch (error) {
      codes.push((error as NodeJS.ErrnoException).code)
    }
  })
  app.get('/written-twice', (_req, res) => {
    res.writeHead(200, { 'Content-Type': 'text/html' })
    try {
      res.writeHead(500)
    } catch (error) {
      codes.push((error as NodeJS.ErrnoException).code)
    }
    res.end('page')
  })
}

const codes: unknown[] = []

const paths = [
  ...[
    '/send',
    '/json',
    '/bytes',
    '/status',
    '/file',
    '/stream',
    '/trailers',
    '/redirect',
    '/empty',
    '/cookie',
  ],
  ...[
    '/own-object',
    '/own-text',
    '/own-list',
    '/set-and-written',
    '/replaced',
    '/list',
    '/trailing-undefined',
  ],
  ...['/shouting', '/thrown', '/passed', '/late', '/bad-status', '/bad-header', '/twice', '/written-twice'],
  '/missing',
]

/** The same application without Hedgerow. */
async function startPlain(
  express: ExpressModule,
  above: (app: Express) => void,
  last: (app: Express) => void,
) {
  const app = express()
  above(app)
  routes(app)
  last(app)
  const server = createServer((req, res) => void app(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has an address object
}

/** Everything that a client gets, but for the date and our cookie. */
function visible(answer: HttpAnswer): unknown {
  const lines: string[] = []
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    const line = `${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`
    if (!/^date:/i.test(line) && !line.includes(`${cookieName}=`)) lines.push(line)
  }
  return { status: answer.status, lines, body: answer.body }
}

describe.each(majors)('an application in %s', (_name, express) => {
  describe.each<[string, (app: Express) => void]>([
    ['as Express sets it up', () => {}],
    ['without the header of Express', (app) => app.disable('x-powered-by')],
  ])('%s', (_setup, above) => {
    const last = (app: Express) => app.use(errorPage)

    it.each(paths)('answers %s as it does without Hedgerow', async (path) => {
      const plain = await startPlain(express, above, last)
      const site = await startSite(express, { above, routes: (app) => (routes(app), last(app)) })
      codes.length = 0

      const without = await send(plain + path, { headers: documentHeaders })
      const withHedgerow = await site.visit(path)

      expect(visible(withHedgerow)).toEqual(visible(without))
      expect(cookieLines(withHedgerow)).toHaveLength(path === '/file' ? 0 : 1) // Express says `public` for files
      expect(codes.slice(codes.length / 2)).toEqual(codes.slice(0, codes.length / 2))
    })
  })

  it('answers with its own cookies and the visitor’s', async () => {
    const site = await startSite(express, { routes })

    const names = async (path: string) =>
      (await site.visit(path)).headers['set-cookie']?.map((line) => line.split('=')[0])

    expect(await names('/cookie')).toEqual(['a', 'b', cookieName])
    expect(await names('/own-object')).toEqual(['a', 'b', cookieName])
    expect(await names('/own-text')).toEqual(['a', cookieName])
    expect(await names('/own-list')).toEqual(['a', 'b', cookieName])
    expect(await names('/set-and-written')).toEqual(['a', cookieName])
    expect(await names('/replaced')).toEqual(['b', cookieName])
  })

  it.each<[string, HttpRequest]>([
    ['HEAD', { method: 'HEAD', headers: documentHeaders }],
    ['OPTIONS', { method: 'OPTIONS', headers: documentHeaders }],
    ['a range', { headers: { ...documentHeaders, range: 'bytes=1-3' } }],
    ['an API client', { headers: { accept: '*/*' } }],
  ])('answers %s as it does without Hedgerow', async (_case, options) => {
    const plain = await startPlain(
      express,
      () => {},
      () => {},
    )
    const site = await startSite(express, { routes })

    for (const path of ['/send', '/file', '/stream']) {
      expect(visible(await site.send(path, options))).toEqual(visible(await send(plain + path, options)))
    }
  })

  it('answers a conditional request with 304, as it does without Hedgerow', async () => {
    const plain = await startPlain(
      express,
      () => {},
      () => {},
    )
    const site = await startSite(express, { routes })
    const { etag } = (await site.visit('/send')).headers

    const headers = { ...documentHeaders, 'if-none-match': etag }
    const [without, withHedgerow] = [
      await send(`${plain}/send`, { headers }),
      await site.visit('/send', headers),
    ]

    expect(withHedgerow.status).toBe(304)
    expect(visible(withHedgerow)).toEqual(visible(without))
  })

  it('shows the error pages of Express as they are, observed or not', async () => {
    const observed = (app: Express) => app.use(hedgerowErrors())
    const plain = await startPlain(
      express,
      () => {},
      () => {},
    )
    const site = await startSite(express, { routes: (app) => (routes(app), observed(app)) })

    for (const path of ['/thrown', '/passed', '/late']) {
      const without = await send(plain + path, { headers: documentHeaders })
      expect(visible(await site.visit(path))).toEqual(visible(without))
      expect(without.body).toContain('Error: boom')
    }
  })

  it('answers as always while PostHog is down', async () => {
    const plain = await startPlain(
      express,
      () => {},
      (app) => app.use(errorPage),
    )
    const site = await startSite(express, { routes: (app) => (routes(app), app.use(errorPage)) })
    await site.posthog.stop()

    for (const path of paths) {
      const answer = await site.visit(path)
      expect(visible(answer)).toEqual(visible(await send(plain + path, { headers: documentHeaders })))
      expect(cookieLines(answer)).toHaveLength(path === '/file' ? 0 : 1)
    }
  })

  it('answers as always with a log sink, a clock of events and a hook that throw', async () => {
    const broken = () => {
      throw new Error('broken')
    }
    const plain = await startPlain(
      express,
      () => {},
      () => {},
    )
    const site = await startSite(express, {
      routes,
      request: { identity: { resolve: broken } },
      client: { before_send: broken, onError: broken, logLevel: 'debug' },
    })
    site.client.on('*', broken)

    const answer = await site.visit('/send')

    expect(visible(answer)).toEqual(visible(await send(`${plain}/send`, { headers: documentHeaders })))
    expect(await site.events()).toEqual([])
    expect(site.client.stats().refused).toEqual({ 'before-send': 1 })
  })
})

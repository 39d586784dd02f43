import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Express, RequestHandler } from 'express'
import { cookieLines, cookieName, documentHeaders, type HttpAnswer, type HttpRequest, send } from 'testkit'
import { afterAll, describe, expect, it, onTestFinished } from 'vitest'
import { hedgerowErrors } from '../src/index.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

const folder = await mkdtemp(join(tmpdir(), 'hedgerow-'))
await writeFile(join(folder, 'page.html'), '<h1>a file</h1>')
afterAll(() => rm(folder, { recursive: true }))

const boom = new Error('boom')
boom.stack = 'Error: boom' // where it was made would differ between two applications

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

/** What Express adds to Node's response, and what it lets handlers write themselves. */
function routes(app: Express): void {
  app.get('/status', (_req, res) => res.sendStatus(202))
  app.get('/file', (_req, res) => res.sendFile(join(folder, 'page.html')))
  app.get('/cookie', (_req, res) => res.cookie('a', '1').cookie('b', '2').send('page'))
  app.get('/spelt', (_req, res) => res.setHeader('SET-cookie', ['a=1']).send('page'))
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
  app.get('/passed', (_req, _res, next) => next(boom))
  app.get('/twice', (_req, res) => {
    res.send('once')
    try {
      res.send('twice')
    } catch (error) {
      codes.push((error as NodeJS.ErrnoException).code)
    }
  })
}

const codes: unknown[] = []

const paths = [
  ...['/status', '/file', '/cookie', '/spelt', '/own-object', '/own-text', '/own-list', '/set-and-written'],
  ...['/replaced', '/list', '/trailing-undefined', '/shouting', '/passed', '/twice', '/missing'],
]

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
  // What handlers write to Node's response goes other ways in it when no header was set before.
  it.each(paths)('without the header of Express answers %s as it does without Hedgerow', async (path) => {
    const above = (app: Express) => app.disable('x-powered-by')
    const plain = await plainSite(express, above)
    const site = await startSite(express, { above, routes })
    codes.length = 0

    const without = await send(plain + path, { headers: documentHeaders })
    const withHedgerow = await site.visit(path)

    expect(visible(withHedgerow)).toEqual(visible(without))
    expect(cookieLines(withHedgerow)).toHaveLength(path === '/file' ? 0 : 1) // Express says `public` for files
    expect(codes.slice(codes.length / 2)).toEqual(codes.slice(0, codes.length / 2))
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
    ['a range', { headers: { ...documentHeaders, range: 'bytes=1-3' } }],
    ['an API client', { headers: { accept: '*/*' } }],
  ])('answers %s with a file as it does without Hedgerow', async (_case, options) => {
    const plain = await plainSite(express, () => {})
    const site = await startSite(express, { routes })

    const without = await send(`${plain}/file`, options)

    expect(visible(await site.send('/file', options))).toEqual(visible(without))
  })

  it('answers a conditional request with 304, as it does without Hedgerow', async () => {
    const plain = await plainSite(express, () => {})
    const site = await startSite(express, { routes })
    const { etag } = (await site.visit('/cookie')).headers

    const headers = { ...documentHeaders, 'if-none-match': etag }
    const without = await send(`${plain}/cookie`, { headers })
    const withHedgerow = await site.visit('/cookie', headers)

    expect(withHedgerow.status).toBe(304)
    expect(visible(withHedgerow)).toEqual(visible(without))
  })

  it('shows the error pages of Express as they are, observed or not', async () => {
    const observed = (app: Express) => app.use(hedgerowErrors())
    const plain = await plainSite(express, () => {})
    const site = await startSite(express, { routes: (app) => (routes(app), observed(app)) })

    const without = await send(`${plain}/passed`, { headers: documentHeaders })

    expect(visible(await site.visit('/passed'))).toEqual(visible(without))
    expect(without.body).toContain('Error: boom')
  })

  it('says nothing of an event that a hook of the application refuses by throwing', async () => {
    const broken = () => {
      throw new Error('broken')
    }
    const site = await startSite(express, {
      routes,
      client: { before_send: broken, onError: broken, logLevel: 'debug' },
    })
    site.client.on('*', broken)

    await site.visit('/cookie')

    expect(await site.events()).toEqual([])
    expect(site.client.stats().refused).toEqual({ 'before-send': 1 })
  })
})

/** The same application without Hedgerow. */
async function plainSite(express: ExpressModule, above: (app: Express) => void): Promise<string> {
  const app = express()
  above(app)
  routes(app)
  const server = createServer((req, res) => void app(req, res)).listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has an address object
}

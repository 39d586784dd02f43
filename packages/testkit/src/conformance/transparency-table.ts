import { Readable } from 'node:stream'
import { gzipSync, createGzip } from 'node:zlib'
import type { RouteCall, SiteRoute } from './adapter-harness.ts'

/** A route, and what is asked of it. */
export interface Exchange {
  readonly name: string
  readonly route?: SiteRoute
  /** Request line without the version. */
  readonly ask: string
  readonly version?: '1.0' | '1.1'
  /** Further headers, and a body. */
  readonly headers?: readonly string[]
  readonly body?: string
}

const boom = new Error('boom')
boom.stack = 'Error: boom' // where it was made would differ between two sites

const html = { 'Content-Type': 'text/html' }

/** Something that a handler writes to Node's response itself. */
function raw(name: string, write: (response: RouteCall['response']) => unknown): Exchange {
  const handle = ({ response }: RouteCall) => {
    write(response)
    return 'raw' as const
  }
  const path = `/${name.replaceAll(' ', '-')}`
  return { name, ask: `GET ${path}`, route: { path, handle } }
}

/** Something that a handler returns to its framework. */
function page(name: string, handle: SiteRoute['handle'], more: Partial<Exchange> = {}): Exchange {
  const path = `/${name.replaceAll(' ', '-')}`
  return { name, ask: `GET ${path}`, route: { path, handle }, ...more }
}

async function* chunks(): AsyncGenerator<string> {
  yield '<h1>'
  await Promise.resolve()
  yield 'streamed</h1>'
}

/** Answers that an adapter must leave as they are, to the byte. */
export const exchanges: readonly Exchange[] = [
  page('html', () => ({ body: '<h1>page</h1>' })),
  page('json', () => ({ body: { page: 1 } })),
  page('bytes', () => ({ body: Buffer.from([0, 255, 128, 10]) })),
  page('empty', () => ({ status: 204 })),
  page('status', () => ({ status: 202, body: 'Accepted' })),
  page('redirect', () => ({ redirect: '/html?x=1' })),
  page('stream', () => ({ headers: html, body: Readable.from(chunks()) })),
  page('big', () => ({ body: 'page '.repeat(200_000) })),
  page('compressed', () => ({ headers: { ...html, 'Content-Encoding': 'gzip' }, body: gzipSync('page') })),
  page('compressed stream', () => ({
    headers: { ...html, 'Content-Encoding': 'gzip' },
    body: Readable.from(chunks()).pipe(createGzip()),
  })),
  page('own cookies', () => ({ headers: { 'Set-Cookie': ['a=1; Path=/', 'b=2'] }, body: 'page' })),
  page('one cookie', () => ({ headers: { 'Set-Cookie': 'a=1' }, body: 'page' })),
  page('shared', () => ({ headers: { 'Cache-Control': 'public, max-age=60' }, body: 'page' })),
  page('etag', () => ({ headers: { ETag: '"one"' }, body: 'page' }), { headers: ['if-none-match: "one"'] }),
  page('not modified', () => ({ status: 304, headers: { ETag: '"one"' } })),
  page('head', () => ({ body: 'page' }), { ask: 'HEAD /head' }),
  page('range', () => ({ body: 'page' }), { headers: ['range: bytes=1-2'] }),
  page('old', () => ({ body: 'page' }), { version: '1.0' }),
  page('options', () => ({ body: 'page' }), { ask: 'OPTIONS /options' }),
  page('method', () => ({ body: 'page' }), { ask: 'DELETE /method' }),
  page('thrown', () => {
    throw boom
  }),
  page('rejected', async () => Promise.reject(boom)),
  page('awaited', async () => {
    await Promise.resolve()
    return { body: 'page' }
  }),
  {
    name: 'posted',
    ask: 'POST /posted',
    headers: ['content-type: application/json', 'content-length: 11', 'expect: 100-continue'],
    body: '{"total":1}',
    route: { method: 'POST', path: '/posted', handle: ({ body }) => ({ body: { body } }) },
  },
  { name: 'missing', ask: 'GET /nowhere' },
  raw('trailers', (response) => {
    response.writeHead(200, { Trailer: 'X-Sum' }).write('body')
    response.addTrailers({ 'X-Sum': '4' })
    response.end()
  }),
  raw('early hints', (response) => {
    response.writeEarlyHints({ link: '</page.css>; rel=preload; as=style' }, () => {
      response.writeHead(200, html).end('page')
    })
  }),
  raw('processing', (response) => {
    response.writeProcessing()
    response.writeHead(200, html).end('page')
  }),
  raw('implicit headers', (response) => response.setHeader('Content-Type', 'text/html').end('page')),
  raw('flushed headers', (response) => {
    response.setHeader('Content-Type', 'text/html').flushHeaders()
    setImmediate(() => response.end('page'))
  }),
  raw('headers as an object', (response) => {
    response.writeHead(200, { ...html, 'Set-Cookie': ['a=1; Path=/', 'b=2'] }).end('page')
  }),
  raw('headers behind a reason', (response) => {
    response.writeHead(200, 'Fine', { 'set-cookie': 'a=1', 'X-Two': ['1', '2'] }).end('page')
  }),
  raw('headers as a list', (response) => {
    response.writeHead(200, ['Content-Type', 'text/html', 'Set-Cookie', 'a=1', 'Set-Cookie', 'b=2'])
    response.end('page')
  }),
  raw('a list that repeats a name', (response) => {
    response.writeHead(200, ['X-Multi', '1', 'Content-Type', 'text/html', 'X-Multi', '2']).end('page')
  }),
  raw('headers set and written', (response) => {
    response
      .setHeader('Set-Cookie', 'a=1')
      .writeHead(200, { ...html, 'X-One': '1' })
      .end('page')
  }),
  raw('a cookie written over another', (response) => {
    response.setHeader('Set-Cookie', 'a=1').writeHead(200, { 'Set-Cookie': 'b=2' }).end('page')
  }),
  raw('headers written twice', (response) => {
    response.writeHead(200, html)
    try {
      response.writeHead(500)
    } catch (error) {
      response.end(String((error as NodeJS.ErrnoException).code))
    }
  }),
  raw('a header that is none', (response) => {
    try {
      response.writeHead(200, { 'X-Bad': 'a\nb', 'Set-Cookie': 'a=1' })
    } catch (error) {
      response.writeHead(500, html).end(String((error as NodeJS.ErrnoException).code))
    }
  }),
  raw('a status that is none', (response) => {
    try {
      response.writeHead(99)
    } catch (error) {
      response.writeHead(500, html).end(String((error as NodeJS.ErrnoException).code))
    }
  }),
  raw('cut off', (response) => {
    response.writeHead(200, { ...html, 'Content-Length': '100' }).write('page')
    setImmediate(() => response.destroy())
  }),
]

/** Has the framework's own error, whose stack an error page of the framework may show. */
export const postedBadly: Exchange = {
  name: 'posted badly',
  ask: 'POST /posted-badly',
  headers: ['content-type: application/json', 'content-length: 3'],
  body: '{"t',
  route: { method: 'POST', path: '/posted-badly', handle: ({ body }) => ({ body: { body } }) },
}

/** Some frameworks answer it before anybody sees the request. */
export const brokenPath: Exchange = { name: 'a broken path', ask: 'GET /%E0%A4%A' }

import { PassThrough, Readable } from 'node:stream'
import type { FastifyInstance, FastifyReply } from 'fastify'
import { cookieLines, cookieName, documentHeaders, type HttpAnswer, type HttpRequest, send } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type FastifyModule, majors, startSite } from './test-site.ts'

function routes(app: FastifyInstance): void {
  const html = (reply: FastifyReply) => reply.type('text/html')
  app.get('/string', async (_request, reply) => html(reply).send('<h1>page</h1>'))
  app.get('/json', async () => ({ page: 1 }))
  app.get(
    '/schema',
    { schema: { response: { 200: { type: 'object', properties: { a: { type: 'number' } } } } } },
    () => Promise.resolve({ a: 1, b: 2 }),
  )
  app.get('/callback', (_request, reply) => void setImmediate(() => void reply.send('late')))
  app.get('/bytes', async () => Buffer.from([0, 255, 128, 10]))
  app.get('/stream', async () => Readable.from(['<h1>', 'streamed', '</h1>']))
  app.get('/empty-stream', async (_request, reply) => html(reply).send(Readable.from([])))
  app.get('/broken-stream', async (_request, reply) => {
    const stream = new PassThrough()
    setImmediate(() => stream.destroy(new Error('broken')))
    return html(reply).send(stream)
  })
  app.get('/trailer', async (_request, reply) => {
    reply.trailer('x-sum', (_reply, _payload, done) => done(null, '4'))
    return 'body'
  })
  app.get('/nothing', async (_request, reply) => reply.code(204).send())
  app.get('/redirect', async (_request, reply) => reply.redirect('/string?x=1'))
  app.get('/cookies', async (_request, reply) =>
    html(reply).header('set-cookie', 'a=1').header('set-cookie', 'b=2').send('page'),
  )
  app.get('/raw-header', async (_request, reply) => {
    reply.raw.setHeader('x-raw', '1')
    reply.raw.setHeader('set-cookie', ['raw=1'])
    return html(reply).send('page')
  })
  app.get('/hijacked', (_request, reply) => {
    reply.hijack()
    reply.raw.writeHead(201, 'Fine', { 'Content-Type': 'text/html', 'X-Two': ['1', '2'] }).end('page')
  })
  app.get('/thrown', () => {
    throw new Error('thrown')
  })
  app.get('/rejected', async () => Promise.reject(Object.assign(new Error('teapot'), { statusCode: 418 })))
  app.get('/not-found', (_request, reply) => reply.callNotFound())
  app.get(
    '/hook',
    { preHandler: async (_request, reply) => reply.code(401).send('who are you') },
    async () => 'never',
  )
  app.get(
    '/changed',
    { onSend: async (_request, _reply, payload) => String(payload).toUpperCase() },
    async () => 'page',
  )
  app.get('/bad-header', async (_request, reply) => reply.header('x-bad', 'a\nb').send('page'))
  app.post('/echo', async (request) => request.body)
}

const pages = [
  ...['/string', '/json', '/schema', '/callback', '/bytes', '/stream', '/empty-stream', '/broken-stream'],
  ...['/trailer', '/nothing', '/redirect', '/cookies', '/raw-header', '/hijacked', '/thrown', '/rejected'],
  ...['/not-found', '/hook', '/changed', '/bad-header', '/missing', '/string/', '/%', '/string?x=%'],
]

/** The same application without Hedgerow. */
async function startPlain(fastify: FastifyModule): Promise<string> {
  const app = fastify({ forceCloseConnections: true })
  onTestFinished(() => app.close())
  routes(app)
  return app.listen({ port: 0, host: '127.0.0.1' })
}

/** Everything that a client gets, but for the date and our cookie. */
function visible(answer: HttpAnswer): unknown {
  const lines: string[] = []
  for (let at = 0; at < answer.rawHeaders.length; at += 2) {
    const line = `${answer.rawHeaders[at]}: ${answer.rawHeaders[at + 1]}`
    if (!/^date:/i.test(line) && !line.includes(`${cookieName}=`)) lines.push(line)
  }
  return { status: answer.status, lines: lines.sort(), body: answer.body }
}

describe.each(majors)('an application in %s', (_name, fastify) => {
  it.each(pages)('answers %s as it does without Hedgerow, but for the cookie', async (path) => {
    const plain = await startPlain(fastify)
    const site = await startSite(fastify, { routes })

    const without = await send(plain + path, { headers: documentHeaders })
    const withHedgerow = await site.visit(path)

    expect(visible(withHedgerow)).toEqual(visible(without))
    // Fastify answers a URL that cannot be decoded before any hook.
    expect(cookieLines(withHedgerow)).toHaveLength(path === '/%' ? 0 : 1)
  })

  it.each<[string, HttpRequest]>([
    ['HEAD', { method: 'HEAD', headers: documentHeaders }],
    ['OPTIONS', { method: 'OPTIONS', headers: documentHeaders }],
    ['an API client', { headers: { accept: '*/*' } }],
  ])('answers %s as it does without Hedgerow', async (_case, options) => {
    const plain = await startPlain(fastify)
    const site = await startSite(fastify, { routes })

    for (const path of ['/string', '/json', '/stream', '/missing'])
      expect(visible(await site.send(path, options))).toEqual(visible(await send(plain + path, options)))
  })

  it.each([
    ['application/json', '{"a":1}'],
    ['application/json', '{"a":'],
    ['text/plain', 'x'.repeat(100_000)],
    ['text/plain', 'x'.repeat(2_000_000)],
    ['application/x-unknown', 'a'],
  ])('answers a body of %s as it does without Hedgerow', async (type, body) => {
    const plain = await startPlain(fastify)
    const site = await startSite(fastify, { routes })
    const request = { method: 'POST', headers: { 'content-type': type }, body }
    const answerOf = (url: string) =>
      send(`${url}/echo`, request).then(visible, (error: Error) => error.message)

    expect(await answerOf(site.url)).toEqual(await answerOf(plain))
  })

  it('keeps what it sets on the response beside the visitor’s cookie', async () => {
    const site = await startSite(fastify, { routes })
    const names = async (path: string) =>
      (await site.visit(path)).headers['set-cookie']?.map((line) => line.split('=')[0]).toSorted()

    expect(await names('/cookies')).toEqual(['a', 'b', cookieName])
    expect(await names('/raw-header')).toEqual([cookieName, 'raw'])
  })

  it('has a handler called in the same turn as without Hedgerow, when there is nothing to wait for', async () => {
    const order: string[] = []
    const site = await startSite(fastify, {
      request: { flags: { preload: 'never' } },
      routes: (app) =>
        app.get('/', async () => {
          order.push('handler')
          return 'page'
        }),
    })
    site.server.prependListener('request', () => {
      process.nextTick(() => order.push('next tick'))
    })

    await site.visit('/')

    expect(order).toEqual(['handler', 'next tick'])
  })
})

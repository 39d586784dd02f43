import { once } from 'node:events'
import { connect as connectHttp2 } from 'node:http2'
import { connect, type Socket } from 'node:net'
import { PassThrough, Readable } from 'node:stream'
import fastify5, { type FastifyInstance, type FastifyReply } from 'fastify'
import { browserCookie, cookieLines, documentHeaders, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hedgerow, HedgerowClient, type HedgerowRouteConfig } from '../src/index.ts'
import { majors, startSite, type TestSite } from './test-site.ts'

const known = { cookie: browserCookie({ distinct_id: 'browser_1' }) }
const headerLines = Object.entries({ host: 'localhost', ...documentHeaders, ...known })
  .map(([name, value]) => `${name}: ${value}\r\n`)
  .join('')

/** Opens a page on a socket that the test can cut. */
async function beginVisit(site: TestSite, path: string): Promise<Socket> {
  const socket = connect(site.port, '127.0.0.1')
  await once(socket, 'connect')
  socket.write(`GET ${path} HTTP/1.1\r\n${headerLines}\r\n`)
  return socket
}

async function pageviews(site: TestSite): Promise<Record<string, unknown>[]> {
  return (await site.events())
    .filter(({ event }) => event === '$pageview')
    .map(({ properties }) => properties)
}

describe.each(majors)('a response in %s', (_name, fastify) => {
  it('that the visitor left before its headers is none of a page', async () => {
    let arrived = false
    const site = await startSite(fastify, {
      routes: (app) => app.get('/', () => ((arrived = true), new Promise(() => {}))),
    })

    const socket = await beginVisit(site, '/')
    await site.posthog.waitFor(() => arrived)
    socket.destroy()

    expect(await pageviews(site)).toEqual([])
  })

  it('that the visitor left while flags were loaded is none of a page', async () => {
    const site = await startSite(fastify, { routes: (app) => app.get('/', async () => 'page') })
    site.posthog.always('/flags/', 'hang')

    const socket = await beginVisit(site, '/')
    await site.posthog.waitFor(() => site.posthog.flagCalls().length === 1)
    socket.destroy()
    await site.closed()
    await site.runtime.advance(250)

    expect(await pageviews(site)).toEqual([])
  })

  it.each<[string, (reply: FastifyReply) => unknown]>([
    [
      'a stream',
      (reply) => {
        const stream = new PassThrough()
        stream.write('<h1>')
        return reply.type('text/html').send(stream)
      },
    ],
    [
      'a hijacked one',
      (reply) => {
        reply.hijack()
        reply.raw.writeHead(200, { 'content-type': 'text/html' }).write('<h1>')
      },
    ],
  ])('that the visitor left in the middle counts as aborted, once: %s', async (_case, answer) => {
    const site = await startSite(fastify, {
      request: { flags: { preload: 'never' } },
      routes: (app) => app.get('/pages/:page', (_request, reply) => void answer(reply)),
    })

    const socket = await beginVisit(site, '/pages/1')
    await once(socket, 'data')
    socket.destroy()

    expect(await pageviews(site)).toMatchObject([
      { $aborted: true, $response_status_code: 200, $route: '/pages/:page' },
    ])
  })

  it('cut by a connection timeout counts as aborted, once', async () => {
    const site = await startSite(fastify, {
      server: { connectionTimeout: 50 },
      request: { flags: { preload: 'never' } },
      routes: (app) =>
        app.get('/', (_request, reply) => {
          const stream = new PassThrough()
          stream.write('<h1>')
          void reply.type('text/html').send(stream)
        }),
    })

    const socket = await beginVisit(site, '/')
    await once(socket.resume(), 'close')

    expect(await pageviews(site)).toMatchObject([{ $aborted: true }])
  })

  it.each<[string, (app: FastifyInstance) => unknown]>([
    [
      'a string',
      (app) => app.get('/', (_request, reply) => void reply.type('text/html').send('<h1>page</h1>')),
    ],
    [
      'a stream',
      (app) =>
        app.get(
          '/',
          (_request, reply) => void reply.type('text/html').send(Readable.from(['<h1>', 'page</h1>'])),
        ),
    ],
    [
      'a buffer',
      (app) =>
        app.get('/', (_request, reply) => void reply.type('text/html').send(Buffer.from('<h1>page</h1>'))),
    ],
    [
      'hijacked, with headers given at once',
      (app) =>
        app.get('/', (_request, reply) => {
          reply.hijack()
          reply.raw
            .writeHead(200, { 'Content-Type': 'text/html', 'Set-Cookie': ['a=1'] })
            .end('<h1>page</h1>')
        }),
    ],
    [
      'hijacked, with headers set before',
      (app) =>
        app.get('/', (_request, reply) => {
          reply.hijack()
          reply.raw.setHeader('content-type', 'text/html')
          reply.raw.write('<h1>')
          reply.raw.end('page</h1>')
        }),
    ],
    [
      'written in a hook',
      (app) => {
        app.addHook('preHandler', async (_request, reply) => {
          reply.raw.writeHead(200, { 'content-type': 'text/html' }).end('<h1>page</h1>')
          return reply
        })
        app.get('/', async () => 'never')
      },
    ],
  ])('however it is sent counts and gives a new visitor their cookie: %s', async (_case, routes) => {
    const site = await startSite(fastify, { routes })

    const answer = await site.visit('/')

    expect(answer.body).toBe('<h1>page</h1>')
    expect(cookieLines(answer)).toHaveLength(1)
    expect(await pageviews(site)).toMatchObject([{ $route: '/', $response_status_code: 200, $ttfb_ms: 0 }])
  })

  it('that shared caches may keep gets no cookie, whoever said so and however late', async () => {
    const site = await startSite(fastify, {
      routes: (app) => {
        const page = async (_request: unknown, reply: FastifyReply) => reply.type('text/html').send('page')
        app.get('/handler', async (request, reply) => page(request, reply.header('cache-control', 'public')))
        app.get(
          '/hook',
          { onSend: async (_r, reply) => void reply.header('cache-control', 's-maxage=5') },
          page,
        )
        app.get('/private', async (request, reply) => page(request, reply.header('cache-control', 'private')))
      },
    })

    const cookies = []
    for (const path of ['/handler', '/hook', '/private'])
      cookies.push(cookieLines(await site.visit(path)).length)

    expect(cookies).toEqual([0, 0, 1])
  })

  it('keeps the visitor’s cookie from what later hooks see, and so from what they may cache', async () => {
    let seen: unknown
    const site = await startSite(fastify, {
      routes: (app) => {
        app.addHook('onSend', async (request, reply) => {
          void request.hedgerow.distinctId
          seen = reply.getHeader('set-cookie')
        })
        app.get('/', async (_request, reply) => reply.type('text/html').send('page'))
      },
    })

    expect(cookieLines(await site.visit('/'))).toHaveLength(1)
    expect(seen).toBeUndefined()
  })

  it('of server-sent events is no page, and its scope captures until the visitor leaves', async () => {
    const site = await startSite(fastify, {
      request: { flags: { preload: 'never' } },
      routes: (app) =>
        app.get('/', (request, reply) => {
          reply.hijack()
          reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
          reply.raw.once('close', () => request.hedgerow.capture('left'))
        }),
    })

    const socket = await beginVisit(site, '/')
    await once(socket, 'data')
    socket.destroy()

    expect((await site.events()).map(({ event, distinct_id }) => [event, distinct_id])).toEqual([
      ['left', 'browser_1'],
    ])
  })

  it.each([
    ['HEAD', { method: 'HEAD', headers: documentHeaders }, []],
    ['an API client', { headers: { accept: 'application/json' } }, []],
    ['a prefetch', { headers: { ...documentHeaders, 'sec-purpose': 'prefetch' } }, []],
    ['a page', { headers: documentHeaders }, ['$pageview']],
  ])('to %s counts as it should', async (_case, request, expected) => {
    const site = await startSite(fastify, {
      routes: (app) => app.get('/', async (_request, reply) => reply.type('text/html').send('page')),
    })

    await site.send('/', request)

    expect((await site.events()).map(({ event }) => event)).toEqual(expected)
  })

  it('counts as its route’s config says, over what request and response say', async () => {
    const site = await startSite(fastify, {
      routes: (app) => {
        const add = (path: string, hedgerow: HedgerowRouteConfig) =>
          app.get(path, { config: { hedgerow } }, async (request, reply) => {
            request.hedgerow.capture('seen')
            return reply.type('text/html').send('page')
          })
        add('/usual', {})
        add('/always', { pageview: true, capture: true })
        add('/never', { pageview: false })
        add('/silent', { pageview: true, capture: false })
      },
    })
    const counted = async (path: string, accept: string) => {
      await site.send(path, {
        headers: { ...known, accept, 'sec-fetch-dest': 'empty', 'user-agent': 'curl/8' },
      })
      await site.visit(path, known)
      const before = (await site.events()).map(({ event }) => event)
      return [
        before.filter((event) => event === '$pageview').length,
        before.filter((event) => event === 'seen').length,
      ]
    }

    expect(await counted('/usual', '*/*')).toEqual([1, 2])
    expect(await counted('/always', '*/*')).toEqual([3, 4])
    expect(await counted('/never', '*/*')).toEqual([3, 6])
    expect(await counted('/silent', '*/*')).toEqual([3, 8])
  })

  it('of inject() counts and gives the cookie like that of a real server', async () => {
    const site = await startSite(fastify, {
      routes: (app) => app.get('/', async (_request, reply) => reply.type('text/html').send('page')),
    })

    const answer = await site.app.inject({ url: '/', headers: documentHeaders })

    expect(answer.cookies.map(({ name }) => name)).toEqual(['ph_phc_test_posthog'])
    expect(await pageviews(site)).toMatchObject([{ $route: '/', $response_status_code: 200 }])
  })

  it('leaves no listener behind on a connection that is kept', async () => {
    const site = await startSite(fastify, {
      routes: (app) => app.get('/', async (request) => [request.socket.listenerCount('close')]),
    })
    const socket = connect(site.port, '127.0.0.1')
    onTestFinished(() => void socket.destroy())
    const counts: string[] = []

    for (let request = 0; request < 5; request++) {
      socket.write(`GET / HTTP/1.1\r\n${headerLines}\r\n`)
      const [data] = (await once(socket, 'data')) as [Buffer]
      counts.push(data.toString().split('\r\n\r\n')[1] ?? '')
    }

    expect(new Set(counts).size).toBe(1)
  })
})

describe('a response over HTTP/2 in Fastify 5', () => {
  it('counts, with the host of the request, and gives a new visitor their cookie', async () => {
    const posthog = await startScriptedServer()
    const client = new HedgerowClient('phc_test', { host: posthog.url })
    const app = fastify5({ http2: true })
    await app.register(hedgerow, { client })
    app.get('/pages/:page', async (request, reply) =>
      reply.type('text/html').send(`${client.scope() === request.hedgerow}`),
    )
    const url = await app.listen({ port: 0, host: '127.0.0.1' })
    const session = connectHttp2(url)
    onTestFinished(async () => {
      session.close()
      await app.close()
      await client.shutdown()
      await posthog.close()
    })

    const stream = session.request({ ':path': '/pages/7', ...documentHeaders })
    const [headers] = (await once(stream, 'response')) as [{ 'set-cookie'?: string[] }]
    let body = ''
    for await (const chunk of stream) body += String(chunk)
    await posthog.waitFor(() => client.stats().accepted === 1)
    await client.flush()

    expect(body).toBe('true')
    expect(headers['set-cookie']).toHaveLength(1)
    const [{ properties } = { properties: {} }] = posthog.events()
    expect(properties).toMatchObject({ $route: '/pages/:page', $host: new URL(url).host })
    expect(properties).not.toHaveProperty('$aborted')
  })
})

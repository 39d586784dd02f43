import { type EventEmitter, once } from 'node:events'
import { connect } from 'node:http2'
import fastify5, { type FastifyRequest } from 'fastify'
import { browserCookie, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hedgerow, HedgerowClient, type RequestScope } from '../src/index.ts'
import { majors, startSite } from './test-site.ts'

/** As a page's script asks for data: nothing of it is a page, and most handlers of it use no scope. */
const headers = {
  'sec-fetch-dest': 'empty',
  'sec-fetch-mode': 'cors',
  'user-agent': 'Mozilla/5.0 (X11)',
  cookie: browserCookie({ distinct_id: 'browser_1' }),
}

describe.each(majors)('a request for data in %s', (_name, fastify) => {
  it('sends what it captures after its answer with address, host and route', async () => {
    let late: FastifyRequest | undefined
    const site = await startSite(fastify, {
      request: { urls: { mode: 'template' } },
      routes: (app) =>
        app.get('/carts/:cart', async (request) => {
          late = request
          return request.params
        }),
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
    let late: FastifyRequest | undefined
    const site = await startSite(fastify, {
      routes: (app) => app.get('/carts', (request) => void (late = request)),
    })

    const hangUp = site.posthog.waitFor(() => late !== undefined)
    await expect(site.send('/carts', { headers, hangUp })).rejects.toThrow('socket hang up')
    await site.closed()
    late?.hedgerow.capture('cart priced')

    const [event] = await site.events()
    expect(event).toMatchObject({ distinct_id: 'browser_1', properties: { $ip: '127.0.0.1' } })
  })

  it('that fails is an exception of its route, with the status that went out', async () => {
    const site = await startSite(fastify, {
      routes: (app) =>
        app.get('/carts/:cart', async () => {
          throw new Error('lost the database')
        }),
    })

    await site.send('/carts/7', { headers })

    const [event] = await site.events()
    expect(event).toMatchObject({
      event: '$exception',
      properties: { $route: '/carts/:cart', $response_status_code: 500 },
    })
  })

  it('counts where an option, the application or its route says so, with all that a page’s event says', async () => {
    const wishes = [
      { request: { pageviews: { api: true } }, config: {} },
      { request: { pageviews: { accept: () => true } }, config: {} },
      { request: {}, config: { hedgerow: { pageview: true } } },
    ]
    for (const { request, config } of wishes) {
      const site = await startSite(fastify, {
        request,
        routes: (app) =>
          app.get('/carts/:cart', { config }, async ({ params }, reply) => reply.code(201).send(params)),
      })

      await site.send('/carts/7', { headers })

      const [event] = await site.events()
      expect(event).toMatchObject({
        event: '$pageview',
        properties: { $route: '/carts/:cart', $response_status_code: 201, $ttfb_ms: 0 },
      })
    }
  })
})

it('whose HTTP/2 connection is gone still sends what it captures after that', async () => {
  const posthog = await startScriptedServer()
  const client = new HedgerowClient('phc_test', { host: posthog.url })
  const app = fastify5({ http2: true })
  await app.register(hedgerow, { client })
  let late: { readonly raw: EventEmitter; readonly hedgerow: RequestScope } | undefined
  app.get('/carts', (request) => void (late = request))
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  const session = connect(url)
  onTestFinished(async () => {
    await app.close()
    await client.shutdown()
    await posthog.close()
  })

  const stream = session.request({ ':path': '/carts', ...headers })
  stream.on('error', () => {}) // a connection that is cut is the point
  await posthog.waitFor(() => late !== undefined)
  session.destroy()
  await once(late!.raw, 'close')
  late?.hedgerow.capture('cart priced')
  await client.flush()

  expect(posthog.events()).toMatchObject([
    { event: 'cart priced', distinct_id: 'browser_1', properties: { $host: new URL(url).host } },
  ])
})

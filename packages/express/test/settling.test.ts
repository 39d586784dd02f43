import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { connect, type Socket } from 'node:net'
import type { Express } from 'express'
import { browserCookie, documentHeaders, send, sendText } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  type ExpressModule,
  majors,
  type SiteParts,
  startSite,
  startTime,
  type TestSite,
} from './test-site.ts'

const visitor = { cookie: browserCookie({ distinct_id: 'browser_1' }) }

function start(express: ExpressModule, routes: SiteParts['routes'], request: SiteParts['request'] = {}) {
  return startSite(express, { routes, request, client: { logLevel: 'debug' } })
}

function verdictsOf(site: TestSite): string[] {
  return site.runtime.lines.flatMap(({ line }) => /pageview: (.*)/.exec(line)?.[1] ?? [])
}

/** Asks for a page, and gives the request and its response once that has begun. */
async function begin(site: TestSite, path = '/', headers: Record<string, string> = {}) {
  const outgoing = request(site.url + path, {
    headers: { ...documentHeaders, ...headers },
    agent: false,
  }).end()
  outgoing.on('error', () => {}) // a socket that hangs up is the point
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  response.on('error', () => {})
  return { outgoing, response }
}

async function opened(site: TestSite): Promise<Socket> {
  const socket = connect(site.port, '127.0.0.1')
  socket.on('error', () => {}) // as above
  await once(socket, 'connect')
  onTestFinished(() => void socket.destroy())
  return socket
}

const page = 'GET / HTTP/1.1\r\nHost: localhost\r\nAccept: text/html\r\nSec-Fetch-Dest: document\r\n\r\n'

describe.each(majors)('a response in %s settles once', (_name, express) => {
  it('when it is streamed in chunks: with the time to its first byte and to its last', async () => {
    const site = await start(express, (app) =>
      app.get('/', (_req, res) => {
        site.runtime.setNow(startTime + 40)
        res.type('html').write('<h1>')
        setImmediate(() => {
          res.write('page')
          site.runtime.setNow(startTime + 300)
          res.end('</h1>')
        })
      }),
    )

    expect((await site.visit('/')).body).toBe('<h1>page</h1>')

    const [pageview] = await site.events()
    expect(pageview?.properties).toMatchObject({ $ttfb_ms: 40, $response_time_ms: 300 })
    expect(pageview?.properties).not.toHaveProperty('$aborted')
    expect(verdictsOf(site)).toEqual(['counted, reason: page'])
  })

  it.each([
    ['no page', false, 'not counted, reason: sec-fetch', []],
    ['an aborted call of an API', true, 'counted, reason: api', [['$pageview', 'browser_1', true]]],
  ])('when events are streamed until the visitor leaves: as %s', async (_case, api, verdict, counted) => {
    const routes = (app: Express) =>
      app.get('/', (req, res) => {
        res.type('text/event-stream').write('data: 1\n\n')
        // What goes on after the visitor has left still belongs to them.
        res.once('close', () => setImmediate(() => req.hedgerow.capture('stream closed')))
      })
    const site = await start(express, routes, { pageviews: { api } })
    const headers = { ...visitor, accept: 'text/event-stream', 'sec-fetch-dest': 'empty' }

    const { response } = await begin(site, '/', headers)
    await once(response, 'data')
    response.destroy()
    await site.posthog.waitFor(() => site.client.stats().accepted === counted.length + 1)

    const events = (await site.events()).map((event) => [
      event.event,
      event.distinct_id,
      event.properties['$aborted'],
    ])
    expect(events).toEqual([...counted, ['stream closed', 'browser_1', undefined]])
    expect(verdictsOf(site)).toEqual([verdict])
  })

  it('when it has no body: HEAD and 304', async () => {
    const site = await start(express, (app) => app.get('/', (_req, res) => res.send('<h1>page</h1>')))
    const { etag } = (await site.visit('/')).headers

    await site.send('/', { method: 'HEAD', headers: documentHeaders })
    const answer = await site.visit('/', { 'if-none-match': etag })

    expect(answer.status).toBe(304)
    const statuses = (await site.events()).map(({ properties }) => properties['$response_status_code'])
    expect(statuses).toEqual([200, 304])
    expect(verdictsOf(site)).toEqual([
      'counted, reason: page',
      'not counted, reason: method',
      'counted, reason: page',
    ])
  })

  it('when the connection is used again, once for each request', async () => {
    const site = await start(express, (app) => app.get('/:page', (_req, res) => res.send('<h1>page</h1>')))
    const agent = new Agent({ keepAlive: true, maxSockets: 1 })
    onTestFinished(() => agent.destroy())

    for (const path of ['/a', '/b', '/c']) await send(site.url + path, { headers: documentHeaders, agent })

    expect((await site.events()).map(({ properties }) => properties['$pathname'])).toEqual(['/a', '/b', '/c'])
  })

  it('when requests are sent before the answers to those before them', async () => {
    const site = await start(express, (app) => app.get('/', (_req, res) => res.send('<h1>page</h1>')))

    await sendText(
      site.port,
      `${page}${page}`.replaceAll('\r\n', '\n') + 'GET /gone HTTP/1.1\nHost: a\nConnection: close\n\n',
    )

    expect(await site.events()).toHaveLength(2)
    expect(verdictsOf(site)).toEqual([
      'counted, reason: page',
      'counted, reason: page',
      'not counted, reason: accept',
    ])
  })

  it('when the connection is reset before the headers: as aborted, and no page', async () => {
    let arrived = false
    const site = await start(express, (app) => app.get('/', () => void (arrived = true)))
    const socket = await opened(site)

    socket.write(page)
    await site.posthog.waitFor(() => arrived)
    socket.resetAndDestroy()

    await site.posthog.waitFor(() => verdictsOf(site).length > 0)
    expect(await site.events()).toEqual([])
    expect(verdictsOf(site)).toEqual(['not counted, reason: aborted'])
  })

  it('when the connection is reset after the headers: as an aborted page', async () => {
    const site = await start(express, (app) =>
      app.get('/', (_req, res) => void res.type('html').write('<h1>never ends')),
    )
    const socket = await opened(site)

    socket.write(page)
    await once(socket, 'data')
    socket.resetAndDestroy()

    const [pageview] = await site.events()
    expect(pageview?.properties).toMatchObject({ $aborted: true, $response_status_code: 200 })
    expect(verdictsOf(site)).toEqual(['counted, reason: page'])
  })

  it.each<[string, (app: Express) => void, string]>([
    ['before the headers', (app) => app.get('/', () => {}), 'not counted, reason: aborted'],
    [
      'after the headers',
      (app) => app.get('/', (_req, res) => void res.type('html').write('<h1>never ends')),
      'counted, reason: page',
    ],
  ])('when the server runs out of patience %s', async (_case, routes, verdict) => {
    const site = await start(express, routes)
    site.server.setTimeout(50)
    const socket = await opened(site)

    socket.resume().write(page)
    await once(socket, 'close')

    await site.posthog.waitFor(() => verdictsOf(site).length > 0)
    const aborted = (await site.events()).map(({ properties }) => properties['$aborted'])
    expect(aborted).toEqual(verdict.startsWith('counted') ? [true] : [])
    expect(verdictsOf(site)).toEqual([verdict])
  })

  it('when the handler gives up in the middle', async () => {
    const site = await start(express, (app) =>
      app.get('/', (_req, res) => {
        res.type('html').write('<h1>half')
        setImmediate(() => res.destroy())
      }),
    )

    const { response } = await begin(site)
    response.resume()

    const [pageview] = await site.events()
    expect(pageview?.properties['$aborted']).toBe(true)
    expect(verdictsOf(site)).toEqual(['counted, reason: page'])
  })

  const upgrade = { connection: 'Upgrade', upgrade: 'websocket', 'sec-websocket-version': '13' }

  it('when it is a WebSocket that nobody takes: as no page', async () => {
    const site = await start(express, (app) => app.get('/', (_req, res) => res.send('<h1>page</h1>')))

    await site.send('/', { headers: { ...upgrade, accept: 'text/html' } })

    expect(await site.events()).toEqual([])
    expect(verdictsOf(site)).toEqual(['not counted, reason: upgrade'])
  })

  it('and a WebSocket that the server takes passes by', async () => {
    const site = await start(express, (app) => app.get('/', (_req, res) => res.send('<h1>page</h1>')))
    site.server.on('upgrade', (_req, socket) => {
      socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    })

    const outgoing = request(site.url, { headers: upgrade, agent: false }).end()
    const [response] = (await once(outgoing, 'upgrade')) as [IncomingMessage]

    expect(response.statusCode).toBe(101)
    expect(await site.events()).toEqual([])
    expect(verdictsOf(site)).toEqual([])
  })
})

import { once } from 'node:events'
import { Agent, type ClientRequest, request } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { visitorCookie } from '../browser-cookie.ts'
import { documentHeaders } from '../http-client.ts'
import type { AdapterHarness, SiteRoute } from './adapter-harness.ts'
import { type ConformanceSite, startSite } from './conformance-site.ts'

const visitor = visitorCookie('browser_1')

/** How a visitor leaves: by closing the connection, or without a word. */
const leaving: readonly (readonly [name: string, leave: (socket: Socket) => void])[] = [
  ['closes the connection', (socket) => void socket.destroy()],
  ['resets the connection', (socket) => void socket.resetAndDestroy()],
]

/** A visitor may leave at any time, and the request is settled once all the same. */
export function describeAborts(harness: AdapterHarness): void {
  describe.each(leaving)('a visitor who %s', (_name, leave) => {
    it('before the headers is not counted, and what still runs is theirs', async () => {
      let arrived = false
      let release: () => void = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      const site = await startSite(harness, {
        build: (client) => ({
          routes: [
            {
              path: '/',
              handle: async () => {
                arrived = true
                await released
                client.capture({ event: 'order placed' })
                return { body: 'page' }
              },
            },
          ],
        }),
      })

      const outgoing = open(site)
      await site.posthog.waitFor(() => arrived)
      leave(await socketOf(outgoing))
      const settlements = await site.settled()
      release()
      await site.posthog.waitFor(() => site.runtime.timers > 0) // the flush of the event
      const events = await site.events()

      expect(settlements).toEqual(['not counted, reason: aborted'])
      expect(events.map(({ event, distinct_id: id }) => [event, id])).toEqual([['order placed', 'browser_1']])
    })

    it('after the headers is counted as aborted', async () => {
      const site = await startSite(harness, { build: () => ({ routes: [endless] }) })

      const outgoing = open(site)
      await once(outgoing, 'response')
      leave(await socketOf(outgoing))

      expect(await site.settled()).toEqual(['counted, reason: page'])
      const [pageview] = await site.events()
      expect(pageview?.properties).toMatchObject({
        $aborted: true,
        $response_status_code: 200,
        $route: '/',
        $ttfb_ms: 0,
      })
    })

    it('on a connection that others had before gives nobody else’s scope to whoever hears of it', async () => {
      const found: unknown[] = []
      const site = await startSite(harness, {
        build: (client) => ({
          routes: [
            { path: '/page', handle: () => ({ body: 'page' }) },
            {
              ...endless,
              handle: (call) => {
                call.response.once('close', () => found.push(client.scope()?.distinctId))
                return endless.handle(call)
              },
            },
          ],
        }),
      })
      const agent = new Agent({ keepAlive: true, maxSockets: 1 })
      onTestFinished(() => agent.destroy())

      await site.send('/page', { agent, headers: { ...documentHeaders, ...visitorCookie('browser_2') } })
      const outgoing = open(site, agent)
      await once(outgoing, 'response')
      leave(await socketOf(outgoing))
      await site.settled()

      expect(found).toHaveLength(1)
      expect(['browser_1', undefined]).toContain(found[0])
    })

    it('while flags are loaded is not counted, and does not hold the request any longer', async () => {
      const site = await startSite(harness, {
        build: () => ({ routes: [{ path: '/', handle: () => ({ body: 'page' }) }] }),
      })
      site.posthog.always('/flags/', 'hang')

      const outgoing = open(site)
      await site.posthog.waitFor(() => site.posthog.flagCalls().length === 1)
      leave(await socketOf(outgoing))
      const settlements = await site.settled()
      await site.runtime.advance(250)

      expect(settlements).toEqual(['not counted, reason: aborted'])
      expect(await site.settled()).toEqual(settlements)
      expect(await site.events()).toEqual([])
      expect((await another(site)).status).toBe(200)
    })

    it('in the middle of an upload is settled once', async () => {
      let arrived = false
      const site = await startSite(harness, {
        build: () => ({
          authenticate: () => void (arrived = true),
          routes: [{ method: 'POST', path: '/', handle: ({ body }) => ({ body: { received: body } }) }],
        }),
      })

      const headers = { ...visitor, 'content-type': 'application/json', 'content-length': 100 }
      const outgoing = request(site.url, { method: 'POST', headers, agent: false })
      outgoing.on('error', () => {}) // a socket that hangs up is the point
      outgoing.write('{"total":')
      await site.posthog.waitFor(() => arrived)
      leave(await socketOf(outgoing))

      expect(await site.settled()).toEqual(['not counted, reason: method'])
    })
  })
}

/** A page that begins and never ends. */
const endless: SiteRoute = {
  path: '/',
  handle: ({ response }) => {
    response.writeHead(200, { 'Content-Type': 'text/html' }).write('<h1>')
    return 'raw'
  },
}

function open(site: ConformanceSite, agent: Agent | false = false): ClientRequest {
  const outgoing = request(site.url, { headers: { ...documentHeaders, ...visitor }, agent }).end()
  outgoing.on('error', () => {}) // a socket that hangs up is the point
  return outgoing
}

/** The server is there for others. */
async function another(site: ConformanceSite): Promise<{ status: number }> {
  return site.send('/')
}

async function socketOf(outgoing: ClientRequest): Promise<Socket> {
  if (outgoing.socket) return outgoing.socket
  const [socket] = (await once(outgoing, 'socket')) as [Socket]
  return socket
}

import { once } from 'node:events'
import { Agent } from 'node:http'
import type { ClientOptions } from '@hedgerow/core'
import { browserCookie, documentHeaders, send, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, HedgerowClient, shutdownWith } from '../src/index.ts'
import { asyncHandler } from './async-handler.ts'
import { majors, startSite } from './test-site.ts'

const headers = { ...documentHeaders, cookie: browserCookie({ distinct_id: 'browser_1' }) }

/** The clock that `shutdownWith` bounds is real here; the site’s own stands still. */
const realClock: ClientOptions = {
  runtime: { log: () => {} },
  fetchRetryDelay: 1,
}

describe.each(majors)('shutting down with the server in %s', (_name, express) => {
  it('sends the events of the last requests, also of one still served when the server closes', async () => {
    let arrived = false
    let release: () => void = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    const site = await startSite(express, {
      routes: (app) => {
        app.get('/', (_req, res) => res.send('page'))
        app.get(
          '/slow',
          asyncHandler(async (_req, res) => {
            arrived = true
            await released
            res.send('page')
          }),
        )
      },
    })
    const agent = new Agent({ keepAlive: true })

    const report = shutdownWith(site.server, site.client)
    await send(site.url, { headers, agent })
    const slow = send(`${site.url}/slow`, { headers, agent })
    await site.posthog.waitFor(() => arrived)
    site.server.close()
    release()
    await slow
    agent.destroy()

    expect(await report).toEqual({ sent: 2, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(site.posthog.events().map(({ properties }) => properties['$pathname'])).toEqual(['/', '/slow'])
  })

  it('sends the page that the closing cut off, marked as aborted, and waits for nothing', async () => {
    let streaming = () => {}
    const begun = new Promise<void>((resolve) => (streaming = resolve))
    const site = await startSite(express, {
      request: { flags: { preload: 'never' } },
      routes: (app) =>
        app.get('/', (_req, res) => {
          res.type('html').write('<h1>half a page')
          streaming()
        }),
    })

    const report = shutdownWith(site.server, site.client)
    const cut = send(site.url, { headers }).catch(() => 'cut off')
    await begun
    await site.runtime.settle()
    site.server.close()
    site.server.closeAllConnections()

    expect(await cut).toBe('cut off')
    expect(await report).toEqual({ sent: 1, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(site.posthog.events()[0]?.properties).toMatchObject({ $aborted: true, $response_status_code: 200 })
  })

  it('ends a request whose connection the application took over, at half of the time', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get('/', (req, res) => {
          // What a WebSocket library does with an upgrade: the response never closes.
          res.type('html').flushHeaders()
          res.detachSocket(req.socket)
          req.socket.end()
        }),
    })

    const report = shutdownWith(site.server, site.client, { shutdownTimeoutMs: 100 })
    await send(site.url, { headers }).catch(() => {})
    site.server.close()
    await once(site.server, 'close')
    await site.runtime.advance(49)
    const before = site.client.stats().accepted
    await site.runtime.advance(1)

    expect([before, (await report).sent]).toEqual([0, 1])
    expect(site.posthog.events()[0]?.properties).toMatchObject({ $aborted: true })
  })

  it('waits for the server: nothing is shut down before it has closed', async () => {
    const site = await startSite(express, { routes: (app) => app.get('/', (_req, res) => res.send('page')) })
    let ended = false

    const report = shutdownWith(site.server, site.client).then(() => (ended = true))
    await send(site.url, { headers })
    await site.closed()
    await site.runtime.settle()
    const before = ended
    site.server.close()
    await report

    expect([before, ended]).toEqual([false, true])
  })
})

describe('shutting down with the server', () => {
  it.each(['dead', 'hanging', 'failing'] as const)(
    'takes no longer than its time: PostHog is %s',
    async (state) => {
      const posthog = await startScriptedServer()
      onTestFinished(() => posthog.close())
      posthog.always('/batch/', state === 'failing' ? { status: 503 } : 'hang')
      const client = new HedgerowClient('phc_test', { host: posthog.url, ...realClock })
      const [[, express]] = majors as [(typeof majors)[number]]
      const site = await startSite(express, { routes: () => {}, posthog })
      if (state === 'dead') await posthog.stop()
      client.capture({ event: 'order placed', distinctId: 'user_1' })

      const started = performance.now()
      const report = shutdownWith(site.server, client, { shutdownTimeoutMs: 150 })
      site.server.close()
      await once(site.server, 'close')
      const { sent, dropped, pending } = await report

      expect(performance.now() - started).toBeLessThan(1500)
      expect(sent).toBe(0)
      expect(dropped + pending).toBe(1)
    },
  )

  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])(
    'refuses the time %s',
    async (shutdownTimeoutMs) => {
      const [[, express]] = majors as [(typeof majors)[number]]
      const site = await startSite(express, { routes: () => {} })

      expect(() => shutdownWith(site.server, site.client, { shutdownTimeoutMs })).toThrow(ConfigError)
    },
  )

  it('leaves signals and the server itself to the application', async () => {
    const [[, express]] = majors as [(typeof majors)[number]]
    const site = await startSite(express, { routes: () => {} })
    const before = process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')

    void shutdownWith(site.server, site.client)

    expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(before)
    expect(site.server.listening).toBe(true)
  })
})

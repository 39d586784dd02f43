import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import { documentHeaders, browserCookie, send, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hedgerow, HedgerowClient } from '../src/index.ts'
import { majors, startSite } from './test-site.ts'

const headers = { ...documentHeaders, cookie: browserCookie({ distinct_id: 'browser_1' }) }

describe.each(majors)('closing an app in %s', (_name, fastify) => {
  it('sends the events of the last requests, also of one still served when it begins', async () => {
    let arrived = false
    let release: () => void = () => {}
    const released = new Promise<void>((resolve) => (release = resolve))
    const site = await startSite(fastify, {
      server: { forceCloseConnections: 'idle' },
      routes: (app) => {
        app.get('/', async (_request, reply) => reply.type('text/html').send('page'))
        app.get('/slow', async (_request, reply) => {
          arrived = true
          await released
          return reply.type('text/html').send('page')
        })
      },
    })
    const agent = new Agent({ keepAlive: true })

    await send(site.url, { headers, agent })
    const slow = send(`${site.url}/slow`, { headers, agent })
    await site.posthog.waitFor(() => arrived)
    const closed = site.app.close()
    release()
    await slow
    agent.destroy()
    await closed

    expect(site.posthog.events().map(({ properties }) => properties['$pathname'])).toEqual(['/', '/slow'])
  })

  it('under load answers every request as it would without us, and accounts for every pageview', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: { log: () => {} } })
    onTestFinished(async () => void (await client.shutdown(100)))
    const app = fastify({ forceCloseConnections: 'idle' })
    await app.register(hedgerow, { client, flags: { preload: 'never' } })
    app.get('/', async (_request, reply) => {
      await delay(2)
      return reply.type('text/html').send('page')
    })
    const url = await app.listen({ port: 0, host: '127.0.0.1' })

    let pages = 0
    const visit = async () => {
      for (let request = 0; request < 200; request++) {
        const status = await send(url, { headers }).then(
          ({ status }) => status,
          () => 0,
        )
        if (status !== 200) return status
        pages++
      }
      return 200
    }
    const visitors = Promise.all(Array.from({ length: 8 }, visit))
    await posthog.waitFor(() => pages > 50)
    await app.close()

    expect(await visitors).not.toContain(200)
    expect(client.stats()).toMatchObject({ accepted: pages, sent: pages, pending: 0 })
    expect(posthog.events()).toHaveLength(pages)
  })

  it('leaves the client that it was given to whoever created it', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    const client = new HedgerowClient('phc_test', { host: posthog.url })
    const app = fastify()
    await app.register(hedgerow, { client })
    await app.ready()

    await app.close()
    client.capture({ event: 'afterwards', distinctId: 'job' })
    const report = await client.shutdown()

    expect(report).toMatchObject({ sent: 1, dropped: 0 })
  })

  it.each(['failing', 'hanging', 'dead'] as const)(
    'takes no longer than its time and says what is left: PostHog is %s',
    async (state) => {
      const posthog = await startScriptedServer()
      onTestFinished(() => posthog.close())
      posthog.always('/batch/', state === 'failing' ? { status: 503 } : 'hang')
      if (state === 'dead') await posthog.stop()
      const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: { log: () => {} } })
      onTestFinished(async () => void (await client.shutdown(10)))
      const lines: string[] = []
      const stream = { write: (line: string) => void lines.push((JSON.parse(line) as { msg: string }).msg) }
      const app = fastify({ logger: { level: 'warn', stream } })
      await app.register(hedgerow, { client, shutdownTimeoutMs: 150 })
      await app.ready()
      client.capture({ event: 'order placed', distinctId: 'user_1' })

      const started = performance.now()
      await app.close()
      await app.close()

      expect(performance.now() - started).toBeLessThan(1500)
      expect(lines).toEqual([
        '[hedgerow] close: events were not sent before the app closed: 1; the client keeps them until it is shut down',
      ])
    },
  )

  it('leaves signals alone', async () => {
    const before = process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')
    const app = fastify()
    onTestFinished(() => app.close())

    await app.register(hedgerow, { token: '', runtime: { log: () => {} } })
    await app.ready()

    expect(process.listenerCount('SIGTERM') + process.listenerCount('SIGINT')).toBe(before)
  })
})

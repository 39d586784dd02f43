import { documentHeaders, send, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { hedgerow } from '../src/index.ts'
import { majors } from './test-site.ts'

/** A place for an app's log lines, read back as what they say and how severe they are. */
function logSink() {
  const lines: { level: number; msg: string }[] = []
  const stream = { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) }
  return { lines: () => lines.filter(({ msg }) => msg.startsWith('[hedgerow]')), stream }
}

const warn = 40
const error = 50

describe.each(majors)('a client that the plugin has created in %s', (_name, fastify) => {
  it('serves requests and the rest of the app, and is shut down with it: everything arrives', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    const app = fastify({ forceCloseConnections: true })
    await app.register(hedgerow, {
      token: 'phc_own',
      host: posthog.url,
      identity: { resolve: () => 'user_1' },
    })
    app.get('/', async (_request, reply) => reply.type('text/html').send('page'))
    const url = await app.listen({ port: 0, host: '127.0.0.1' })

    await send(url, { headers: documentHeaders })
    app.hedgerow.capture({ event: 'job done', distinctId: 'job' })
    await app.close()

    expect(posthog.events()).toHaveLength(2)
    expect(posthog.events()).toContainEqual(
      expect.objectContaining({ event: '$pageview', distinct_id: 'user_1' }),
    )
    expect(posthog.events()).toContainEqual(
      expect.objectContaining({ event: 'job done', distinct_id: 'job' }),
    )
    app.hedgerow.capture({ event: 'too late', distinctId: 'job' })
    expect(app.hedgerow.stats()).toMatchObject({ sent: 2 })
  })

  it.each(['failing', 'hanging'] as const)(
    'bounds its shutdown, and says in the app’s log what could not be sent: PostHog is %s',
    async (state) => {
      const posthog = await startScriptedServer()
      onTestFinished(() => posthog.close())
      posthog.always('/batch/', state === 'failing' ? { status: 503 } : 'hang')
      const { lines, stream } = logSink()
      const app = fastify({ logger: { level: 'warn', stream } })
      await app.register(hedgerow, { token: 'phc_own', host: posthog.url, shutdownTimeoutMs: 150 })
      await app.ready()
      app.hedgerow.capture({ event: 'order placed', distinctId: 'user_1' })

      const started = performance.now()
      await app.close()

      expect(performance.now() - started).toBeLessThan(1500)
      expect(lines()).toContainEqual(
        expect.objectContaining({
          level: warn,
          msg: '[hedgerow] shutdown: 1 event could not be sent before the client was shut down',
        }),
      )
    },
  )

  it('without a token says so in the app’s log, in one line, and the app works', async () => {
    const { lines, stream } = logSink()
    const app = fastify({ logger: { level: 'info', stream } })
    onTestFinished(() => app.close())
    await app.register(hedgerow, { token: undefined })
    app.get('/', async ({ hedgerow: { flags } }) => ({ hero: flags.isEnabled('hero') }))

    const answer = await app.inject({ url: '/', headers: documentHeaders })

    expect([answer.statusCode, answer.json()]).toEqual([200, { hero: false }])
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(lines()).toMatchObject([
      { level: error, msg: expect.stringContaining('the project token is missing or blank') },
    ])
  })

  it.each([
    ['in an app without a log', {}],
    ['in an app with one', { logger: { level: 'info', stream: { write: () => {} } } }],
  ])('logs where its own runtime says, %s', async (_case, server) => {
    const lines: string[] = []
    const app = fastify(server)
    onTestFinished(() => app.close())

    await app.register(hedgerow, { token: '', runtime: { log: (_level, line) => void lines.push(line) } })

    expect(lines).toHaveLength(1)
  })
})

describe.each(majors)('waiting for flag definitions in %s', (_name, fastify) => {
  const definitions = { flags: [{ key: 'on', active: true, filters: { groups: [{ properties: [] }] } }] }

  it('has them for the first request', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    posthog.always('/flags/definitions', { status: 200, body: definitions, delayMs: 50 })
    const app = fastify()
    onTestFinished(() => app.close())
    await app.register(hedgerow, {
      token: 'phc_own',
      secretKey: 'phs_test',
      host: posthog.url,
      waitForFlagsMs: 5000,
    })
    app.get('/', async ({ hedgerow: { flags } }) => [flags.state, flags.getFlag('on')])

    const answer = await app.inject('/')

    expect(answer.json()).toEqual(['loaded', true])
  })

  it('goes on without them when the time is over, and says so', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    posthog.always('/flags/definitions', 'hang')
    const { lines, stream } = logSink()
    const app = fastify({ logger: { level: 'warn', stream } })
    onTestFinished(() => app.close())
    await app.register(hedgerow, {
      token: 'phc_own',
      secretKey: 'phs_test',
      host: posthog.url,
      waitForFlagsMs: 20,
      shutdownTimeoutMs: 50,
    })

    await app.ready()

    expect(lines()).toMatchObject([
      {
        level: warn,
        msg: '[hedgerow] definitions: there were no flag definitions within 20 ms, so the app starts without them; flags have their defaults until they are loaded',
      },
    ])
  })

  it('is not done unless asked for', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    posthog.always('/flags/definitions', 'hang')
    const app = fastify()
    onTestFinished(() => app.close())
    await app.register(hedgerow, {
      token: 'phc_own',
      secretKey: 'phs_test',
      host: posthog.url,
      shutdownTimeoutMs: 50,
    })

    await app.ready()

    expect(app.hedgerow.isLocalEvaluationReady()).toBe(false)
  })
})

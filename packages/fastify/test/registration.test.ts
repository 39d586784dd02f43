import type { FastifyInstance } from 'fastify'
import { createFakeRuntime, send, startScriptedServer, documentHeaders } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import * as everything from '../src/index.ts'
import { ConfigError, hedgerow, HedgerowClient, type HedgerowPluginOptions } from '../src/index.ts'
import { type FastifyModule, majors, startSite } from './test-site.ts'

function quietClient(token = 'phc_test'): HedgerowClient {
  return new HedgerowClient(token, { host: 'http://127.0.0.1:1', runtime: createFakeRuntime() })
}

const silent = { runtime: { log: () => {} } }

async function registered(fastify: FastifyModule, options: unknown): Promise<unknown> {
  const app = fastify()
  try {
    // What the types forbid, plain JavaScript still passes.
    await app.register(hedgerow, options as HedgerowPluginOptions)
    await app.ready()
  } catch (error) {
    return error
  } finally {
    await app.close()
  }
  return undefined
}

describe.each(majors)('registering in %s', (_name, fastify) => {
  it.each<[string, (client: HedgerowClient) => unknown, string]>([
    ['nothing', () => undefined, 'Hedgerow needs a client or a token'],
    ['no client and no token', () => ({}), 'Hedgerow needs a client or a token'],
    ['a client that is not there', () => ({ client: undefined }), 'Hedgerow needs a client or a token'],
    ['something else for a client', () => ({ client: {} }), 'client must be a HedgerowClient'],
    ['null for a client', () => ({ client: null }), 'client must be a HedgerowClient'],
    ['an empty name', (client) => ({ client, name: '' }), 'name must be an identifier'],
    ['a name that is no text', (client) => ({ client, name: 1 }), 'name must be an identifier'],
    ['a name that Fastify uses', (client) => ({ client, name: 'ip' }), 'name ip is taken'],
    [
      'no time to shut down',
      (client) => ({ client, shutdownTimeoutMs: 0 }),
      'shutdownTimeoutMs must be a whole',
    ],
    ['half a millisecond', (client) => ({ client, waitForFlagsMs: 0.5 }), 'waitForFlagsMs must be a whole'],
    ['an unclear switch', (client) => ({ client, enabled: 'no' }), 'enabled must be true or false'],
    ['a bad request option', (client) => ({ client, flags: { deadlineMs: -1 } }), 'flags.deadlineMs must be'],
    [
      'a bad request option and a token',
      () => ({ ...silent, token: '', flags: { preload: 'x' } }),
      'flags.preload must',
    ],
    ['a bad client option', () => ({ token: 'phc_x', flushAt: '20' }), 'flushAt must be'],
    [
      'nothing above to switch off',
      () => ({ enabled: false }),
      'enabled: false needs hedgerow registered above',
    ],
  ])('with %s is refused', async (_case, optionsWith, message) => {
    const error = await registered(fastify, optionsWith(quietClient()))

    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).message).toContain(message)
  })

  it('names an option that it does not know, and not those that are Fastify’s', async () => {
    const runtime = createFakeRuntime()
    const client = new HedgerowClient('phc_test', { host: 'http://127.0.0.1:1', runtime })
    const own = createFakeRuntime()

    await registered(fastify, { client, flushAt: 1, prefix: '/x', logSerializers: {} })
    await registered(fastify, { token: '', runtime: own, identify: {}, prefix: '/x', logSerializers: {} })

    expect(runtime.lines.map(({ line }) => line)).toEqual([
      '[hedgerow] options: unknown option flushAt is ignored; check its spelling',
    ])
    expect(own.lines.map(({ line }) => line)).toContainEqual(expect.stringContaining('identify'))
    expect(own.lines.map(({ line }) => line).join()).not.toContain('prefix')
  })

  it.each<[string, (app: FastifyInstance) => PromiseLike<unknown>]>([
    ['on the same instance', (app) => app.register(hedgerow, { client: quietClient('phc_b') })],
    [
      'below it',
      (app) =>
        app.register(async (child) => {
          await child.register(hedgerow, { client: quietClient('phc_b') })
        }),
    ],
  ])('twice under one name is refused %s', async (_case, register) => {
    const app = fastify()
    await app.register(hedgerow, { client: quietClient() })

    const error = await register(app).then(
      () => undefined,
      (thrown: unknown) => thrown,
    )

    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).code).toBe('name-taken')
    expect((error as ConfigError).message).toBe(
      'name hedgerow is taken: another client, or the framework, has that property of requests already; give this client another name',
    )
  })

  it('two clients under two names gives each its scope, cookie, pageview, gates and place on the app', async () => {
    const other = await startScriptedServer()
    onTestFinished(() => other.close())
    other.flags = { open: true }
    const second = new HedgerowClient('phc_second', {
      host: other.url,
      runtime: createFakeRuntime({ seed: 2 }),
    })
    const site = await startSite(fastify, {
      routes: async (app, client) => {
        await app.register(hedgerow, { client: second, name: 'eu' })
        app.get('/', async (request, reply) => {
          const eu = Reflect.get(request, 'eu') as everything.RequestScope
          const same = request.hedgerow.distinctId === eu.distinctId
          const clients = app.hedgerow === client && Reflect.get(app, 'eu') === second
          return reply
            .type('text/html')
            .send(`${same} ${clients} ${client.scope() === request.hedgerow} ${second.scope() === eu}`)
        })
        const config = { eu: { flag: 'open' } }
        app.get('/config', { config }, async () => 'open')
        app.get('/hook', { preHandler: everything.requireFlag('open', { name: 'eu' }) }, async () => 'open')
        app.get('/first', { preHandler: everything.requireFlag('open') }, async () => 'open')
      },
    })

    const page = await site.visit('/')
    const statuses = []
    for (const path of ['/config', '/hook', '/first']) statuses.push((await site.visit(path)).status)
    await site.events()
    await second.flush()

    expect(page.body).toBe('false true true true')
    expect(page.headers['set-cookie']?.map((line) => line.split('=')[0]).toSorted()).toEqual([
      'ph_phc_second_posthog',
      'ph_phc_test_posthog',
    ])
    expect(statuses).toEqual([200, 200, 404])
    const pageviews = (server: typeof other) => server.events().filter(({ event }) => event === '$pageview')
    expect([pageviews(site.posthog).length, pageviews(other).length]).toEqual([1, 1])
  })

  it('one client under two names is one scope: one pageview, one cookie, one WARN', async () => {
    const site = await startSite(fastify, {
      routes: async (app, client) => {
        await app.register(hedgerow, { client, name: 'again' })
        app.get('/', async (request, reply) =>
          reply.type('text/html').send(String(Reflect.get(request, 'again') === request.hedgerow)),
        )
      },
    })

    const answers = [await site.visit('/'), await site.visit('/')]

    expect(answers.map(({ body }) => body)).toEqual(['true', 'true'])
    expect(answers.map(({ headers }) => headers['set-cookie']?.length)).toEqual([1, 1])
    expect((await site.events()).map(({ event }) => event)).toEqual(['$pageview', '$pageview'])
    expect(site.warnings()).toEqual([expect.stringContaining('mounted twice')])
  })

  it('in two plugins side by side gives each its own client under the same name', async () => {
    const [one, two] = [await startScriptedServer(), await startScriptedServer()]
    const clients = [one, two].map(
      ({ url }, index) => new HedgerowClient(`phc_${index}`, { host: url, runtime: createFakeRuntime() }),
    )
    const app = fastify({ forceCloseConnections: true })
    onTestFinished(async () => {
      await app.close()
      await Promise.all([one.close(), two.close()])
    })
    clients.forEach((client, index) => {
      void app.register(
        async (site) => {
          await site.register(hedgerow, { client })
          site.get('/', async (_request, reply) => reply.type('text/html').send('page'))
        },
        { prefix: `/${index}` },
      )
    })
    app.get('/outside', async (request) => [request.hedgerow === undefined])
    const url = await app.listen({ port: 0, host: '127.0.0.1' })

    for (const path of ['/0', '/1', '/1']) await send(url + path, { headers: documentHeaders })
    const outside = await send(`${url}/outside`, { headers: documentHeaders })
    await app.close()

    expect([one.events().length, two.events().length]).toEqual([1, 2])
    expect(outside.body).toBe('[true]')
  })

  it.each<[string, (register: (plugin: never, options: object) => unknown) => unknown]>([
    ['its default export', (register) => register(everything.default as never, {})],
    ['the whole module, as require gives it', (register) => register(everything as never, {})],
    ['a promise of the module', (register) => register(import('../src/index.ts') as never, {})],
  ])('works with %s', async (_case, registerWith) => {
    const app = fastify()
    onTestFinished(() => app.close())
    const client = quietClient()

    await registerWith((plugin, options) => app.register(plugin, { ...options, client } as never))
    await app.ready()

    expect(app.hedgerow).toBe(client)
    expect(app.hasPlugin('@hedgerow/fastify')).toBe(true)
  })

  it('takes its options from a function of the app', async () => {
    const app = fastify()
    onTestFinished(() => app.close())
    const client = quietClient()
    app.decorate('posthog', client)

    await app.register(hedgerow, (parent) => ({ client: Reflect.get(parent, 'posthog') as HedgerowClient }))

    expect(app.hedgerow).toBe(client)
  })

  it('leaves the decorator of the request as Fastify wants it: reserved, and null', async () => {
    const app = fastify()
    onTestFinished(() => app.close())
    await app.register(hedgerow, { client: quietClient() })
    let before: unknown = 'not asked'
    app.addHook('onRequest', async () => {})
    app.get('/', { config: { hedgerow: false } }, async (request) => {
      before = request.hedgerow
      return 'page'
    })

    await app.inject('/')

    expect(app.hasRequestDecorator('hedgerow')).toBe(true)
    expect(before).toBeNull()
  })
})

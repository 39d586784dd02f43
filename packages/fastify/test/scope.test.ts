import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import { browserCookie, send } from 'testkit'
import { describe, expect, it } from 'vitest'
import type { RequestScope } from '../src/index.ts'
import { majors, startSite } from './test-site.ts'

const visitor = (id: string) => ({ cookie: browserCookie({ distinct_id: id }) })

describe.each(majors)('the scope of a request in %s', (_name, fastify) => {
  it('is found by the client in every hook, in the handler, and across awaits, timers and callbacks', async () => {
    const found: [string, string | undefined][] = []
    const site = await startSite(fastify, {
      routes: (app, client) => {
        const look = (where: string) => found.push([where, client.scope()?.distinctId])
        app.addHook('onRequest', async () => void look('onRequest'))
        app.addHook(
          'preParsing',
          (_request, _reply, payload, done) => (look('preParsing'), done(null, payload)),
        )
        app.addHook('preValidation', (_request, _reply, done) => (look('preValidation'), setImmediate(done)))
        app.addHook('preHandler', async () => (await delay(1), look('preHandler')))
        app.addHook(
          'preSerialization',
          async (_request, _reply, payload) => (look('preSerialization'), payload),
        )
        app.addHook('onSend', async (_request, _reply, payload) => (look('onSend'), payload))
        app.post('/', async () => {
          look('handler')
          await Promise.resolve()
          look('await')
          await new Promise<void>((resolve) => process.nextTick(resolve))
          look('nextTick')
          return { page: 1 }
        })
      },
    })

    const headers = { ...visitor('browser_1'), 'content-type': 'application/json' }
    await site.send('/', { method: 'POST', headers, body: '{"a":1}' })

    const stages = ['onRequest', 'preParsing', 'preValidation', 'preHandler', 'handler', 'await', 'nextTick']
    expect(found).toEqual([...stages, 'preSerialization', 'onSend'].map((stage) => [stage, 'browser_1']))
    expect(site.client.scope()).toBeUndefined()
  })

  it.each([
    ['/json', 'application/json', '{"a":1}'],
    ['/text', 'text/plain', 'a=1'],
    ['/own', 'application/octet-stream', 'a=1'.repeat(300_000)],
    ['/raw', 'application/x-raw', 'a=1'.repeat(300_000)],
  ])('is found after a body was read: %s', async (path, type, body) => {
    const site = await startSite(fastify, {
      routes: (app, client) => {
        app.addContentTypeParser('application/octet-stream', (_request, payload, done) => {
          let length = 0
          payload.on('data', (chunk: Buffer) => (length += chunk.length)).on('end', () => done(null, length))
        })
        app.addContentTypeParser('application/x-raw', (_request, payload, done) => done(null, payload))
        const answer = () => {
          client.capture({ event: 'order placed' })
          return [client.scope()?.distinctId]
        }
        app.post('/json', answer)
        app.post('/text', answer)
        app.post('/own', answer)
        app.post('/raw', (request, reply) => {
          request.raw.resume().on('end', () => void reply.send(answer()))
        })
      },
    })

    const answer = await site.send(path, {
      method: 'POST',
      headers: { ...visitor('browser_1'), 'content-type': type },
      body,
    })

    expect(answer.body).toBe('["browser_1"]')
    expect((await site.events()).map((event) => [event.event, event.distinct_id])).toEqual([
      ['order placed', 'browser_1'],
    ])
  })

  it('of 300 interleaved requests with bodies on shared connections is never another’s, and none is lost', async () => {
    const site = await startSite(fastify, {
      client: { maxBatchSize: 1000 },
      routes: (app, client) => {
        app.post<{ Body: { wait: number } }>('/', async (request) => {
          const { wait } = request.body
          await delay(wait)
          client.capture({ event: 'order placed', properties: { by: request.hedgerow.distinctId } })
          await delay(wait)
          return [client.scope()?.distinctId, request.hedgerow.distinctId]
        })
      },
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 12 })
    const ids = Array.from({ length: 300 }, (_, index) => `browser_${index}`)

    const answers = await Promise.all(
      ids.map((id, index) =>
        send(site.url, {
          method: 'POST',
          agent,
          headers: { ...visitor(id), 'content-type': 'application/json' },
          body: JSON.stringify({ wait: index % 4, padding: 'x'.repeat((index % 7) * 1000) }),
        }),
      ),
    )
    agent.destroy()

    expect(answers.map(({ body }) => body)).toEqual(ids.map((id) => JSON.stringify([id, id])))
    const events = await site.events()
    expect(events).toHaveLength(300)
    expect(new Set(events.map((event) => event.distinct_id)).size).toBe(300)
    for (const { distinct_id: id, properties } of events) expect(properties['by']).toBe(id)
  })

  it('still captures as the visitor after its end, and counts no second pageview', async () => {
    let kept: RequestScope | undefined
    const site = await startSite(fastify, {
      routes: (app) =>
        app.get('/', (request, reply) => {
          kept = request.hedgerow
          return reply.type('text/html').send('page')
        }),
    })

    await site.visit('/', visitor('browser_1'))
    await site.closed()
    kept?.capture('mail sent', { to: 1 })

    expect((await site.events()).map((event) => [event.event, event.distinct_id])).toEqual([
      ['$pageview', 'browser_1'],
      ['mail sent', 'browser_1'],
    ])
  })

  it('is there in the error handler and in the handler for what no route knows', async () => {
    const site = await startSite(fastify, {
      routes: (app: FastifyInstance) => {
        app.setErrorHandler((error: Error, request, reply) => {
          void reply.code(500).send([error.message, request.hedgerow.distinctId])
        })
        app.setNotFoundHandler((request, reply) => reply.code(404).send([request.hedgerow.distinctId]))
        app.get('/fails', async () => {
          throw new Error('boom')
        })
      },
    })

    const failed = await site.visit('/fails', visitor('browser_1'))
    const missing = await site.visit('/nowhere', visitor('browser_1'))

    expect([failed.status, failed.body]).toEqual([500, '["boom","browser_1"]'])
    expect([missing.status, missing.body]).toEqual([404, '["browser_1"]'])
  })

  it('belongs to the user whom authentication has found in any hook before the handler', async () => {
    const site = await startSite(fastify, {
      request: { identity: { resolve: (request) => Reflect.get(request, 'userId') as string | undefined } },
      routes: (app) => {
        const authenticate = async (request: object) => void Reflect.set(request, 'userId', 'user_1')
        const page = async ({ hedgerow: { distinctId, flags } }: { hedgerow: RequestScope }) => [
          distinctId,
          flags.getFlag('hero'),
        ]
        app.get('/onRequest', { onRequest: authenticate }, page)
        app.get('/preValidation', { preValidation: authenticate }, page)
        app.get('/preHandler', { preHandler: [authenticate] }, page)
      },
    })
    site.posthog.flags = { hero: 'blue' }

    const bodies = []
    for (const path of ['/onRequest', '/preValidation', '/preHandler'])
      bodies.push((await site.visit(path, visitor('browser_1'))).body)

    expect(bodies).toEqual(Array.from({ length: 3 }, () => '["user_1","blue"]'))
    // One call for all three, and none for the visitor before they were known.
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
    expect(site.warnings()).toEqual([])
  })
})

describe.each(majors)('a client that is off in %s', (_name, fastify) => {
  it.each([
    ['by a blank token', '', false],
    ['by its option', 'phc_test', true],
  ])('%s lets the application run: no cookie, no request', async (_case, token, disabled) => {
    const site = await startSite(fastify, {
      token,
      client: { disabled },
      routes: (app, client) =>
        app.get('/', async ({ hedgerow }, reply) => {
          hedgerow.capture('order placed')
          client.capture({ event: 'order placed' })
          await hedgerow.identify('user_1')
          await hedgerow.flags.load()
          hedgerow.logout()
          return reply.type('text/html').send(`${hedgerow.flags.isEnabled('hero')}`)
        }),
    })

    const answer = await site.visit('/')

    expect([answer.status, answer.body]).toEqual([200, 'false'])
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(await site.events()).toEqual([])
    expect(site.posthog.requests).toHaveLength(0)
    expect(site.warnings()).toEqual([])
  })
})

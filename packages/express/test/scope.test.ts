import { Agent } from 'node:http'
import { setTimeout as delay } from 'node:timers/promises'
import type { RequestHandler } from 'express'
import { browserCookie, cookieLines, send } from 'testkit'
import { describe, expect, it } from 'vitest'
import { hedgerow, HedgerowClient, type RequestScope } from '../src/index.ts'
import { asyncHandler } from './async-handler.ts'
import { majors, startSite } from './test-site.ts'

const visitor = (id: string) => ({ cookie: browserCookie({ distinct_id: id }) })
const json = (id: string) => ({ ...visitor(id), 'content-type': 'application/json' })

describe.each(majors)('the scope of a request in %s', (_name, express) => {
  it('is found by the client across awaits, timers and callbacks', async () => {
    const found: (string | undefined)[] = []
    const site = await startSite(express, {
      routes: (app, client) => {
        const look = () => found.push(client.scope()?.distinctId)
        app.use((_req, _res, next) => {
          look()
          setImmediate(next)
        })
        app.get(
          '/',
          asyncHandler(async (_req, res) => {
            look()
            await Promise.resolve()
            look()
            await delay(1)
            look()
            await new Promise<void>((resolve) => process.nextTick(resolve))
            look()
            res.send('page')
          }),
        )
      },
    })

    await site.visit('/', visitor('browser_1'))

    expect(found).toEqual(Array.from({ length: 5 }, () => 'browser_1'))
    expect(site.client.scope()).toBeUndefined()
  })

  it.each([
    ['/json', 'application/json', '{"a":1}'],
    ['/form', 'application/x-www-form-urlencoded', 'a=1'],
    ['/text', 'text/plain', 'a=1'],
    ['/raw', 'application/octet-stream', 'a=1'],
    ['/own', 'multipart/form-data', 'a=1'.repeat(100_000)],
  ])('is found after a body was parsed: %s', async (path, type, body) => {
    const site = await startSite(express, {
      routes: (app, client) => {
        const own: RequestHandler = (req, _res, next) => {
          req.resume().on('end', () => next())
        }
        const answer: RequestHandler = (_req, res) => {
          client.capture({ event: 'order placed' })
          res.json(client.scope()?.distinctId)
        }
        app.post('/json', express.json(), answer)
        app.post('/form', express.urlencoded({ extended: false }), answer)
        app.post('/text', express.text(), answer)
        app.post('/raw', express.raw(), answer)
        app.post('/own', own, answer)
      },
    })

    const answer = await site.send(path, {
      method: 'POST',
      headers: { ...visitor('browser_1'), 'content-type': type },
      body,
    })

    expect(answer.body).toBe('"browser_1"')
    expect((await site.events()).map((event) => [event.event, event.distinct_id])).toEqual([
      ['order placed', 'browser_1'],
    ])
  })

  it('gives client.capture its identity and properties where no distinctId is named', async () => {
    const site = await startSite(express, {
      routes: (app, client) =>
        app.get('/', (_req, res) => {
          client.capture({ event: 'mine', properties: { total: 1 }, groups: { company: 'acme' } })
          client.capture({ event: 'another’s', distinctId: 'user_9' })
          res.send('page')
        }),
    })

    await site.visit('/', visitor('browser_1'))
    site.client.capture({ event: 'outside' })

    const [mine, other, , outside] = await site.events()
    expect(mine).toMatchObject({ distinct_id: 'browser_1' })
    expect(mine?.properties).toMatchObject({
      total: 1,
      $groups: { company: 'acme' },
      $pathname: '/',
      $hedgerow_id_source: 'cookie',
      $process_person_profile: false,
    })
    expect(other).toMatchObject({ distinct_id: 'user_9' })
    expect(other?.properties).not.toHaveProperty('$hedgerow_id_source')
    expect(outside?.distinct_id).not.toBe('browser_1')
  })

  it('still captures as the visitor after its end, and counts no second pageview', async () => {
    let kept: RequestScope | undefined
    const site = await startSite(express, {
      routes: (app) =>
        app.get('/', (req, res) => {
          kept = req.hedgerow
          res.send('page')
        }),
    })
    site.posthog.flags = { hero: 'blue' }

    await site.visit('/', visitor('browser_1'))
    await site.closed()
    kept?.capture('mail sent', { to: 1 })
    const flag = kept?.flags.getFlag('hero')

    expect(flag).toBe('blue')
    expect((await site.events()).map((event) => [event.event, event.distinct_id])).toEqual([
      ['$pageview', 'browser_1'],
      ['mail sent', 'browser_1'],
      ['$feature_flag_called', 'browser_1'],
    ])
  })

  it('of 300 interleaved requests with bodies on shared connections is never another’s, and none is lost', async () => {
    const site = await startSite(express, {
      client: { maxBatchSize: 1000 },
      routes: (app, client) => {
        app.use(express.json())
        app.post(
          '/',
          asyncHandler(async (req, res) => {
            const { wait } = req.body as { wait: number }
            await delay(wait)
            client.capture({ event: 'order placed', properties: { by: req.hedgerow.distinctId } })
            await delay(wait)
            res.json([client.scope()?.distinctId, req.hedgerow.distinctId])
          }),
        )
      },
    })
    const agent = new Agent({ keepAlive: true, maxSockets: 12 })
    const ids = Array.from({ length: 300 }, (_, index) => `browser_${index}`)

    const answers = await Promise.all(
      ids.map((id, index) =>
        send(site.url, {
          method: 'POST',
          agent,
          headers: json(id),
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

  it('is one when the client is mounted twice: one pageview, one flag call, one cookie, one WARN', async () => {
    const site = await startSite(express, {
      above: () => {},
      routes: (app, client) => {
        app.use(hedgerow(client))
        app.use('/nested', hedgerow(client))
        app.get('/nested', (req, res) => res.send(String(req.hedgerow === client.scope())))
      },
    })

    const answers = [await site.visit('/nested'), await site.visit('/nested')]

    expect(answers.map(({ body }) => body)).toEqual(['true', 'true'])
    expect(answers.map((answer) => cookieLines(answer).length)).toEqual([1, 1])
    expect((await site.events()).map(({ event }) => event)).toEqual(['$pageview', '$pageview'])
    expect(site.posthog.flagCalls()).toHaveLength(2)
    expect(site.warnings()).toHaveLength(1)
    expect(site.warnings()[0]).toContain('mounted twice')
  })

  it('is there where the platform has no asynchronous context; client.scope() alone finds nothing', async () => {
    const client = new HedgerowClient('phc_test', { runtime: { createStorage: () => undefined } })
    const site = await startSite(express, {
      routes: (app) => {
        app.use('/other', (req, _res, next) => {
          Reflect.deleteProperty(req, 'hedgerow')
          next()
        })
        app.use('/other', hedgerow(client, { flags: { preload: 'never' } }))
        app.post('/other', (req, res) => res.json([client.scope() ?? null, req.hedgerow.distinctId]))
      },
    })

    const answer = await site.send('/other', { method: 'POST', headers: visitor('browser_1') })

    expect(answer.body).toBe('[null,"browser_1"]')
  })
})

describe.each(majors)('a client that is off in %s', (_name, express) => {
  const offSite = (token: string, disabled: boolean) =>
    startSite(express, {
      token,
      client: { disabled },
      routes: (app, client) =>
        app.get(
          '/',
          asyncHandler(async ({ hedgerow }, res) => {
            hedgerow.capture('order placed')
            client.capture({ event: 'order placed' })
            await hedgerow.identify('user_1')
            await hedgerow.flags.load()
            hedgerow.logout()
            res.send(
              `${hedgerow.flags.isEnabled('hero')} ${hedgerow.flags.isEnabled('hero', { defaultValue: true })}`,
            )
          }),
        ),
    })

  it.each([
    ['by a blank token', '', false],
    ['by its option', 'phc_test', true],
  ])('%s lets the application run: no cookie, no request', async (_case, token, disabled) => {
    const site = await offSite(token, disabled)

    const answer = await site.visit('/')

    expect([answer.status, answer.body]).toEqual([200, 'false true'])
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect(await site.events()).toEqual([])
    expect(site.posthog.requests).toHaveLength(0)
    expect(site.warnings()).toEqual([])
  })
})

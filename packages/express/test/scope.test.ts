import type { RequestHandler } from 'express'
import { browserCookie, cookieLines } from 'testkit'
import { describe, expect, it } from 'vitest'
import { hedgerow, HedgerowClient, type RequestScope } from '../src/index.ts'
import { asyncHandler } from './async-handler.ts'
import { majors, startSite } from './test-site.ts'

const visitor = (id: string) => ({ cookie: browserCookie({ distinct_id: id }) })

describe.each(majors)('the scope of a request in %s', (_name, express) => {
  it.each([
    ['/form', 'application/x-www-form-urlencoded', 'a=1'],
    ['/text', 'text/plain', 'a=1'],
    ['/raw', 'application/octet-stream', 'a=1'],
  ])('is found after a body was parsed: %s', async (path, type, body) => {
    const site = await startSite(express, {
      routes: (app, client) => {
        const answer: RequestHandler = (_req, res) => {
          client.capture({ event: 'order placed' })
          res.json(client.scope()?.distinctId)
        }
        app.post('/form', express.urlencoded({ extended: false }), answer)
        app.post('/text', express.text(), answer)
        app.post('/raw', express.raw(), answer)
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

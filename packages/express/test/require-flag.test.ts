import type { ErrorRequestHandler } from 'express'
import { browserCookie, documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import { ConfigError, requireFlag, type RequireFlagOptions } from '../src/index.ts'
import { type ExpressModule, majors, startSite, type TestSite } from './test-site.ts'

const headers = { ...documentHeaders, cookie: browserCookie({ distinct_id: 'browser_1' }) }

async function guarded(express: ExpressModule, key: string, options?: RequireFlagOptions): Promise<TestSite> {
  const site = await startSite(express, {
    routes: (app) => {
      app.all('/', requireFlag(key, options), (_req, res) => res.send('behind the gate'))
      app.all('/', (_req, res) => res.send('the next route'))
    },
  })
  site.posthog.flags = { on: true, off: false, blue: 'blue' }
  return site
}

describe.each(majors)('a gate in %s', (_name, express) => {
  it.each<[string, string, RequireFlagOptions, number]>([
    ['a flag that is on', 'on', {}, 200],
    ['a flag that is off', 'off', {}, 404],
    ['any variant', 'blue', {}, 200],
    ['the variant', 'blue', { variant: 'blue' }, 200],
    ['another variant', 'blue', { variant: 'green' }, 404],
    ['a variant of a flag without variants', 'on', { variant: 'on' }, 404],
    ['an unknown flag', 'unknown', {}, 404],
    ['an unknown flag, denied', 'unknown', { whenUnknown: 'deny' }, 404],
    ['an unknown flag, allowed', 'unknown', { whenUnknown: 'allow' }, 200],
    ['a flag that is off, although unknown ones are allowed', 'off', { whenUnknown: 'allow' }, 404],
    [
      'another variant, although unknown ones are allowed',
      'blue',
      { variant: 'green', whenUnknown: 'allow' },
      404,
    ],
  ])('for %s', async (_case, key, options, status) => {
    const site = await guarded(express, key, options)

    const answer = await site.send('/', { headers })

    expect(answer.status).toBe(status)
    expect(answer.body).toBe(status === 200 ? 'behind the gate' : 'Not Found')
  })

  it.each<[RequireFlagOptions['otherwise'], number, string, string | undefined]>([
    [undefined, 404, 'Not Found', undefined],
    ['not-found', 404, 'Not Found', undefined],
    ['forbidden', 403, 'Forbidden', undefined],
    ['next', 200, 'the next route', undefined],
    [
      { redirect: '/sold-out?from=gate' },
      302,
      'Found. Redirecting to /sold-out?from=gate',
      '/sold-out?from=gate',
    ],
    [(req, res) => res.status(418).send(req.hedgerow.distinctId), 418, 'browser_1', undefined],
    [(_req, _res, next) => next('route'), 200, 'the next route', undefined],
  ])('that is closed, otherwise %j', async (otherwise, status, body, location) => {
    const site = await guarded(express, 'off', { otherwise })

    const answer = await site.send('/', { headers: { ...headers, accept: 'text/plain' } })

    expect([answer.status, answer.body, answer.headers.location]).toEqual([status, body, location])
  })

  it.each(['POST', 'DELETE', 'HEAD'])('loads the flags of a %s request itself', async (method) => {
    const site = await guarded(express, 'on')

    const answer = await site.send('/', { method, headers: { cookie: headers.cookie } })

    expect(answer.status).toBe(200)
    expect(site.posthog.flagCalls()).toHaveLength(1)
    expect(site.warnings()).toEqual([])
  })

  it.each<['deny' | 'allow', number]>([
    ['deny', 404],
    ['allow', 200],
  ])('without an answer in time does as whenUnknown says: %s', async (whenUnknown, status) => {
    const site = await guarded(express, 'on', { whenUnknown })
    site.posthog.always('/flags/', 'hang')

    const pending = site.send('/', { method: 'POST', headers: { cookie: headers.cookie } })
    await site.posthog.waitFor(() => site.posthog.flagCalls().length === 1)
    await site.runtime.advance(250)

    expect((await pending).status).toBe(status)
  })

  it('counts as a read: the flag is on the events of the request', async () => {
    const site = await guarded(express, 'blue', { variant: 'blue' })

    await site.visit('/', { cookie: headers.cookie })

    expect((await site.events())[0]?.properties['$feature/blue']).toBe('blue')
  })

  it('hands an error of what is behind it to Express', async () => {
    const errorPage: ErrorRequestHandler = (error: Error, _req, res, _next) => {
      res.status(500).send(error.message)
    }
    const site = await startSite(express, {
      routes: (app) => {
        app.get('/', requireFlag('on'), () => {
          throw new Error('thrown behind the gate')
        })
        app.use(errorPage)
      },
    })
    site.posthog.flags = { on: true }

    expect((await site.visit('/')).body).toBe('thrown behind the gate')
  })

  it('hands an error of otherwise to Express, once', async () => {
    const seen: string[] = []
    const errorPage: ErrorRequestHandler = (error: Error, _req, res, _next) => {
      seen.push(error.message)
      res.status(500).send('error page')
    }
    const site = await startSite(express, {
      routes: (app) => {
        const otherwise = () => {
          throw new Error('thrown by otherwise')
        }
        app.get('/', requireFlag('off', { otherwise }))
        app.use(errorPage)
      },
    })

    expect((await site.visit('/')).body).toBe('error page')
    expect(seen).toEqual(['thrown by otherwise'])
  })

  it('hands a rejection of otherwise to Express', async () => {
    const errorPage: ErrorRequestHandler = (error: Error, _req, res, _next) => {
      res.status(500).send(error.message)
    }
    const site = await startSite(express, {
      routes: (app) => {
        app.get('/', requireFlag('off', { otherwise: async () => Promise.reject(new Error('rejected')) }))
        app.use(errorPage)
      },
    })

    expect((await site.visit('/')).body).toBe('rejected')
  })

  it('without the middleware above it says what is missing', async () => {
    let error: unknown
    const observe: ErrorRequestHandler = (given, _req, res, _next) => {
      error = given
      res.status(500).end()
    }
    const site = await startSite(express, {
      above: (app) => {
        app.get('/', requireFlag('on'), (_req, res) => res.send('behind the gate'))
        app.use(observe)
      },
      routes: () => {},
    })

    expect((await site.visit('/')).status).toBe(500)
    expect(error).toBeInstanceOf(ConfigError)
    expect((error as ConfigError).message).toBe(
      "requireFlag('on') needs the hedgerow middleware above it; add app.use(hedgerow(client)) before the route",
    )
  })
})

describe('a gate', () => {
  it.each<[string, unknown, unknown]>([
    ['no key', undefined, {}],
    ['an empty key', '', {}],
    ['a number for a key', 17, {}],
    ['an unknown otherwise', 'on', { otherwise: 'teapot' }],
    ['a redirect to nowhere', 'on', { otherwise: { redirect: 17 } }],
    ['an unknown whenUnknown', 'on', { whenUnknown: 'maybe' }],
    ['a variant that is no text', 'on', { variant: true }],
  ])('with %s fails where it is mounted', (_case, key, options) => {
    // What the types forbid, plain JavaScript still passes.
    const mount = () => requireFlag(key as string, options as RequireFlagOptions)

    expect(mount).toThrow(ConfigError)
  })
})

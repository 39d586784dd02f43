import { readFile } from 'node:fs/promises'
import type { ErrorRequestHandler } from 'express'
import { beforeAll, describe, expect, it } from 'vitest'
import { hedgerowErrors } from '../src/index.ts'
import { type ExpressModule, majors, startSite } from './test-site.ts'

interface Leaking {
  readonly sentinel: string
  readonly urls: readonly { readonly url: string; readonly source: string }[]
}

let leaking: Leaking = { sentinel: '', urls: [] }
let harmless: readonly string[] = []

beforeAll(async () => {
  leaking = JSON.parse(await readFile(new URL('urls/leaking-urls.json', import.meta.url), 'utf8')) as Leaking
  const text = await readFile(new URL('urls/harmless-urls.json', import.meta.url), 'utf8')
  harmless = (JSON.parse(text) as { urls: string[] }).urls
})

/** Where in a request an address may stand, as path with query and referrer. */
const places: Readonly<
  Record<string, (url: string, host: string) => readonly [path: string, referrer: string]>
> = {
  'the request itself': (url) => [url, ''],
  'a fragment of the referrer': (url, host) => ['/', `http://${host}/page#${url}`],
  'our own referrer': (url, host) => ['/', `http://${host}${url}`],
  'a foreign referrer': (url) => ['/', `https://jo:pw@partner.example${url}`],
  'a parameter': (url) => [`/login?next=${encodeURIComponent(url)}`, ''],
  'an absolute URL in a parameter, encoded twice': (url) => [
    `/login?next=${encodeURIComponent(encodeURIComponent(`https://partner.example${url}`))}`,
    '',
  ],
  'a parameter of a parameter': (url) => [
    `/login?next=${encodeURIComponent(`/a?next=${encodeURIComponent(url)}`)}`,
    '',
  ],
}

/** What an application may send in one request, with the address in the messages of its errors. */
const eventsOfARequest = [
  ...['$create_alias', '$exception', '$exception', '$exception', '$feature_flag_called', '$groupidentify'],
  ...['$identify', '$pageview', 'order placed'],
]

async function startShop(express: ExpressModule) {
  const site = await startSite(express, {
    request: { urls: { parameters: ['next'] } },
    routes: (app, client) => {
      app.use((req) => {
        const address = `${req.originalUrl} and ${String(req.headers.referer)} at ${new URLSearchParams(req.originalUrl.split('?')[1]).get('next')}`
        const scope = req.hedgerow
        scope.capture('order placed')
        scope.flags.isEnabled('hero')
        scope.captureException(new Error(`cannot serve ${address}`))
        client.captureException(new Error('cannot serve', { cause: new TypeError(address) }))
        void scope.identify('user_1')
        scope.alias({ alias: `old_${req.originalUrl.length}` })
        void scope.group('company', 'acme', { plan: 'pro' })
        throw new Error(`failed at http://${String(req.headers.host)}${req.originalUrl}`)
      })
      app.use(hedgerowErrors())
      app.use(
        ((_error, _req, res, _next) => void res.status(500).send('<h1>sorry</h1>')) as ErrorRequestHandler,
      )
    },
  })
  site.posthog.flags = { hero: true }
  return site
}

describe.each(majors)('with %s, no address that gives something away', (_name, express) => {
  it.each(Object.keys(places))('leaves the server from %s', async (place) => {
    const site = await startShop(express)
    const host = `127.0.0.1:${site.port}`

    for (const { url } of leaking.urls) {
      const [path, referer] = places[place]?.(url, host) ?? ['', '']
      await site.visit(path, referer ? { referer } : {})
      await site.events()
    }

    const { sentinel, urls } = leaking
    const bodies = site.posthog.requests.map(({ path, body }) => (path + JSON.stringify(body)).toLowerCase())
    expect(urls.length).toBeGreaterThanOrEqual(60)
    expect(urls.filter(({ url }) => !url.toLowerCase().includes(sentinel))).toEqual([])
    const leaks = bodies.flatMap((body) => {
      const at = body.indexOf(sentinel)
      return at < 0 ? [] : [body.slice(Math.max(0, at - 100), at + 50)]
    })
    expect(leaks).toEqual([])
    const names = (await site.events()).map(({ event }) => event)
    // A visitor is identified, and known by another id, once.
    expect(new Set(names)).toEqual(new Set(eventsOfARequest))
    for (const name of ['$pageview', '$feature_flag_called', 'order placed', '$identify', '$groupidentify'])
      expect([name, names.filter((each) => each === name).length]).toEqual([name, urls.length])
    expect(names.filter((name) => name === '$exception')).toHaveLength(urls.length * 3)
  })
})

describe.each(majors)('with %s, a harmless address', (_name, express) => {
  it('is recorded as it is, whether it is the page, its referrer, a parameter, or in a message', async () => {
    const site = await startSite(express, {
      request: { urls: { parameters: ['next'] } },
      routes: (app) =>
        app.use((req, res) => {
          if (req.headers.referer)
            req.hedgerow.captureException(new Error(`see ${req.headers.referer} for more`))
          res.send('page')
        }),
    })
    const changed: unknown[] = []

    for (const address of harmless) {
      const path = new URL(address).pathname
      const target = `${path}?utm_source=spring%20sale&next=${encodeURIComponent(address)}`
      const seen = (await site.events()).length
      await site.visit(target, { referer: address })
      for (const { event, properties } of (await site.events()).slice(seen)) {
        const recorded =
          event === '$pageview'
            ? [properties['$pathname'], properties['$current_url'], properties['$referrer']]
            : [(properties['$exception_list'] as { value: string }[])[0]?.value]
        const expected =
          event === '$pageview' ? [path, site.url + target, address] : [`see ${address} for more`]
        if (JSON.stringify(recorded) !== JSON.stringify(expected)) changed.push([event, recorded, expected])
      }
    }

    expect(harmless.length).toBeGreaterThanOrEqual(100)
    expect(await site.events()).toHaveLength(harmless.length * 2)
    expect(changed).toEqual([])
  })
})

import { describe, expect, it } from 'vitest'
import type { RequestFacts, ResponseFacts } from '../../src/adapter.ts'
import { ConfigError, type RequestOptions } from '../../src/index.ts'
import { pageFacts } from '../request/open-scope.ts'
import { page, startPageviews } from './pageview-setup.ts'

const googlebot = 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)'
const fetched = pageFacts({ 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors', accept: 'application/json' })
const json: ResponseFacts = { ...page, contentType: 'application/json' }

async function outcome(
  pageviews: RequestOptions['pageviews'],
  facts: RequestFacts,
  response: ResponseFacts = page,
) {
  const setup = await startPageviews(pageviews)
  setup.end(facts, response)
  const names = (await setup.events()).map(({ event }) => event)
  return [...setup.verdicts(), ...names]
}

describe('pageviews.accept', () => {
  it('counts what the rules leave out, and leaves out what they count', async () => {
    const accept = (request: RequestFacts) => request.path === '/api/feed'

    expect(await outcome({ accept }, pageFacts({ accept: '*/*' }, { path: '/api/feed' }), json)).toEqual([
      'counted, reason: accept-option',
      '$pageview',
    ])
    expect(await outcome({ accept }, pageFacts())).toEqual(['not counted, reason: accept-option'])
  })

  it('leaves to the rules what it does not answer', async () => {
    expect(await outcome({ accept: () => undefined }, pageFacts())).toEqual([
      'counted, reason: page',
      '$pageview',
    ])
    expect(await outcome({ accept: () => undefined }, fetched, json)).toEqual([
      'not counted, reason: sec-fetch',
    ])
  })

  it('is asked once a request, with the request and its response', async () => {
    const asked: unknown[] = []
    const accept = (request: RequestFacts, response: ResponseFacts) => {
      asked.push([request.method, request.path, request.header('accept'), response.status, response.route])
      return undefined
    }
    const { end } = await startPageviews({ accept })

    end(pageFacts({ accept: 'text/html' }, { path: '/shops/7' }), {
      ...page,
      status: 404,
      route: '/shops/:shop',
    })

    expect(asked).toEqual([['GET', '/shops/7', 'text/html', 404, '/shops/:shop']])
  })

  it('counts a prefetch where it says so, but no bot: those are for `bots`', async () => {
    const accept = () => true

    expect(await outcome({ accept }, pageFacts({ 'sec-purpose': 'prefetch' }))).toEqual([
      'counted, reason: accept-option',
      '$pageview',
    ])
    expect(await outcome({ accept }, pageFacts({ 'user-agent': googlebot }))).toEqual([
      'not counted, reason: bot (search, googlebot)',
    ])
  })

  it.each<[string, () => unknown, string]>([
    [
      'throws',
      () => {
        throw new Error('broken')
      },
      'threw',
    ],
    ['answers a text', () => 'yes', 'answered neither true, false nor undefined'],
    ['answers later', () => Promise.resolve(false), 'answered neither true, false nor undefined'],
    ['fails later', () => Promise.reject(new Error('broken')), 'answered neither true, false nor undefined'],
  ])('is passed over, with one WARN, when it %s', async (_case, accept, problem) => {
    const setup = await startPageviews({ accept: accept as () => boolean })

    setup.end(pageFacts(), page)
    setup.end(pageFacts(), page)

    expect((await setup.events()).map(({ event }) => event)).toEqual(['$pageview', '$pageview'])
    expect(setup.warnings()).toEqual([
      `[hedgerow] accept-failed: pageviews.accept ${problem}, so the rules decide instead; it must answer true, false or undefined at once`,
    ])
  })
})

describe('the switch of a route', () => {
  it('counts what nothing else would, and leaves out what all else would count', async () => {
    expect(await outcome({}, fetched, { ...json, pageview: true })).toEqual([
      'counted, reason: route-option',
      '$pageview',
    ])
    expect(await outcome({}, pageFacts(), { ...page, pageview: false })).toEqual([
      'not counted, reason: route-option',
    ])
  })

  it('wins over accept and api', async () => {
    const all = { accept: () => true, api: true }

    expect(await outcome(all, pageFacts(), { ...page, pageview: false })).toEqual([
      'not counted, reason: route-option',
    ])
    expect(await outcome({ accept: () => false }, pageFacts(), { ...page, pageview: true })).toEqual([
      'counted, reason: route-option',
      '$pageview',
    ])
  })

  it('counts neither bots nor anything in mode off', async () => {
    expect(await outcome({}, pageFacts({ 'user-agent': googlebot }), { ...page, pageview: true })).toEqual([
      'not counted, reason: bot (search, googlebot)',
    ])
    expect(await outcome({ mode: 'off' }, pageFacts(), { ...page, pageview: true })).toEqual([
      'not counted, reason: off',
    ])
  })
})

describe('pageviews.api', () => {
  const headers = { 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }

  it.each<[string, RequestFacts, ResponseFacts]>([
    ['a fetch', fetched, json],
    ['a form', pageFacts({}, { method: 'POST' }), { ...page, status: 303, contentType: undefined }],
    ['a HEAD request', pageFacts({}, { method: 'HEAD' }), page],
    ['a call without headers', pageFacts({}, { header: () => undefined }), json],
    ['a redirect', pageFacts(), { ...page, status: 302 }],
    ['an empty answer', pageFacts(headers), { ...page, status: 204, contentType: undefined }],
    ['a download', pageFacts(), { ...page, contentDisposition: 'attachment' }],
    ['an event stream', pageFacts(headers), { ...page, contentType: 'text/event-stream' }],
    ['one of a framework', pageFacts({ ...headers, rsc: '1' }), { ...page, contentType: 'text/x-component' }],
    [
      'a scanner',
      pageFacts({}, { header: (name) => (name === 'accept' ? 'text/html' : undefined) }),
      { ...page, status: 404, route: undefined },
    ],
  ])('counts %s', async (_case, facts, response) => {
    expect(await outcome({ api: true }, facts, response)).toEqual(['counted, reason: api', '$pageview'])
    const [without] = await outcome({}, facts, response)
    expect(without).toMatch(/^not counted/)
  })

  it('counts pages as pages', async () => {
    expect(await outcome({ api: true }, pageFacts())).toEqual(['counted, reason: page', '$pageview'])
  })

  it.each<[string, RequestFacts, string]>([
    ['a prefetch', pageFacts({ 'sec-purpose': 'prefetch' }), 'prefetch'],
    ['an image', pageFacts({ 'sec-fetch-dest': 'image' }), 'asset'],
    ['a health check', pageFacts({ ...headers }, { path: '/healthz' }), 'probe'],
    ['a health check by its agent', pageFacts({ 'user-agent': 'GoogleHC/1.0' }, { method: 'POST' }), 'probe'],
    ['a bot', pageFacts({ ...headers, 'user-agent': googlebot }), 'bot (search, googlebot)'],
  ])('does not count %s, which is nobody’s act', async (_case, facts, reason) => {
    expect(await outcome({ api: true }, facts, json)).toEqual([`not counted, reason: ${reason}`])
  })

  it('counts a visitor who left before the headers, without a status that they never saw', async () => {
    const setup = await startPageviews({ api: true })

    setup.end(pageFacts(), { ...page, contentType: undefined, completed: false, headersAt: undefined })

    const [event] = await setup.events()
    expect(event?.properties).toMatchObject({ $aborted: true, $route: '/page' })
    expect(event?.properties).not.toHaveProperty('$response_status_code')
    expect(event?.properties).not.toHaveProperty('$ttfb_ms')
  })
})

describe('pageviews.bots', () => {
  const visit = pageFacts({ 'user-agent': googlebot })

  it('drops the page of a bot by default, and counts it as refused', async () => {
    const setup = await startPageviews()

    setup.end(visit, page)
    setup.end(visit, { ...page, status: 302 })
    setup.end(pageFacts({ 'user-agent': googlebot, 'sec-fetch-dest': 'image' }), page)

    expect(await setup.events()).toEqual([])
    expect(setup.client.stats().refused).toEqual({ bot: 1 })
  })

  it('gives it a name of its own with tag, and all properties of a pageview', async () => {
    const setup = await startPageviews({ bots: 'tag' })

    setup.end(visit, page)

    expect(setup.verdicts()).toEqual(['counted, reason: page'])
    const [event] = await setup.events()
    expect(event?.event).toBe('$bot_pageview')
    expect(event?.properties).toMatchObject({
      $browser_type: 'bot',
      $raw_user_agent: googlebot,
      $route: '/page',
      $response_status_code: 200,
      $process_person_profile: false,
    })
    expect(setup.client.stats().refused).toEqual({})
  })

  it('counts it like a person’s with capture', async () => {
    const setup = await startPageviews({ bots: 'capture' })

    setup.end(visit, page)

    const [event] = await setup.events()
    expect(event?.event).toBe('$pageview')
    expect(event?.properties).not.toHaveProperty('$browser_type')
  })

  it.each(['tag', 'capture'] as const)('gives no cookie to a bot with %s', async (bots) => {
    const { layer } = await startPageviews({ bots })
    const cookies: string[] = []
    let beforeHeaders = () => {}
    const scope = layer.open({}, visit, {
      setCookie: (line) => cookies.push(line) > 0,
      beforeHeaders: (callback) => (beforeHeaders = callback),
    })

    beforeHeaders()
    scope.end(page)

    expect(cookies).toEqual([])
  })

  it('drops bots of one’s own too', async () => {
    const setup = await startPageviews({}, { custom_blocked_useragents: ['AcmeMonitor'] })

    setup.end(pageFacts({ 'user-agent': 'Mozilla/5.0 acmemonitor/2' }), page)

    expect(setup.verdicts()).toEqual(['not counted, reason: bot (own, acmemonitor)'])
  })
})

describe('pageviews.mode', () => {
  it('off counts nothing, asks nobody, and leaves own events alone', async () => {
    let asked = 0
    const setup = await startPageviews({ mode: 'off', accept: () => ++asked > 0 })

    setup.end(pageFacts(), page, (scope) => scope.capture('order placed'))
    setup.end(pageFacts({ 'user-agent': googlebot }), page)

    expect((await setup.events()).map(({ event }) => event)).toEqual(['order placed'])
    expect(setup.verdicts()).toEqual(['not counted, reason: off', 'not counted, reason: off'])
    expect(asked).toBe(0)
    expect(setup.client.stats().refused).toEqual({})
  })
})

describe('the options for pageviews', () => {
  it.each<[string, unknown, string]>([
    ['text', 'server', 'pageviews must be an object'],
    ['null', null, 'pageviews must be an object, got null'],
    ['an unknown mode', { mode: 'client' }, 'pageviews.mode must be one of server, hybrid, off'],
    ['an accept that is no function', { accept: true }, 'pageviews.accept must be a function'],
    ['text for api', { api: 'yes' }, 'pageviews.api must be true or false'],
    ['an unknown policy', { bots: 'ignore' }, 'pageviews.bots must be one of drop, tag, capture'],
  ])('stop the boot with %s', async (_case, pageviews, message) => {
    const { client } = await startPageviews()

    const mount = () => client.requestLayer({ pageviews: pageviews as RequestOptions['pageviews'] })

    expect(mount).toThrow(ConfigError)
    expect(mount).toThrow(message)
  })

  it('that are unknown are named in a WARN', async () => {
    const { client, warnings } = await startPageviews()

    client.requestLayer({ pageviews: { bot: 'tag' } as RequestOptions['pageviews'] })

    expect(warnings()).toEqual([
      '[hedgerow] options: unknown option pageviews.bot is ignored; check its spelling',
    ])
  })
})

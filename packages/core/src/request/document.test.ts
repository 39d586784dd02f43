import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judgeDocument, mayBeDocument } from './document.ts'
import type { RequestFacts } from './request-facts.ts'

const chrome =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'
const page = 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8'

function facts(headers: Readonly<Record<string, string>>, method = 'GET'): RequestFacts {
  return {
    method,
    protocol: 'http',
    host: 'localhost',
    path: '/',
    ip: undefined,
    header: (name) => headers[name],
  }
}

const navigation = {
  'user-agent': chrome,
  accept: page,
  'sec-fetch-dest': 'document',
  'sec-fetch-mode': 'navigate',
}
const legacy = { 'user-agent': chrome, accept: page }

describe('a request', () => {
  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a hard load', navigation, 'sec-fetch'],
    ['a reload by a service worker', { ...navigation, 'sec-fetch-dest': 'empty' }, 'service-worker'],
    ['Safari before it sent Sec-Fetch headers', legacy, 'accept'],
    ['a text browser', { accept: 'TEXT/HTML, text/*;q=0.5', 'user-agent': 'Lynx/2.9.2' }, 'accept'],
    ['Turbo Drive', { ...legacy, 'sec-fetch-dest': 'empty', 'x-turbo-request-id': 'a' }, 'turbo-visit'],
    [
      'htmx boost',
      { 'user-agent': chrome, accept: '*/*', 'hx-boosted': 'true', 'hx-request': 'true' },
      'htmx-boosted',
    ],
  ])('of %s is for a document', (_case, headers, reason) => {
    expect(judgeDocument(facts(headers), [])).toMatchObject({ isDocument: true, reason })
  })

  it.each<[string, Readonly<Record<string, string>>, string]>([
    ['a frame', { ...navigation, 'sec-fetch-dest': 'iframe' }, 'sec-fetch'],
    ['an embedded object', { ...navigation, 'sec-fetch-dest': 'object' }, 'sec-fetch'],
    ['a script', { ...legacy, 'sec-fetch-dest': 'script' }, 'asset'],
    ['a fetch', { ...legacy, 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }, 'sec-fetch'],
    ['a Turbo frame', { ...legacy, 'turbo-frame': 'cart', 'x-turbo-request-id': 'a' }, 'fragment'],
    ['htmx', { ...legacy, 'hx-request': 'true' }, 'fragment'],
    ['htmx, not boosted', { ...legacy, 'hx-request': 'true', 'hx-boosted': 'false' }, 'fragment'],
    ['jQuery', { ...legacy, 'x-requested-with': 'XMLHttpRequest' }, 'fragment'],
    ['curl', { accept: '*/*', 'user-agent': 'curl/8.9.1' }, 'accept'],
    ['a client that says nothing', {}, 'accept'],
    ['an API client', { accept: 'application/json' }, 'accept'],
    ['a client that accepts some text/htmlx', { accept: 'text/htmlx' }, 'accept'],
    ['a speculative load', { ...navigation, 'sec-purpose': 'prefetch' }, 'prefetch'],
    ['an anonymous prefetch', { ...navigation, 'sec-purpose': 'prefetch;anonymous-client-ip' }, 'prefetch'],
    ['a prerender', { ...navigation, 'sec-purpose': 'prefetch;prerender' }, 'prefetch'],
    ['Safari’s preview', { ...legacy, purpose: 'preview' }, 'prefetch'],
    ['Firefox’s prefetch', { ...legacy, 'x-moz': 'prefetch' }, 'prefetch'],
    [
      'a bot',
      { ...legacy, 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)' },
      'bot',
    ],
    ['a bot that says it navigates', { ...navigation, 'user-agent': 'AhrefsBot/7.0' }, 'bot'],
    ['a probe', { accept: page, 'user-agent': 'GoogleHC/1.0' }, 'probe'],
    ['a probe of Consul', { accept: page, 'user-agent': 'Consul Health Check' }, 'probe'],
  ])('of %s is not', (_case, headers, reason) => {
    expect(judgeDocument(facts(headers), [])).toMatchObject({ isDocument: false, reason })
  })

  it.each(['HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'get', ''])(
    'by the method %j is not',
    (method) => {
      expect(judgeDocument(facts(navigation, method), [])).toMatchObject({
        isDocument: false,
        reason: 'method',
      })
    },
  )
})

it('is taken for no document at a glance only where a closer look finds neither page nor bot', () => {
  const maybe = (...values: string[]) => fc.option(fc.constantFrom(...values), { nil: undefined })
  const headers = fc.record({
    'user-agent': maybe(chrome, 'Googlebot/2.1', 'kube-probe/1.30', 'curl/8.5.0'),
    accept: maybe(page, '*/*', 'application/json'),
    'sec-fetch-dest': maybe('document', 'empty', 'iframe', 'image', 'script'),
    'sec-fetch-mode': maybe('navigate', 'cors', 'no-cors', 'websocket'),
    'sec-purpose': maybe('prefetch'),
    'x-turbo-request-id': maybe('a'),
    'turbo-frame': maybe('cart'),
    'hx-boosted': maybe('true', 'false'),
    'hx-request': maybe('true'),
    rsc: maybe('1'),
  })
  const glanced = { document: 0, other: 0 }

  fc.assert(
    fc.property(headers, fc.constantFrom('GET', 'HEAD', 'POST'), (given, method) => {
      const request: RequestFacts = {
        ...facts({}, method),
        header: (name) => new Map<string, string | undefined>(Object.entries(given)).get(name),
      }
      const { asksForPage, reason } = judgeDocument(request, [])
      const isPossible = mayBeDocument(request)
      glanced[isPossible ? 'document' : 'other']++
      expect(isPossible || (!asksForPage && reason !== 'bot')).toBe(true)
    }),
    { numRuns: 5000 },
  )
  expect(glanced.other).toBeGreaterThan(1000)
})

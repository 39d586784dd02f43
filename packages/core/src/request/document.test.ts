import { describe, expect, it } from 'vitest'
import { judgeDocument } from './document.ts'
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

import { describe, expect, it } from 'vitest'
import { send, sendText } from 'testkit'
import { majors } from '../test-site.ts'
import { startIngestSite } from './ingest-site.ts'

/** Request targets as they stand in the request line, and what each of them tries. */
const foreignTargets: readonly (readonly [target: string, attempt: string])[] = [
  ['/ingest/', 'the root of the API'],
  ['/ingest', 'the mount itself'],
  ['/ingest/api/projects/@current/feature_flags', 'the private API'],
  ['/ingest/flags/definitions', 'flag definitions'],
  ['/ingest/i/v1/analytics/events', 'the endpoint of server SDKs'],
  ['/ingest/e/../api/projects', 'dots'],
  ['/ingest/static/../api/projects', 'dots below a folder that is allowed'],
  ['/ingest/static/./array.js', 'one dot'],
  ['/ingest/static/.../array.js', 'three dots'],
  ['/ingest/static/%2e%2e/api/projects', 'encoded dots'],
  ['/ingest/static/%252e%252e/api/projects', 'doubly encoded dots'],
  ['/ingest/static/..%2fapi', 'an encoded slash'],
  ['/ingest/static/..%5capi', 'an encoded backslash'],
  ['/ingest/static/..\\api', 'a backslash'],
  ['/ingest/static\\array.js', 'a backslash for a slash'],
  ['/ingest//127.0.0.1/e/', 'another host'],
  ['/ingest/static//array.js', 'two slashes in the middle'],
  ['/ingest/@127.0.0.1/e/', 'user information'],
  ['/ingest/static/array.js%00.png', 'a NUL'],
  ['/ingest/static/array.js;x=1', 'a path parameter'],
  ['/ingest/static/array.js%0d%0aX-Evil:%201', 'a line break'],
  ['/ingest/e%2f', 'an encoded slash at the end'],
  ['/ingest/%65/', 'an encoded letter'],
  ['/ingest/array/phc_test/../../api', 'dots behind a token'],
  ['/ingest/static/', 'a folder'],
  ['/ingest/engage.php', 'a name that begins like another'],
  ['http://127.0.0.1:1/ingest/e/', 'an absolute target'],
  ['http://user:pass@127.0.0.1:1/ingest/static/array.js', 'an absolute target with user information'],
]

describe.each(majors)('%s answers 404 without a call to PostHog', (_name, express) => {
  it.each(foreignTargets)('%s: %s', async (target) => {
    const site = await startIngestSite(express)

    const answer = await sendText(
      site.port,
      `GET ${target} HTTP/1.1\nHost: shop.example\nConnection: close\n\n`,
    )

    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 404 Not Found')
    expect(site.posthog.requests).toEqual([])
  })
})

describe.each(majors)('%s', (_name, express) => {
  it.each([
    ['GET', '/e/', 'POST, OPTIONS'],
    ['PUT', '/e/', 'POST, OPTIONS'],
    ['POST', '/static/array.js', 'GET, HEAD, OPTIONS'],
    ['DELETE', '/api/surveys/', 'GET, HEAD, OPTIONS'],
  ])('refuses %s %s, and names what is allowed', async (method, path, allowed) => {
    const site = await startIngestSite(express)

    const answer = await send(`${site.url}/ingest${path}`, { method })

    expect([answer.status, answer.headers.allow]).toEqual([405, allowed])
    expect(site.posthog.requests).toEqual([])
  })

  it('passes on no header that belongs to the app, to another proxy or to the connection', async () => {
    const site = await startIngestSite(express)

    await send(`${site.url}/ingest/e/`, {
      method: 'POST',
      headers: {
        'content-type': 'text/plain',
        cookie: 'session=secret',
        authorization: 'Bearer secret',
        'proxy-authorization': 'Basic secret',
        'proxy-connection': 'keep-alive',
        connection: 'close, x-csrf-token',
        'x-csrf-token': 'secret',
        'keep-alive': 'timeout=5',
        te: 'trailers',
        upgrade: 'websocket',
        forwarded: 'for=192.0.2.1',
        'x-forwarded-for': '192.0.2.1',
        'x-forwarded-host': 'evil.example',
        'x-forwarded-proto': 'https',
        'x-real-ip': '192.0.2.1',
        'x-http-method-override': 'DELETE',
        'content-length': 1,
        range: 'bytes=0-1',
        expect: '100-continue',
        host: 'shop.example',
        referer: 'https://user:pass@shop.example/orders?token=secret#secret',
      },
      body: 'x',
    })

    const [received] = site.posthog.requests
    const { host, referer, ...others } = received?.headers ?? {}
    expect(host).toBe(site.posthog.url.slice('http://'.length))
    expect(referer).toBe('https://shop.example/')
    expect(others).toEqual({
      'accept-encoding': 'identity',
      'accept-language': '*',
      accept: '*/*',
      connection: 'keep-alive',
      'content-length': '1',
      'content-type': 'text/plain',
      'sec-fetch-mode': 'cors',
      'user-agent': expect.stringMatching(/^(?:node|undici)$/),
      'x-forwarded-for': '127.0.0.1',
    })
  })

  it.each([
    ['two lengths', 'Content-Length: 1\nContent-Length: 2'],
    ['a length and chunks', 'Content-Length: 4\nTransfer-Encoding: chunked'],
    ['a length that is none', 'Content-Length: +1'],
    ['a folded header', 'X-Folded: a\n b\nContent-Length: 1\nTransfer-Encoding: chunked'],
  ])('sends nothing on of a request with %s', async (_what, headers) => {
    const site = await startIngestSite(express)

    const answer = await sendText(
      site.port,
      `POST /ingest/e/ HTTP/1.1\nHost: shop.example\nConnection: close\n${headers}\n\n0\n\nGET /ingest/static/array.js HTTP/1.1\nHost: x\n\n`,
    )

    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 400 Bad Request')
    expect(site.posthog.requests).toEqual([])
  })

  it('lets no cookie, redirect or policy of the answer through', async () => {
    const site = await startIngestSite(express)
    site.posthog.answer('/e/', {
      status: 200,
      body: { status: 'Ok' },
      headers: {
        'set-cookie': 'tracker=1; Path=/',
        'clear-site-data': '"cookies"',
        'strict-transport-security': 'max-age=1',
        'content-security-policy': 'script-src *',
        'access-control-allow-origin': 'https://shop.example',
        'x-secret': '1',
        link: '</x>; rel=preload',
        'cache-control': 'no-store',
      },
    })

    const answer = await send(`${site.url}/ingest/e/`, { method: 'POST' })

    const { date: _date, ...headers } = answer.headers
    expect(headers).toEqual({
      'access-control-allow-origin': 'https://shop.example',
      'cache-control': 'no-store',
      connection: 'close',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'application/json',
      'transfer-encoding': 'chunked',
      'x-content-type-options': 'nosniff',
      'x-powered-by': 'Express',
    })
  })

  it.each([301, 302, 303, 307, 308])('answers 502 where PostHog redirects with %i', async (status) => {
    const site = await startIngestSite(express)
    site.posthog.answer('/e/', { status, headers: { location: 'http://127.0.0.1:1/e/' } })

    const answer = await send(`${site.url}/ingest/e/`, { method: 'POST', body: 'x' })

    expect([answer.status, answer.headers.location, answer.body]).toEqual([502, undefined, ''])
    expect(site.posthog.requests).toHaveLength(1)
  })
})

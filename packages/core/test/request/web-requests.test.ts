import { startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { factsFromWebHeaders, factsFromWebRequest, pendingCookies } from '../../src/adapter.ts'
import { HedgerowClient } from '../../src/index.ts'
import { pageFacts } from './open-scope.ts'

describe('a web-standard request', () => {
  it('is what the visitor asked for, by its Host header', () => {
    const headers = { host: 'shop.example', 'Sec-Fetch-Dest': 'document' }
    const request = {
      method: 'GET',
      url: 'https://localhost:3000/a/b?q=1#part',
      headers: new Headers(headers),
    }

    const facts = factsFromWebRequest(request, '203.0.113.9')

    expect(facts).toMatchObject({ method: 'GET', protocol: 'https', host: 'shop.example', path: '/a/b?q=1' })
    expect(facts.ip).toBe('203.0.113.9')
    expect([facts.header('sec-fetch-dest'), facts.header('cookie')]).toEqual(['document', undefined])
  })

  it('without a Host header has the host of its URL', () => {
    expect(factsFromWebRequest(new Request('http://localhost:3000/'), undefined).host).toBe('localhost:3000')
  })
})

describe('a request of which the headers alone are known', () => {
  it('is a form when it has a body, and names no path', () => {
    const form = { 'content-type': 'multipart/form-data', host: 'a.example', 'x-forwarded-proto': 'https' }

    const posted = factsFromWebHeaders(new Headers(form), undefined)
    const opened = factsFromWebHeaders(new Headers(), undefined)

    expect(posted).toMatchObject({ method: 'POST', protocol: 'https', host: 'a.example', path: '' })
    expect(opened).toMatchObject({ method: 'GET', protocol: 'http', host: undefined, path: '' })
  })

  it('gives its events the host, and neither URL nor path', async () => {
    const { client, posthog } = await start()
    const facts = factsFromWebHeaders(new Headers({ host: 'a.example' }), undefined)

    client.requestLayer().open({}, facts, pendingCookies()).capture('asked')
    await client.flush()

    const [event] = posthog.events()
    expect(event?.properties).toMatchObject({ $host: 'a.example', $request_method: 'GET' })
    for (const name of ['$current_url', '$pathname', '$request_path']) {
      expect(event?.properties).not.toHaveProperty(name)
    }
  })
})

describe('an adapter that stands before the response', () => {
  const unseen = {
    status: undefined,
    contentType: undefined,
    contentDisposition: undefined,
    completed: true,
    headersAt: undefined,
  }

  it('counts what asked for a page, and says nothing of the response', async () => {
    const { client, posthog } = await start()
    const layer = client.requestLayer()
    const open = (path: string, dest: string) =>
      layer.open({}, pageFacts({ 'sec-fetch-dest': dest }, { path }), pendingCookies())

    open('/a', 'document').end({ ...unseen, route: undefined })
    open('/b', 'document').end({ ...unseen, route: '/[b]' })
    open('/c', 'empty').end({ ...unseen, route: '/[c]' })
    await client.flush()

    const seen = posthog.events().map(({ properties }) => properties)
    expect(seen.map(({ $pathname, $route }) => [$pathname, $route])).toEqual([
      ['/a', undefined],
      ['/b', '/[b]'],
    ])
    for (const name of ['$response_status_code', '$response_time_ms', '$ttfb_ms', '$aborted']) {
      expect(seen[0]).not.toHaveProperty(name)
    }
  })
})

describe('an adapter that stands before the response, without which files cannot be told from pages', () => {
  it.each(['/logo.png', '/app.js?v=2', '/_next/image?url=a', '/_next/static/chunks/a'])(
    'goes by the name of %s, which a person may open too',
    async (path) => {
      const { client, posthog } = await start()
      const response = { status: undefined, contentType: undefined, contentDisposition: undefined }

      const scope = client.requestLayer().open({}, pageFacts({}, { path }), pendingCookies())
      scope.end({ ...response, route: undefined, completed: true, headersAt: undefined })
      await client.flush()

      expect(posthog.events()).toEqual([])
    },
  )
})

describe('cookies of a response that is not there yet', () => {
  it('are one for each name and domain, the last of which counts', () => {
    const cookies = pendingCookies()

    cookies.setCookie('a=1; Path=/')
    cookies.setCookie('a=2; Path=/; Domain=a.example')
    cookies.setCookie('a=3; Path=/')

    expect(cookies.commit(undefined)).toEqual(['a=3; Path=/', 'a=2; Path=/; Domain=a.example'])
  })

  it('may be set at the last moment, and no later', () => {
    const cookies = pendingCookies()
    cookies.beforeHeaders(() => cookies.setCookie('a=1'))

    const lines = cookies.commit('private')

    expect(lines).toEqual(['a=1'])
    expect(cookies.setCookie('b=1')).toBe(false)
  })

  it('are left out of a response that shared caches may store', () => {
    const cookies = pendingCookies()
    cookies.setCookie('a=1')

    expect(cookies.commit('public, max-age=60')).toEqual([])
  })
})

async function start() {
  const posthog = await startScriptedServer()
  const client = new HedgerowClient('phc_test', { host: posthog.url })
  onTestFinished(async () => {
    await client.shutdown()
    await posthog.close()
  })
  return { client, posthog }
}

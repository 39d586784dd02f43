import { mkdtemp } from 'node:fs/promises'
import { once } from 'node:events'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { browserCookie, documentHeaders, send, sendText } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { type ExpressModule, majors, startSite, startTime } from './test-site.ts'

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const cookie = browserCookie({ distinct_id: 'browser_1', $device_id: 'device_1' })

function page(express: ExpressModule, trustProxy = false) {
  return startSite(express, {
    above: (app) => app.set('trust proxy', trustProxy),
    routes: (app) => app.use((_req, res) => void res.send('page')),
  })
}

async function propertiesOf(express: ExpressModule, path: string, headers: Record<string, string> = {}) {
  const site = await page(express)
  await site.visit(path, headers)
  return (await site.events())[0]?.properties
}

describe.each(majors)('a pageview in %s', (_name, express) => {
  it('says all of this, and nothing else', async () => {
    const site = await startSite(express, {
      above: (app) => app.set('trust proxy', true),
      routes: (app) =>
        app.get('/shops/:shop', (_req, res) => {
          site.runtime.setNow(startTime + 40)
          res.status(201).type('html').write('<h1>shop</h1>')
          site.runtime.setNow(startTime + 125)
          res.end()
        }),
    })

    await site.visit('/shops/7?utm_source=mail&q=secret', {
      cookie,
      host: 'www.example.com:8443',
      referer: 'https://search.example/find?q=hedgehogs',
      'x-forwarded-for': '203.0.113.9',
      'x-forwarded-proto': 'https',
    })

    const [pageview] = await site.events()
    expect(pageview).toEqual({
      distinct_id: 'browser_1',
      event: '$pageview',
      uuid: expect.stringMatching(uuid),
      timestamp: '2024-06-15T12:30:45.123Z',
      properties: {
        $current_url: 'https://www.example.com:8443/shops/7?utm_source=mail',
        $host: 'www.example.com:8443',
        $pathname: '/shops/7',
        $request_method: 'GET',
        $request_path: '/shops/7',
        $raw_user_agent: documentHeaders['user-agent'],
        $user_agent: documentHeaders['user-agent'],
        $ip: '203.0.113.9',
        $device_id: 'device_1',
        $hedgerow_id_source: 'cookie',
        $process_person_profile: false,
        $referrer: 'https://search.example/find',
        $referring_domain: 'search.example',
        utm_source: 'mail',
        $route: '/shops/:shop',
        $response_status_code: 201,
        $response_time_ms: 125,
        $ttfb_ms: 40,
        $lib: 'hedgerow-node',
        $lib_version: '0.0.0',
        $is_server: true,
      },
    })
  })

  it('has no negative times when the clock is set back meanwhile', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get('/', (_req, res) => {
          site.runtime.setNow(startTime - 5000)
          res.send('page')
        }),
    })

    await site.visit('/')

    expect((await site.events())[0]?.properties).toMatchObject({ $response_time_ms: 0, $ttfb_ms: 0 })
  })

  it('shares its request’s properties with the other events, but not those of the response', async () => {
    const site = await startSite(express, {
      routes: (app) =>
        app.get('/', (req, res) => {
          req.hedgerow.capture('order placed', { total: 42 })
          res.send('page')
        }),
    })

    await site.visit('/?utm_source=mail', { cookie })

    const [order] = await site.events()
    expect(order?.properties).toEqual({
      $current_url: `${site.url}/?utm_source=mail`,
      $host: `127.0.0.1:${site.port}`,
      $pathname: '/',
      $request_method: 'GET',
      $request_path: '/',
      $raw_user_agent: documentHeaders['user-agent'],
      $user_agent: documentHeaders['user-agent'],
      $ip: '127.0.0.1',
      $device_id: 'device_1',
      $hedgerow_id_source: 'cookie',
      $process_person_profile: false,
      total: 42,
      $lib: 'hedgerow-node',
      $lib_version: '0.0.0',
      $is_server: true,
    })
  })

  it('keeps campaign parameters and click ids, and no other query', async () => {
    const properties = await propertiesOf(
      express,
      '/?utm_source=news&utm_medium=e-mail&utm_campaign=spring%20sale&utm_content=a%2Bb&utm_term=x&gclid=Cj0KCQjwABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1234&fbclid=IwAR0&utm_id=9&token=abc&UTM_SOURCE=x&utm_source=second',
    )

    expect(properties).toMatchObject({
      utm_source: 'news',
      utm_medium: 'e-mail',
      utm_campaign: 'spring sale',
      utm_content: 'a+b',
      utm_term: 'x',
      gclid: 'Cj0KCQjwABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1234',
      fbclid: 'IwAR0',
    })
    expect(properties).not.toHaveProperty('token')
    expect(properties).not.toHaveProperty('utm_id')
    expect(String(properties?.['$current_url']).split('?')[1]).toBe(
      'utm_source=news&utm_medium=e-mail&utm_campaign=spring%20sale&utm_content=a%2Bb&utm_term=x&gclid=Cj0KCQjwABCDEFGHIJKLMNOPQRSTUVWXYZabcdef1234&fbclid=IwAR0&utm_source=second',
    )
  })

  it('cuts a very long user agent to 1000 characters', async () => {
    const properties = await propertiesOf(express, '/', { 'user-agent': 'M'.repeat(1001) })

    expect(properties?.['$raw_user_agent']).toBe(`${'M'.repeat(997)}...`)
    expect(properties?.['$user_agent']).toBe(`${'M'.repeat(997)}...`)
  })

  it('keeps a user agent of 1000 characters, and has none for an empty one', async () => {
    const whole = await propertiesOf(express, '/', { 'user-agent': 'M'.repeat(1000) })
    const empty = await propertiesOf(express, '/', { 'user-agent': '' })

    expect(whole?.['$raw_user_agent']).toBe('M'.repeat(1000))
    expect(empty).not.toHaveProperty('$raw_user_agent')
    expect(empty).not.toHaveProperty('$user_agent')
  })

  it.each([
    [
      'foreign',
      'https://search.example/find?q=my+illness#top',
      'https://search.example/find',
      'search.example',
    ],
    [
      'our own',
      'http://www.example.com/a?utm_source=x&q=1',
      'http://www.example.com/a?utm_source=x',
      'www.example.com',
    ],
    ['foreign, with a campaign', 'https://a.example/x?utm_source=y', 'https://a.example/x', 'a.example'],
    [
      'with a secret in it',
      'https://a.example/reset/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln',
      'https://a.example/reset/:masked',
      'a.example',
    ],
    ['with a password', 'https://jo:secret@a.example/x', 'https://a.example/x', 'a.example'],
    ['of an app', 'android-app://com.example.app/', '$direct', '$direct'],
    ['garbage', 'not a url', '$direct', '$direct'],
    ['a script', 'javascript:alert(1)', '$direct', '$direct'],
  ])('with a referrer that is %s', async (_case, referer, href, domain) => {
    const properties = await propertiesOf(express, '/', { referer, host: 'www.example.com' })

    expect([properties?.['$referrer'], properties?.['$referring_domain']]).toEqual([href, domain])
  })

  it('without a referrer is direct', async () => {
    const properties = await propertiesOf(express, '/')

    expect([properties?.['$referrer'], properties?.['$referring_domain']]).toEqual(['$direct', '$direct'])
  })

  it.each(['not a host', 'a/b', '<script>', 'example.com:port', '-', 'exa_mple?.com'])(
    'with the host %j has neither host nor URL, but its path',
    async (host) => {
      const properties = await propertiesOf(express, '/a', { host })

      expect(properties).not.toHaveProperty('$host')
      expect(properties).not.toHaveProperty('$current_url')
      expect(properties).toMatchObject({ $pathname: '/a', $request_path: '/a' })
    },
  )

  it('of a request without a host has neither host nor URL, but its path', async () => {
    const site = await page(express)

    await sendText(site.port, 'GET /a?x=1 HTTP/1.0\nAccept: text/html\nSec-Fetch-Dest: document\n\n')

    const [pageview] = await site.events()
    expect(pageview?.properties).not.toHaveProperty('$host')
    expect(pageview?.properties).not.toHaveProperty('$current_url')
    expect(pageview?.properties).toMatchObject({ $pathname: '/a' })
  })

  it('of a request with an absolute target reads the path from it', async () => {
    const site = await page(express)

    await sendText(
      site.port,
      'GET http://www.example.com/a?utm_source=x HTTP/1.1\nHost: www.example.com\nConnection: close\nAccept: text/html\nSec-Fetch-Dest: document\n\n',
    )

    expect((await site.events())[0]?.properties).toMatchObject({
      $current_url: 'http://www.example.com/a?utm_source=x',
      $pathname: '/a',
      utm_source: 'x',
    })
  })

  it.each([
    ['a JSON web token', '/verify/eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2lnbmF0dXJl', '/verify/:masked'],
    ['an e-mail address', '/unsubscribe/jane%40example.com/now', '/unsubscribe/:masked/now'],
    ['a hash', '/reset/5f4dcc3b5aa765d61d8327deb882cf99', '/reset/:masked'],
    ['a key', '/hooks/sk_live_4eC39HqLyjWDarjtT1zdp7dc', '/hooks/:masked'],
    [
      'a UUID',
      '/orders/550e8400-e29b-41d4-a716-446655440000',
      '/orders/550e8400-e29b-41d4-a716-446655440000',
    ],
    ['a slug', '/blog/2024/06/15/how-hedgehogs-sleep', '/blog/2024/06/15/how-hedgehogs-sleep'],
  ])('of a path with %s', async (_case, path, expected) => {
    const properties = await propertiesOf(express, path)

    expect(properties).toMatchObject({ $pathname: expected, $request_path: expected })
    expect(String(properties?.['$current_url'])).toMatch(new RegExp(`:\\d+${expected}$`))
  })

  it('masks secrets in campaign parameters, but keeps words', async () => {
    const properties = await propertiesOf(express, '/?utm_source=jane@example.com&utm_campaign=spring-sale')

    expect(properties).toMatchObject({ utm_source: ':masked', utm_campaign: 'spring-sale' })
    expect(String(properties?.['$current_url'])).toMatch(/\?utm_source=%3Amasked&utm_campaign=spring-sale$/)
  })
})

describe.each(majors)('the place of a visitor in %s', (_name, express) => {
  it('is looked up where the address is known', async () => {
    const properties = await propertiesOf(express, '/')

    expect(properties).toMatchObject({ $ip: '127.0.0.1' })
    expect(properties).not.toHaveProperty('$geoip_disable')
  })

  it('is not taken from a forwarded address that the application does not trust', async () => {
    expect(await propertiesOf(express, '/', { 'x-forwarded-for': '203.0.113.9' })).toMatchObject({
      $ip: '127.0.0.1',
    })
  })

  it('is not looked up where the user said so', async () => {
    const site = await startSite(express, {
      client: { disableGeoip: true },
      routes: (app) => app.get('/', (_req, res) => res.send('page')),
    })

    await site.visit('/')

    expect((await site.events())[0]?.properties).toMatchObject({ $ip: '127.0.0.1', $geoip_disable: true })
  })

  it('is not looked up where the address is unknown: it would be the server’s', async () => {
    const site = await startSite(express, { routes: (app) => app.get('/', (_req, res) => res.send('page')) })
    const path = join(await mkdtemp(join(tmpdir(), 'hedgerow-')), 'socket')
    const server = createServer((req, res) => void site.server.emit('request', req, res))
    server.listen(path)
    await once(server, 'listening')
    onTestFinished(() => void server.close())

    await send('http://localhost/', { headers: documentHeaders, socketPath: path })

    const [pageview] = await site.events()
    expect(pageview?.properties).toMatchObject({ $geoip_disable: true })
    expect(pageview?.properties).not.toHaveProperty('$ip')
  })

  it('is never looked up for flags', async () => {
    const site = await page(express)

    await site.visit('/')

    expect(site.posthog.flagCalls()[0]?.body).toMatchObject({ geoip_disable: true })
  })
})

import { browserCookie, browserSession, cookieLines, cookieName, documentHeaders } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type ExpressModule, majors, startSite, startTime } from './test-site.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const json = '{"distinct_id":"browser_1","$user_state":"anonymous"}'
const chrome = documentHeaders['user-agent']

function page(express: ExpressModule, cookieDomain?: string) {
  return startSite(express, {
    request: { identity: { cookieDomain } },
    routes: (app) => app.get('/', (req, res) => res.send(req.hedgerow.distinctId)),
  })
}

function session(idleMs: number): unknown[] {
  return [startTime - idleMs, browserSession, startTime - idleMs]
}

describe.each(majors)('the browser cookie in %s', (_name, express) => {
  it.each([
    ['as it is', json],
    ['encoded once', encodeURIComponent(json)],
    ['encoded twice', encodeURIComponent(encodeURIComponent(json))],
  ])('is read %s', async (_case, value) => {
    const site = await page(express)

    expect((await site.visit('/', { cookie: `a=1; ${cookieName}=${value}; b=2` })).body).toBe('browser_1')
  })

  it.each([
    ['the newest activity', { $sesid: session(5000) }, { $sesid: session(1000) }, 'second'],
    ['the newest activity, sent first', { $sesid: session(1000) }, { $sesid: session(5000) }, 'first'],
    ['any activity over none', {}, { $sesid: session(5000) }, 'second'],
    ['activity over being identified', { $sesid: session(1000) }, { $user_state: 'identified' }, 'first'],
    ['the identified one', { $user_state: 'anonymous' }, { $user_state: 'identified' }, 'second'],
    ['the first of equals', {}, {}, 'first'],
  ])('sent twice: %s counts', async (_case, first, second, winner) => {
    const site = await page(express)

    const answer = await site.visit('/', {
      cookie: `${browserCookie({ distinct_id: 'first', ...first })}; ${browserCookie({ distinct_id: 'second', ...second })}`,
    })

    expect(answer.body).toBe(winner)
  })

  it('sent twice, the first one junk: the readable one counts', async () => {
    const site = await page(express)

    const answer = await site.visit('/', {
      cookie: `${cookieName}=%7Bjunk; ${browserCookie({ distinct_id: 'browser_1' })}`,
    })

    expect(answer.body).toBe('browser_1')
  })

  it.each([
    ['is empty', ''],
    ['is no JSON', 'hello'],
    ['has a broken escape', '%7B%22%ZZ'],
    ['is a list', encodeURIComponent('[{"distinct_id":"browser_1"}]')],
    ['is a number', '17'],
    ['is null', 'null'],
    ['is cut off', encodeURIComponent(json.slice(0, 20))],
    ['has 10 kB of junk', 'x'.repeat(10_000)],
    ['has an id of 10 kB', encodeURIComponent(`{"distinct_id":"${'x'.repeat(10_000)}"}`)],
    ['is deep', encodeURIComponent('{"a":'.repeat(200))],
    ['has its id on the prototype', encodeURIComponent('{"__proto__":{"distinct_id":"browser_1"}}')],
    ['has a constructor of its own', encodeURIComponent('{"constructor":{"prototype":{"distinct_id":"x"}}}')],
    ['has no id', encodeURIComponent('{"$user_state":"identified"}')],
    ['has a number for an id', encodeURIComponent('{"distinct_id":17}')],
    ['has an object for an id', encodeURIComponent('{"distinct_id":{"id":"browser_1"}}')],
    ['has an id that means nobody', encodeURIComponent('{"distinct_id":"anonymous"}')],
    ['has the id null as text', encodeURIComponent('{"distinct_id":"null"}')],
    ['has an id with a line break', encodeURIComponent(String.raw`{"distinct_id":"a\nb"}`)],
    ['has an id of 201 characters', encodeURIComponent(`{"distinct_id":"${'x'.repeat(201)}"}`)],
  ])('that %s names nobody, and is not written over', async (_case, value) => {
    const site = await page(express)

    const answer = await site.visit('/', { cookie: `${cookieName}=${value}` })

    expect(answer.status).toBe(200)
    expect(answer.body).toMatch(uuidV7)
    expect(cookieLines(answer)).toEqual([])
    expect(site.warnings()).toEqual([])
  })

  it.each([
    ['a text', 'yesterday'],
    ['an empty list', []],
    ['an object', { 0: startTime, 1: browserSession }],
    ['times as text', [String(startTime), browserSession, String(startTime)]],
    ['an id that is no UUID', [startTime, 'session', startTime]],
    ['a negative time', [-1, browserSession, -1]],
    ['no id', [startTime, null, startTime]],
  ])('with %s for a session has its id, but no session', async (_case, $sesid) => {
    const site = await page(express)

    const answer = await site.visit('/', { cookie: browserCookie({ distinct_id: 'browser_1', $sesid }) })

    expect(answer.body).toBe('browser_1')
    expect((await site.events())[0]?.properties).not.toHaveProperty('$session_id')
  })

  it.each([
    ['localhost:3000', undefined, ''],
    ['127.0.0.1', undefined, ''],
    ['[::1]:3000', undefined, ''],
    ['shop.herokuapp.com', undefined, ''],
    ['shop.vercel.app', undefined, ''],
    ['shop.netlify.app', undefined, ''],
    ['example.com', 'example.com', '; Domain=example.com'],
    ['www.example.com:8080', 'example.com', '; Domain=example.com'],
    ['WWW.Example.com', '.Example.com', '; Domain=example.com'],
  ])(
    'is set on %s with cookieDomain %s where the browser SDK keeps it',
    async (host, cookieDomain, domain) => {
      const site = await page(express, cookieDomain)

      const lines = cookieLines(await site.visit('/', { host }))

      expect(lines.map((line) => line.slice(line.indexOf(';')))).toEqual([
        `; Path=/; Max-Age=31536000${domain}; SameSite=Lax`,
      ])
      expect(site.warnings()).toEqual([])
    },
  )

  it.each([
    ['www.example.com', undefined],
    ['localhost.example.com', undefined],
    ['10.example', undefined],
    ['nonvercel.app', undefined],
    ['evil-example.com', 'example.com'],
    ['example.com.evil.org', 'example.com'],
    ['localhost', 'example.com'],
  ])('is not set on %s with cookieDomain %s, and one WARN says how', async (host, cookieDomain) => {
    const site = await page(express, cookieDomain)

    const answers = [await site.visit('/', { host }), await site.visit('/', { host })]

    expect(answers.flatMap(cookieLines)).toEqual([])
    expect(site.warnings()).toHaveLength(1)
    expect(site.warnings()[0]).toContain('identity.cookieDomain')
  })

  it('is Secure where the visitor came by https, as far as the proxy is trusted', async () => {
    const build = (trust: boolean) =>
      startSite(express, {
        above: (app) => app.set('trust proxy', trust),
        routes: (app) => app.get('/', (_req, res) => res.send('page')),
      })
    const headers = { 'x-forwarded-proto': 'https' }

    const [trusting, wary] = [await build(true), await build(false)]

    expect(cookieLines(await trusting.visit('/', headers))[0]).toMatch(/; SameSite=Lax; Secure$/)
    expect(cookieLines(await wary.visit('/', headers))[0]).toMatch(/; SameSite=Lax$/)
  })

  it.each([
    ['API requests', 'GET', { ...documentHeaders, 'sec-fetch-dest': 'empty', accept: '*/*' }],
    ['HEAD', 'HEAD', documentHeaders],
    ['forms', 'POST', documentHeaders],
    ['bots', 'GET', { ...documentHeaders, 'user-agent': 'Mozilla/5.0 (compatible; Googlebot/2.1)' }],
    ['probes', 'GET', { accept: 'text/html', 'user-agent': 'kube-probe/1.31' }],
    ['prefetches', 'GET', { ...documentHeaders, 'sec-purpose': 'prefetch' }],
    ['images', 'GET', { accept: 'image/*', 'sec-fetch-dest': 'image', 'user-agent': chrome }],
  ])('is not set for %s', async (_case, method, headers) => {
    const site = await startSite(express, {
      routes: (app) => app.all('/', (req, res) => res.send(req.hedgerow.distinctId)),
    })

    const answer = await site.send('/', { method, headers })

    expect(answer.status).toBe(200)
    expect(answer.headers['set-cookie']).toBeUndefined()
  })

  it.each(['public, max-age=60', 's-maxage=60', 'max-age=0, S-MaxAge=5', 'PUBLIC'])(
    'is not set on a response that shared caches may store: %s',
    async (value) => {
      const site = await startSite(express, {
        routes: (app) => {
          app.get('/set', (_req, res) => res.set('Cache-Control', value).send('page'))
          app.get('/written', (_req, res) => {
            res.writeHead(200, { 'content-type': 'text/html', 'cache-control': value }).end('page')
          })
        },
      })

      const answers = [await site.visit('/set'), await site.visit('/written')]

      expect(answers.map((answer) => answer.headers['cache-control'])).toEqual([value, value])
      expect(answers.flatMap(cookieLines)).toEqual([])
      expect((await site.events()).map((event) => event.event)).toEqual(['$pageview', '$pageview'])
    },
  )

  it.each(['private', 'no-store', 'max-age=60'])('is set on a response with %s', async (value) => {
    const site = await startSite(express, {
      routes: (app) => app.get('/', (_req, res) => res.set('Cache-Control', value).send('page')),
    })

    expect(cookieLines(await site.visit('/'))).toHaveLength(1)
  })

  it('comes too late after the headers: the id holds for the request, and one WARN says so', async () => {
    const site = await startSite(express, {
      above: (app) =>
        app.use((_req, res, next) => {
          res.writeHead(200, { 'content-type': 'text/html' }).write('begun ')
          next()
        }),
      routes: (app) => app.get('/', (req, res) => res.end(req.hedgerow.distinctId)),
    })

    const answers = [await site.visit('/'), await site.visit('/')]

    for (const answer of answers) expect(answer.body.slice('begun '.length)).toMatch(uuidV7)
    expect(answers.flatMap(cookieLines)).toEqual([])
    expect(site.warnings()).toHaveLength(1)
    expect(site.warnings()[0]).toContain('after the response headers had gone out')
  })

  it('is set for a page that never looks at its visitor, also when flags are not loaded ahead', async () => {
    const site = await startSite(express, {
      request: { flags: { preload: 'never' } },
      routes: (app) => app.get('/', (_req, res) => res.send('page')),
    })

    const answer = await site.visit('/')

    const [pageview] = await site.events()
    expect(cookieLines(answer)[0]).toContain(encodeURIComponent(`"distinct_id":"${pageview?.distinct_id}"`))
    expect(site.warnings()).toEqual([])
  })
})

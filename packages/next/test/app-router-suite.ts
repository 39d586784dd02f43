import {
  cookieBack,
  cookieMembers,
  documentHeaders,
  type HttpAnswer,
  send,
  startScriptedServer,
  visitorCookie,
} from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pageviewsOf, type Site } from './site.ts'

function idsIn({ body }: HttpAnswer): (string | undefined)[] {
  return ['first', 'second'].map((name) => new RegExp(`${name}=(\\S+) by`).exec(body)?.[1])
}

/** The application with the App Router. */
export function describeAppRouter(site: Site): void {
  describe('the build', () => {
    it('P27: makes pages dynamic that read the visitor, and no others', () => {
      const line = /^[┌├└] (\S) +(\/\S*)/gm
      const routes = [...site.built.matchAll(line)].map(([, kind, path]) => `${kind} ${path}`)

      expect(routes).toEqual([
        '○ /',
        '○ /_not-found',
        'ƒ /api/beta',
        'ƒ /api/boom',
        'ƒ /api/edge',
        'ƒ /api/login',
        'ƒ /api/logout',
        'ƒ /api/missing',
        'ƒ /api/public',
        '○ /api/static',
        'ƒ /api/who',
        'ƒ /beta',
        'ƒ /docs/[[...slug]]',
        'ƒ /feed/(.)photo/[id]',
        'ƒ /feed/photo/[id]',
        '○ /forced',
        '○ /form',
        'ƒ /ingest/[...path]',
        '○ /plain',
        'ƒ /shop/[id]',
        'ƒ /who',
        'ƒ /api/legacy/beta',
        'ƒ /api/legacy/cart',
        'ƒ /gated',
        'ƒ /legacy/[page]',
      ])
    })

    it('says nothing of Hedgerow, without a token and for the edge', () => {
      // What Next.js says of its own edge runtime, whoever uses it.
      const own = /The Edge Runtime is deprecated|edge runtime on a page currently disables/
      const lines = site.built.split('\n').filter((line) => !own.test(line))

      expect(lines.filter((line) => /hedgerow|warn|Node\.js API|Edge Runtime/i.test(line))).toEqual([])
    })
  })

  describe('a page', () => {
    it('P2: knows a new visitor by the id of their cookie and of their pageview, and again when they come back', async () => {
      const first = await site.visit('/who?utm_source=news')
      const again = await site.visit('/who', { cookie: cookieBack(first) })

      const id = cookieMembers(first)['distinct_id']
      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/)
      expect([...idsIn(first), ...idsIn(again)]).toEqual([id, id, id, id])
      expect(again.headers['set-cookie']).toBeUndefined()
      const events = await site.eventsOf(id, 5)
      const [pageview] = events.filter(({ event }) => event === '$pageview')
      expect(pageview?.properties).toMatchObject({
        $current_url: `${site.origin}/who?utm_source=news`,
        utm_source: 'news',
      })
      expect(pageview?.properties).not.toHaveProperty('$response_status_code')
      const [rendered] = events.filter(({ event }) => event === 'page rendered')
      expect(rendered?.properties).toMatchObject({ same: true })
    })

    it('that is static is counted, and gives its visitor a cookie', async () => {
      const answer = await site.visit('/plain')

      expect(answer.headers['x-nextjs-cache']).toBe('HIT')
      expect(pageviewsOf(await site.eventsOf(cookieMembers(answer)['distinct_id'], 1))).toEqual(['/plain'])
    })

    it('that is forced to be static hands nobody over to the browser', async () => {
      const answer = await site.visit('/forced')

      expect(answer.body).toContain('made once')
      expect(answer.body).not.toContain('distinctID')
    })

    it('is not counted when Next.js fetches it for one that is open, or ahead of time', async () => {
      const known = visitorCookie('browser_3')
      const fetched = { accept: '*/*', 'sec-fetch-dest': 'empty', rsc: '1' }
      const prefetched = { ...fetched, 'next-router-prefetch': '1' }
      const prerendered = { ...documentHeaders, 'sec-purpose': 'prefetch;prerender' }

      const strangers: HttpAnswer[] = []
      for (const headers of [fetched, prefetched, prerendered]) {
        strangers.push(await site.ask('/plain', { headers }))
        await site.ask('/plain', { headers: { ...headers, ...known } })
      }
      await site.visit('/', known)

      expect(strangers.map(({ headers }) => headers['set-cookie'])).toEqual([undefined, undefined, undefined])
      expect(pageviewsOf(await site.eventsOf('browser_3', 1))).toEqual(['/'])
    })

    it('knows the user of the resolver', async () => {
      const answer = await site.visit('/who', { 'x-test-user': 'user_5' })

      expect(answer.body).toContain('first=user_5 by resolver')
    })

    it('redirects where the resolver does', async () => {
      const answer = await site.visit('/who', { 'x-test-expired': '1' })

      expect(answer.status).toBe(307)
      expect(answer.headers.location).toBe('/plain')
    })

    it('keeps visitors apart who come at the same time', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `visitor_${index}`)

      const answers = await Promise.all(names.map((name) => site.visit('/who', visitorCookie(name))))

      expect(answers.map(idsIn)).toEqual(names.map((name) => [name, name]))
    })

    it('has its forms captured as the visitor’s, and remembers whom an action signs in', async () => {
      const page = await site.visit('/form', visitorCookie('browser_2'))
      const [, action = ''] = /name="(\$ACTION_ID_\w+)"/.exec(page.body) ?? []
      const body = `--b\r\nContent-Disposition: form-data; name="${action}"\r\n\r\n\r\n--b\r\nContent-Disposition: form-data; name="item"\r\n\r\ntea\r\n--b--\r\n`
      const type = 'multipart/form-data; boundary=b'
      const headers = { ...visitorCookie('browser_2'), origin: site.origin, 'content-type': type }

      const answer = await site.ask('/form', { method: 'POST', headers, body })
      const back = await site.ask('/api/who', { headers: { cookie: cookieBack(answer) } })

      expect(await site.eventsOf('browser_2', 2)).toMatchObject([
        { event: '$pageview' },
        { event: 'ordered', properties: { item: 'tea', $request_method: 'POST' } },
      ])
      expect((await site.eventsOf('buyer_1', 1))[0]).toMatchObject({ event: '$identify' })
      expect(JSON.parse(back.body)).toEqual({ id: 'buyer_1', source: 'signed-cookie' })
    })
  })

  describe('idiom 12: the proxy', () => {
    it('leaves a redirect as it is, and does not count it', async () => {
      const answer = await site.visit('/old')
      await site.visit('/', { cookie: cookieBack(answer) })

      expect(answer).toMatchObject({ status: 307, headers: { location: '/who' } })
      expect(pageviewsOf(await site.eventsOf(cookieMembers(answer)['distinct_id'], 1))).toEqual(['/'])
    })

    it('adds to a rewrite, whose headers and cookies stay', async () => {
      const answer = await site.visit('/marked')
      await site.visit('/', { cookie: cookieBack(answer) })

      const id = cookieMembers(answer)['distinct_id']
      expect(answer.body).toContain('own=kept;')
      expect(idsIn(answer)).toEqual([id, id])
      expect(answer.headers['set-cookie']).toContainEqual(expect.stringMatching(/^own=1;/))
      expect(pageviewsOf(await site.eventsOf(id, 4))).toEqual(['/marked', '/'])
    })

    it('has a rewritten page keep the headers that the browser sent', async () => {
      const answer = await site.visit('/rewritten', { 'x-own': 'from the browser', cookie: 'theme=dark' })

      const id = cookieMembers(answer)['distinct_id']
      expect(answer.body).toContain('own=from the browser;')
      expect(answer.body).toContain('theme=dark;')
      expect(idsIn(answer)).toEqual([id, id])
    })

    it('lets an answer of the application through', async () => {
      const answer = await site.visit('/blocked')

      expect(answer).toMatchObject({ status: 403, body: 'no' })
    })
  })

  describe('idiom 11: a route handler', () => {
    it('captures as the visitor, with the URL of the request and its own parameters', async () => {
      const headers = visitorCookie('browser_4')

      const answer = await site.ask('/api/who?utm_source=news&token=1', { headers })

      expect(JSON.parse(answer.body)).toEqual({ id: 'browser_4', source: 'cookie' })
      expect(answer.headers['set-cookie']).toBeUndefined()
      const [asked] = await site.eventsOf('browser_4', 1)
      expect(asked?.event).toBe('asked')
      expect(asked?.properties).toMatchObject({ $pathname: '/api/who', same: true })
      expect(asked?.properties['$current_url']).toBe(`${site.origin}/api/who?utm_source=news`)
    })

    it('that signs a visitor in and redirects sends the cookie that remembers them', async () => {
      const answer = await site.ask('/api/login', { method: 'POST' })
      const back = await site.ask('/api/who', { headers: { cookie: cookieBack(answer) } })

      expect(answer).toMatchObject({ status: 307, headers: { location: '/who' } })
      expect(JSON.parse(back.body)).toEqual({ id: 'user_9', source: 'signed-cookie' })
    })

    it('has its cookies go out with a response whose headers cannot be changed', async () => {
      const login = await site.ask('/api/login', { method: 'POST' })

      const answer = await site.ask('/api/logout', { method: 'POST', headers: { cookie: cookieBack(login) } })

      expect(answer).toMatchObject({ status: 303, headers: { location: 'http://127.0.0.1/' } })
      expect(answer.headers['set-cookie']).toContainEqual(expect.stringMatching(/^hedgerow_phc_test=v1\./))
    })

    it('gives no cookie to a response that shared caches may store', async () => {
      const answer = await site.ask('/api/public', { headers: visitorCookie('browser_1') })

      expect(answer.body).toBe('for everybody')
      expect(answer.headers['set-cookie']).toBeUndefined()
    })

    it('answers 404 by notFound(), and 500 by an error, as without Hedgerow', async () => {
      const missing = await site.ask('/api/missing')
      const failed = await site.ask('/api/boom')

      expect([missing, failed].map(({ status, body }) => `${status}${body}`)).toEqual(['404', '500'])
    })
  })

  describe('an error of a request', () => {
    it('is captured as the visitor’s, with the route, by what the instrumentation exports', async () => {
      await site.ask('/api/boom?utm_source=news', { headers: visitorCookie('browser_5') })

      const [exception, ...others] = await site.eventsOf('browser_5', 1)
      expect(others).toEqual([])
      expect(exception?.event).toBe('$exception')
      expect(exception?.properties).toMatchObject({
        $exception_list: [{ type: 'TypeError', value: 'no cart' }],
        $http_method: 'GET',
        $pathname: '/api/boom',
        $current_url: `${site.origin}/api/boom?utm_source=news`,
        $route: '/api/boom',
        nextjs_router_kind: 'App Router',
        nextjs_route_path: '/api/boom',
        nextjs_route_type: 'route',
      })
      expect(exception?.properties).not.toHaveProperty('nextjs_revalidate_reason')
    })
  })

  describe('an application that ends', () => {
    it('has sent what its last requests captured', { timeout: 60_000 }, async () => {
      const theirs = await startScriptedServer()
      onTestFinished(() => theirs.close())
      const other = await site.app.start({ POSTHOG_KEY: 'phc_test', POSTHOG_HOST: theirs.url }, 'localhost')
      const headers = { ...documentHeaders, ...visitorCookie('browser_1') }

      await Promise.all(Array.from({ length: 10 }, () => send(`${other.url}/who`, { headers })))
      await other.stop()

      const names = theirs.events().map(({ event }) => event)
      expect(names.filter((name) => name === '$pageview')).toHaveLength(10)
      expect(names.filter((name) => name === 'page rendered')).toHaveLength(10)
    })
  })

  describe('an application without a token', () => {
    it('serves its pages, says so once, and captures nothing', { timeout: 60_000 }, async () => {
      const other = await site.app.start({ POSTHOG_HOST: site.posthog.url }, 'localhost')
      const before = site.posthog.requests.length

      const page = await send(`${other.url}/who`, { headers: documentHeaders })
      const route = await send(`${other.url}/api/who`)
      const printed = await other.stop()

      expect([page.status, route.status]).toEqual([200, 200])
      expect(page.headers['set-cookie']).toBeUndefined()
      // The edge is a world of its own, where the proxy of Next.js 15 runs.
      expect(printed.match(/token is missing/g)).toHaveLength(site.major === 15 ? 2 : 1)
      expect(site.posthog.requests).toHaveLength(before)
    })
  })
}

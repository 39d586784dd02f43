import { cookieBack, cookieMembers, send, startScriptedServer, visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { pageviewsOf, type Site } from './site.ts'

/** The same application with the Pages Router. */
export function describePagesRouter(site: Site): void {
  describe('idiom 11: a handler of the Pages Router', () => {
    it('captures as the visitor, with the URL of the request, and in what it calls', async () => {
      const answer = await site.ask('/api/legacy/cart?utm_source=news&token=1', {
        headers: visitorCookie('pages_1'),
      })

      expect(answer.status).toBe(201)
      expect(JSON.parse(answer.body)).toEqual({ id: 'pages_1', source: 'cookie' })
      expect(answer.headers['set-cookie']).toBeUndefined()
      const events = await site.eventsOf('pages_1', 2)
      const named = events.filter(({ event }) => !event.startsWith('$'))
      expect(named.map(({ event }) => event)).toEqual(['cart', 'below the cart'])
      expect(named[0]?.properties).toMatchObject({
        same: true,
        $pathname: '/api/legacy/cart',
        $current_url: `${site.origin}/api/legacy/cart?utm_source=news`,
      })
    })

    it('that signs a visitor in sends the cookie that remembers them', async () => {
      const answer = await site.ask('/api/legacy/cart?user=pages_2')
      const back = await site.ask('/api/legacy/cart', { headers: { cookie: cookieBack(answer) } })

      expect(JSON.parse(back.body)).toEqual({ id: 'pages_2', source: 'signed-cookie' })
    })

    it('gives no cookie to a response that shared caches may store', async () => {
      const answer = await site.ask('/api/legacy/cart?user=pages_3&shared=1')

      expect(answer.status).toBe(201)
      expect(answer.headers['set-cookie']).toBeUndefined()
    })

    it('knows the user of the resolver', async () => {
      const answer = await site.ask('/api/legacy/cart', { headers: { 'x-test-user': 'pages_4' } })

      expect(JSON.parse(answer.body)).toEqual({ id: 'pages_4', source: 'resolver' })
    })

    it('fails as without Hedgerow, and its error is captured with its route', async () => {
      const headers = visitorCookie('pages_5')

      const answer = await site.ask('/api/legacy/cart?boom=1', { headers })

      expect(`${answer.status}${answer.body}`).toBe('500Internal Server Error')
      const [exception] = await site.eventsOf('pages_5', 1)
      expect(exception?.properties).toMatchObject({
        $exception_list: [{ type: 'TypeError', value: 'no cart' }],
        $route: '/api/legacy/cart',
        nextjs_router_kind: 'Pages Router',
      })
    })

    it('keeps visitors apart who come at the same time', async () => {
      const names = Array.from({ length: 30 }, (_, index) => `pages_of_${index}`)

      const answers = await Promise.all(
        names.map((name) => site.ask('/api/legacy/cart', { headers: visitorCookie(name) })),
      )

      expect(answers.map(({ body }) => (JSON.parse(body) as { id: string }).id)).toEqual(names)
    })
  })

  describe('idiom 11: getServerSideProps', () => {
    it('knows a new visitor by the id of their cookie and of their one pageview', async () => {
      const answer = await site.visit('/legacy/about?utm_source=news')
      const id = cookieMembers(answer)['distinct_id']

      expect(id).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/)
      expect(answer.body).toContain(`first=${String(id)} by `)
      const events = await site.eventsOf(id, 2)
      expect(pageviewsOf(events)).toEqual(['/legacy/about'])
      const [page] = events.filter(({ event }) => event === 'legacy page')
      expect(page?.properties).toMatchObject({ page: 'about', $pathname: '/legacy/about' })
    })

    it('knows by its page the request for the data of one that is about to open', async () => {
      const { body } = await site.visit('/legacy/about')
      const [, build = ''] = /"buildId":"([^"]+)"/.exec(body) ?? []
      const headers = { ...visitorCookie('pages_6'), 'x-nextjs-data': '1', 'sec-fetch-dest': 'empty' }

      const answer = await site.ask(`/_next/data/${build}/legacy/next.json`, { headers })

      expect(JSON.parse(answer.body)).toMatchObject({ pageProps: { id: 'pages_6', source: 'cookie' } })
      const [page, ...others] = await site.eventsOf('pages_6', 1)
      expect(page).toMatchObject({ event: 'legacy page', properties: { $pathname: '/legacy/next' } })
      expect(others).toEqual([])
    })

    it('that signs a visitor in and redirects sends the cookie that remembers them', async () => {
      const answer = await site.ask('/legacy/about?user=pages_7&to=/plain', { headers: visitorCookie('b') })
      const back = await site.ask('/api/legacy/cart', { headers: { cookie: cookieBack(answer) } })

      expect(answer).toMatchObject({ status: 307, headers: { location: '/plain' } })
      expect(JSON.parse(back.body)).toEqual({ id: 'pages_7', source: 'signed-cookie' })
    })
  })

  it('P1: a platform of functions waits for what a handler captured', { timeout: 60_000 }, async () => {
    const theirs = await startScriptedServer()
    onTestFinished(() => theirs.close())
    const platform = await site.app.start(
      {
        POSTHOG_KEY: 'phc_test',
        POSTHOG_HOST: theirs.url,
        NODE_OPTIONS: `--import=${new URL('platform.mjs', import.meta.url).href}`,
      },
      'localhost',
    )

    await send(`${platform.url}/api/legacy/cart`)
    await theirs.waitFor(() => platform.output().includes('the platform has waited'))
    const sent = theirs.events().map(({ event }) => event)
    await platform.stop()

    expect(sent).toContain('below the cart')
  })

  describe('an application that ends', () => {
    it('has sent what handlers of the Pages Router captured last', { timeout: 60_000 }, async () => {
      const theirs = await startScriptedServer()
      onTestFinished(() => theirs.close())
      const other = await site.app.start({ POSTHOG_KEY: 'phc_test', POSTHOG_HOST: theirs.url }, 'localhost')

      await send(`${other.url}/api/who`) // the App Router has captured, as the proxy does where it runs on Node.js
      await Promise.all(Array.from({ length: 5 }, () => send(`${other.url}/api/legacy/cart`)))
      await other.stop()

      expect(theirs.events().filter(({ event }) => event === 'below the cart')).toHaveLength(5)
    })
  })
}

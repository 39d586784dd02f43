import { documentHeaders, send, visitorCookie } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { TwinSites } from './twin-sites.ts'

/** What an application may get wrong, and what becomes of it. */
export function describeBadInput(twins: TwinSites): void {
  const start = async (env: Readonly<Record<string, string>>) => {
    const app = await twins.start(env)
    onTestFinished(async () => void (await app.stop()))
    return app
  }

  describe('an application', () => {
    it(
      'whose token is in the browser’s part of the environment alone works with that',
      { timeout: 60_000 },
      async () => {
        const app = await start({
          NEXT_PUBLIC_POSTHOG_KEY: 'phc_test',
          NEXT_PUBLIC_POSTHOG_HOST: twins.posthog.url,
        })

        await send(`${app.url}/dynamic`, {
          headers: { ...documentHeaders, ...visitorCookie('public token') },
        })

        expect((await twins.eventsOf('public token', 1))[0]).toMatchObject({ event: '$pageview' })
        expect(app.output()).not.toContain('hedgerow]')
      },
    )

    it('whose resolver redirects sends visitors away from what asks who they are, and from nothing else', async () => {
      const headers = { 'x-test-expired': '1', ...visitorCookie('expired') }

      const page = await twins.visit('/dynamic', headers)
      const handler = await twins.ask('with', '/api/who', { headers })
      const action = await twins.ask('with', '/api/who', { method: 'POST', headers })
      const unasked = await twins.visit('/plain', headers)

      const redirected = [page, handler, action].map(({ status, headers: { location } }) => [
        status,
        location,
      ])
      expect(redirected).toEqual([
        [307, '/plain'],
        [307, '/plain'],
        [307, '/plain'],
      ])
      expect(unasked.status).toBe(200)
      expect(await twins.pagesOf('expired')).toEqual(['/dynamic', '/plain'])
    })

    it('that calls hedgerow() where there is no request is told so, by a code', async () => {
      const { body } = await twins.ask('with', '/api/nowhere')

      expect(JSON.parse(body)).toEqual({
        name: 'HedgerowError',
        code: 'scope-missing',
        message: expect.stringMatching(
          /^hedgerow\(\) was called where there is no request; call it in server/,
        ),
      })
    })

    it('that asks for a visitor in a page of its build gets a scope of nobody, and the page stays static', async () => {
      const { headers, body } = await twins.visit('/forced')

      expect(body).toContain('made once, <!-- -->function')
      expect(headers['x-nextjs-cache']).toBe('HIT')
      expect(twins.built.with).not.toMatch(/hedgerow/i)
      expect(twins.posthog.events().map(({ event }) => event)).not.toContain('nobody came')
    })

    it('whose proxy has no matcher counts no file, and gives nobody who loads one a cookie', async () => {
      const { body } = await twins.visit('/client')
      const scripts = [...body.matchAll(/(\/_next\/static\/[^"\\]+\.js)/g)].map(([, path = '']) => path)
      const files = [
        ...new Set([...scripts, '/logo.png', '/robots.txt', '/_next/image?url=%2Flogo.png&w=32&q=75']),
      ]
      const load = async (path: string, cookies: object) =>
        twins.ask('with', path, { headers: { accept: '*/*', 'sec-fetch-dest': 'script', ...cookies } })

      const strangers = await Promise.all(files.map((path) => load(path, {})))
      const known = await Promise.all(files.map((path) => load(path, visitorCookie('loads files'))))
      const opened = await Promise.all(files.map((path) => twins.visit(path, visitorCookie('loads files'))))

      expect(files.length).toBeGreaterThan(3)
      for (const { status, headers } of [...strangers, ...known, ...opened]) {
        expect(status).toBe(200)
        expect(headers['set-cookie']).toBeUndefined()
      }
      // The proxy cannot know that this one is none: it sees no response, and its name says nothing.
      expect(await twins.pagesOf('loads files')).toEqual(['/robots.txt'])
    })
  })
}

import type { IncomingMessage } from 'node:http'
import { describe, expect, it } from 'vitest'
import { cookieBack, cookieLines, cookieMembers, visitorCookie } from '../browser-cookie.ts'
import type { AdapterHarness } from './adapter-harness.ts'
import { itWhereSeen, startSite } from './conformance-site.ts'

const uuidV7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** Events, flags, browser and the next request agree on who the visitor is. */
export function describeIdentity(harness: AdapterHarness): void {
  describe('a visitor', () => {
    it('has one id on a first visit: handler, browser, event, flags, cookie and the next request agree', async () => {
      const bootstrapped: unknown[] = []
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: ({ scope }) => {
                bootstrapped.push(scope?.bootstrap().distinctID)
                return { body: String(scope?.distinctId) }
              },
            },
          ],
        }),
      })

      const first = await site.visit('/')
      const second = await site.visit('/', { cookie: cookieBack(first) })

      const id = first.body
      expect(id).toMatch(uuidV7)
      expect(cookieMembers(first)['distinct_id']).toBe(id)
      expect(second.body).toBe(id)
      expect(bootstrapped).toEqual([id, id])
      expect(cookieLines(second)).toEqual([])
      expect((await site.events()).map(({ distinct_id: eventId }) => eventId)).toEqual([id, id])
      expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([
        { distinct_id: id, $device_id: id },
      ])
    })

    it('has one id on a first visit of a page that never looks at it', async () => {
      const site = await startSite(harness, {
        build: () => ({ routes: [{ path: '/', handle: () => ({ body: 'page' }) }] }),
        request: { flags: { preload: 'never' } },
      })

      const answer = await site.visit('/')

      const [pageview] = await site.events()
      expect(pageview?.distinct_id).toMatch(uuidV7)
      expect(cookieMembers(answer)['distinct_id']).toBe(pageview?.distinct_id)
    })

    itWhereSeen(harness, 'outcome')(
      'is the user from the moment that authentication behind Hedgerow has found them',
      async () => {
        const users = new WeakMap<IncomingMessage, string>()
        const site = await startSite(harness, {
          build: (client) => ({
            authenticate: (request) => {
              client.capture({ event: 'before authentication' })
              users.set(request, 'user_1')
            },
            routes: [
              {
                path: '/',
                handle: ({ scope }) => {
                  scope?.capture('after authentication')
                  return {
                    body: `${scope?.distinctId} ${scope?.identitySource} ${client.scope()?.distinctId}`,
                  }
                },
              },
            ],
          }),
          request: { resolve: (request) => users.get(request) },
        })

        const answer = await site.visit('/', visitorCookie('browser_1'))

        expect(answer.body).toBe('user_1 resolver user_1')
        expect((await site.events()).map(({ event, distinct_id: id }) => [event, id])).toEqual([
          ['before authentication', 'browser_1'],
          ['after authentication', 'user_1'],
          ['$pageview', 'user_1'],
        ])
      },
    )

    it('known to authentication is the one whom a gate asks for', async () => {
      const users = new WeakMap<IncomingMessage, string>()
      const site = await startSite(harness, {
        build: () => ({
          authenticate: (request) => void users.set(request, 'user_1'),
          routes: [{ method: 'POST', path: '/', flag: 'beta', handle: () => ({ body: 'behind the gate' }) }],
        }),
        request: { resolve: (request) => users.get(request) },
      })
      site.posthog.flags = { beta: true }

      const answer = await site.send('/', { method: 'POST', headers: visitorCookie('browser_1') })

      expect(answer.body).toBe('behind the gate')
      expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
    })
  })
}

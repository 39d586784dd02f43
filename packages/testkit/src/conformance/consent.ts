import { describe, expect, it } from 'vitest'
import { browserCookie } from '../browser-cookie.ts'
import type { AdapterHarness, ConformanceRequestOptions, SitePlan } from './adapter-harness.ts'
import { startSite } from './conformance-site.ts'
import { clientCalls, type ConsentCall, membersOf, scopeCalls, useOf } from './consent-calls.ts'

const visitor = browserCookie({ distinct_id: 'browser_1' })
const noCookie = '__ph_opt_in_out_phc_test=0'
const yesCookie = '__ph_opt_in_out_phc_test=1'
const calls: Readonly<Record<string, ConsentCall>> = {
  ...prefixed('client', clientCalls),
  ...prefixed('scope', scopeCalls),
}

function prefixed(owner: string, cases: Readonly<Record<string, ConsentCall>>): Record<string, ConsentCall> {
  return Object.fromEntries(Object.entries(cases).map(([name, call]) => [`${owner}.${name}`, call]))
}

/** A visitor who said no is captured by nothing, asked about nowhere and remembered by nobody. */
export function describeConsent(harness: AdapterHarness): void {
  describe('consent', () => {
    it('is asked for by every way out: each public member of client and scope is tried below', async () => {
      let scopeMembers: string[] = []
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: ({ scope }) => {
                scopeMembers = membersOf(scope ?? {})
                return { body: 'page' }
              },
            },
          ],
        }),
      })

      await site.visit('/')

      expect(membersOf(site.client)).toEqual(Object.keys(clientCalls).toSorted())
      expect(scopeMembers).toEqual(Object.keys(scopeCalls).toSorted())
    })

    it.each(['v0', 'v1'] as const)(
      'denied lets no byte of a request out by any method, in the request or after it (%s)',
      async (captureMode) => {
        for (const moment of ['in the handler', 'after the end'] as const) {
          const site = await startCalls(harness, { captureMode, moment })
          const loud = new Set<string>()
          for (const name of Object.keys(calls)) if (await site.sends(name, noCookie)) loud.add(name)
          expect([...loud]).toEqual([])
          expect(site.posthog.requests).toEqual([])
        }
      },
    )

    it('granted lets the same calls out, so that their silence above is the denial', async () => {
      const site = await startCalls(harness, { captureMode: 'v0', moment: 'in the handler' })
      const loud = new Set<string>()
      for (const name of Object.keys(calls)) if (await site.sends(name, yesCookie)) loud.add(name)

      expect([...loud]).toEqual(Object.keys(calls).filter((name) => calls[name]?.sends))
    })

    it('denied leaves a page without pageview, flags, session and cookies, and takes those away that are there', async () => {
      const seen: unknown[] = []
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: ({ scope }) => {
                seen.push(scope?.consent, scope?.identitySource, scope?.bootstrap())
                return { body: String(scope?.distinctId) }
              },
            },
          ],
        }),
      })

      const first = await site.visit('/', { cookie: `${visitor}; ${noCookie}` })
      const second = await site.visit('/', { cookie: noCookie })

      await site.events()
      expect(first.body).not.toBe('browser_1')
      expect(second.body).not.toBe(first.body)
      expect(seen).toEqual(['denied', 'minted', {}, 'denied', 'minted', {}])
      expect(first.headers['set-cookie']).toEqual(['ph_phc_test_posthog=; Path=/; Max-Age=0; SameSite=Lax'])
      expect(second.headers['set-cookie']).toBeUndefined()
      expect(site.posthog.requests).toEqual([])
      expect(site.client.stats().refused).toEqual({ 'consent-denied': 2 })
    })

    it('that a callback has to look up is known in the handler, of an API too', async () => {
      const site = await startSite(harness, {
        build: answerConsent,
        request: { consent: { resolve: async (request) => request.headers['x-agrees'] === 'yes' } },
      })

      const yes = await site.send('/', { headers: { 'x-agrees': 'yes' } })
      const no = await site.send('/')

      expect([yes.body, no.body]).toEqual(['granted', 'denied'])
      expect((await site.events()).map(({ event }) => event)).toEqual(['asked'])
    })

    it('that a callback never says costs a request 250 ms, and is a no', async () => {
      let asked = false
      const resolve = () => {
        asked = true
        return new Promise<boolean>(() => {})
      }
      const site = await startSite(harness, { build: answerConsent, request: { consent: { resolve } } })

      const visit = site.visit('/', { cookie: visitor })
      await site.posthog.waitFor(() => asked)
      expect(site.runtime.nextTimerDelayMs).toBe(250)
      await site.runtime.advance(250)
      const answer = await visit

      expect(answer.body).toBe('denied')
      // Nobody has refused: what the browser has is not taken away because a callback hangs.
      expect(answer.headers['set-cookie']).toBeUndefined()
      await site.settled()
      await site.runtime.advance(250)
      await site.events()
      expect(site.posthog.requests).toEqual([])
    })
  })
}

function answerConsent(): SitePlan {
  return {
    routes: [
      {
        path: '/',
        handle: ({ scope }) => {
          scope?.capture('asked')
          return { body: String(scope?.consent) }
        },
      },
    ],
  }
}

/** A site whose handler makes one call for each request, and what of it PostHog hears. */
async function startCalls(
  harness: AdapterHarness,
  options: { captureMode: 'v0' | 'v1'; moment: 'in the handler' | 'after the end' },
) {
  let late: Promise<unknown> = Promise.resolve()
  let release = () => {}
  const request: ConformanceRequestOptions = { flags: { preload: 'never' } }
  const site = await startSite(harness, {
    request,
    client: { captureMode: options.captureMode },
    build: (client) => ({
      routes: [
        {
          method: 'POST',
          path: '/:call',
          async handle({ scope, params }) {
            const name = String(params['call'])
            const use = useOf(name.startsWith('client.') ? client : (scope ?? {}))
            const run = () => calls[name]?.run(use)
            if (options.moment === 'in the handler') await run()
            // A timer of the request's own code, which fires when the request is over.
            const over = new Promise<void>((resolve) => (release = resolve))
            late = over
              .then(() => new Promise((resolve) => setTimeout(resolve, 0)))
              .then(() => (options.moment === 'after the end' ? run() : undefined))
            return { status: 500, body: { name } }
          },
        },
      ],
    }),
  })
  return {
    posthog: site.posthog,
    /** Whether PostHog hears anything when a visitor with this cookie has the call made. */
    async sends(name: string, consent: string): Promise<boolean> {
      const before = site.posthog.requests.length
      await site.send(`/${name}`, { method: 'POST', headers: { cookie: `${visitor}; ${consent}` } })
      await site.settled()
      release()
      await late
      await site.runtime.settle()
      await site.client.flush()
      return site.posthog.requests.length > before
    },
  }
}

import { describe, expect, it } from 'vitest'
import { cookieName } from '../browser-cookie.ts'
import { documentHeaders, sendText } from '../http-client.ts'
import type { AdapterHarness, SitePlan } from './adapter-harness.ts'
import { type ConformanceSite, type SiteParts, startPlainSite, startSite } from './conformance-site.ts'
import { brokenPath, type Exchange, exchanges, postedBadly } from './transparency-table.ts'

const plan: SitePlan = { routes: exchanges.flatMap(({ route }) => route ?? []) }
const withErrorPage: SitePlan = {
  routes: [...plan.routes, ...(postedBadly.route ? [postedBadly.route] : [])],
  errorPage: (error) => ({ status: 500, body: `<h1>${(error as Error).message}</h1>` }),
}

/** A response is what it would be without Hedgerow, to the byte, but for our cookie. */
export function describeTransparency(harness: AdapterHarness): void {
  const start = async (site: SitePlan, parts: Omit<SiteParts, 'build'> = {}) => ({
    plain: await startPlainSite(harness, site),
    site: await startSite(harness, { build: () => site, ...parts }),
  })

  describe('a response is, to the byte, what it is without Hedgerow', () => {
    it.each([...exchanges, brokenPath])('$name', async (exchange) => {
      const { plain, site } = await start(plan)

      const without = await sendText(plain, textOf(exchange))
      const withHedgerow = await sendText(site.port, textOf(exchange))

      expect(withoutOurCookie(withHedgerow)).toBe(withoutDate(without))
      expect(without).toMatch(/^HTTP\/1\.1 [1-5]\d\d /)
    })

    it('with an error page of the application', async () => {
      const { plain, site } = await start(withErrorPage)

      await expect(differences(plain, site, [...exchanges, postedBadly])).resolves.toEqual([])
    })

    it('from a visitor who is known', async () => {
      const { plain, site } = await start(plan, { request: { resolve: () => 'user_1' } })

      await expect(differences(plain, site, exchanges)).resolves.toEqual([])
    })

    it('one after another on one connection', async () => {
      const lasting = exchanges.filter(({ name, version }) => name !== 'cut off' && version !== '1.0')
      const { plain, site } = await start(plan)
      const all = lasting.map((exchange, at) => textOf(exchange, at === lasting.length - 1)).join('')

      const without = await sendText(plain, all)
      const withHedgerow = await sendText(site.port, all)

      expect(withoutOurCookie(withHedgerow)).toBe(withoutDate(without))
    })

    it('while PostHog is down', async () => {
      const { plain, site } = await start(plan)
      await site.posthog.stop()

      await expect(differences(plain, site, exchanges)).resolves.toEqual([])
    })

    it('with hooks of the application that throw', async () => {
      const broken = () => {
        throw new Error('broken')
      }
      const { plain, site } = await start(plan, {
        request: { resolve: broken },
        client: { before_send: broken, onError: broken },
      })

      await expect(differences(plain, site, exchanges)).resolves.toEqual([])
    })
  })

  describe('our cookie', () => {
    it.each([
      ['html', 1],
      ['stream', 1],
      ['own cookies', 1],
      ['thrown', 1],
      ['shared', 0],
      ['posted', 0],
      ['head', 0],
    ])('is on the answer %s %i times', async (name, times) => {
      const { site } = await start(plan)
      const exchange = exchanges.find((one) => one.name === name) as Exchange

      const received = await sendText(site.port, textOf(exchange))

      expect(received.match(ourCookie) ?? []).toHaveLength(times)
    })
  })
}

/** The answers that differ, with and without Hedgerow. Rejects when a request is not settled exactly once. */
async function differences(
  plain: number,
  site: ConformanceSite,
  all: readonly Exchange[],
): Promise<object[]> {
  const different: object[] = []
  for (const exchange of all) {
    const without = withoutDate(await sendText(plain, textOf(exchange)))
    const withHedgerow = withoutOurCookie(await sendText(site.port, textOf(exchange)))
    if (withHedgerow !== without) different.push({ name: exchange.name, without, withHedgerow })
  }
  await site.settled()
  return different
}

/** The request as a browser writes it. */
function textOf({ ask, version = '1.1', headers = [], body = '' }: Exchange, isLast = true): string {
  const browser = Object.entries(documentHeaders).map(([name, value]) => `${name}: ${value}`)
  const connection = isLast ? ['connection: close'] : []
  const head = [`${ask} HTTP/${version}`, 'host: localhost', ...browser, ...connection, ...headers]
  return `${head.join('\n')}\n\n${body}`
}

const ourCookie = new RegExp(`^set-cookie: ${cookieName}=.*\r\n`, 'gim')

function withoutOurCookie(received: string): string {
  return withoutDate(received).replaceAll(ourCookie, '')
}

function withoutDate(received: string): string {
  return received.replaceAll(/^date: .*\r\n/gim, '')
}

import { type Browser, chromium, type Page } from 'playwright-core'
import { documentHeaders, findChromium } from 'testkit'
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest'
import type { BrowserSite } from './browser-site.ts'
import { capturedEvents } from './captured-events.ts'

const { executablePath, args, isMissing } = findChromium()

/** Browser tests have to be left out on this machine. */
export const isBrowserMissing = isMissing

const resolverRules = ['MAP example.com 127.0.0.1', 'MAP *.example.com 127.0.0.1', 'MAP * ~NOTFOUND']

/**
 * One Chromium for the tests of a `describe`. `example.com` and its subdomains are this machine, trusted as with https, so
 * that it sends all its headers. It says of itself that it is no automaton, which would be a bot, and keeps pages for
 * going back, as it does for people.
 */
export function useBrowser(): { tab(site: BrowserSite): Promise<Tab> } {
  let browser: Browser | undefined
  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath,
      args: [
        ...args,
        `--host-resolver-rules=${resolverRules.join(', ')}, EXCLUDE 127.0.0.1`,
        '--unsafely-treat-insecure-origin-as-secure=*.example.com',
        '--disable-blink-features=AutomationControlled',
      ],
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
  })
  afterAll(() => browser?.close())
  return {
    tab(site) {
      if (!browser) throw new Error('the browser starts with the first test')
      return newTab(browser, site)
    },
  }
}

/** What posthog-js's cookie of one domain holds. */
export interface SdkCookie {
  readonly domain: string
  readonly distinctId: unknown
  readonly sessionId: unknown
}

/** One tab of a visitor with a profile of their own. */
export interface Tab {
  readonly page: Page
  /** Does something, and waits until the browser has captured this event because of it. */
  until(event: string, action: () => Promise<unknown>): Promise<void>
  /** Opens a page that posthog-js counts. */
  open(path: string, host?: string): Promise<void>
  /** Has posthog-js ask for the flags, and gives the id for which it did. */
  flagsId(): Promise<unknown>
  sdkCookies(): Promise<SdkCookie[]>
}

/** It closes with the test, which fails for errors on its pages. */
async function newTab(browser: Browser, site: BrowserSite): Promise<Tab> {
  const context = await browser.newContext({ userAgent: documentHeaders['user-agent'] })
  const page = await context.newPage()
  page.setDefaultTimeout(10_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  onTestFinished(async () => {
    await context.close()
    expect(problems).toEqual([])
  })

  const { posthog, url } = site
  const count = (name: string) =>
    capturedEvents(posthog.requests).filter(({ by, event }) => by === 'browser' && event === name).length
  const flagCalls = () => posthog.flagCalls().filter(({ headers }) => headers.origin !== undefined)
  const until: Tab['until'] = async (event, action) => {
    const before = count(event)
    await action()
    await posthog.waitFor(() => count(event) > before)
  }
  return {
    page,
    until,
    open: (path, host) => until('$pageview', () => page.goto(url(path, host))),
    async flagsId() {
      const before = flagCalls().length
      await page.evaluate('posthog.reloadFeatureFlags()')
      await posthog.waitFor(() => flagCalls().length > before)
      const body = flagCalls().at(-1)?.body as { distinct_id?: unknown } | undefined // what posthog-js sends
      return body?.distinct_id
    },
    async sdkCookies() {
      const cookies = (await context.cookies()).filter(({ name }) => name === 'ph_phc_test_posthog')
      return cookies.map(({ domain, value }) => {
        const state = JSON.parse(decodeURIComponent(value)) as { distinct_id?: unknown; $sesid?: unknown[] }
        return { domain, distinctId: state.distinct_id, sessionId: state.$sesid?.[1] }
      })
    },
  }
}

import { describe, expect, it } from 'vitest'
import { type BrowserSite, startBrowserSite } from './browser-site.ts'
import { isBrowserMissing, type Tab, useBrowser } from './tab.ts'

/** Who counts, and what has to be said to posthog-js for that. */
const modes = [
  ['hybrid', {}],
  ['server', { capture_pageview: false }],
] as const

function start(mode: (typeof modes)[number][0], init: object, markup?: string): Promise<BrowserSite> {
  const identity = { cookieDomain: 'example.com' }
  return startBrowserSite({ identity, pageviews: { mode }, init: { ...init }, ...(markup && { markup }) })
}

/** Waits until the page of this path runs posthog-js and has said so. */
async function shown(tab: Tab, path: string): Promise<void> {
  await tab.page.waitForURL(`**${path}`, { waitUntil: 'commit' })
  await tab.page.waitForFunction('window.posthog?.__loaded')
  // After posthog-js's own timer of 1 ms for the first pageview, so that this is the last that a page captures.
  await tab.until('shown', () => tab.page.evaluate(`setTimeout(() => posthog.capture('shown'), 10)`))
}

/** Who has counted which page. */
async function pageviews(site: BrowserSite): Promise<string[]> {
  const counted = (await site.events()).filter(({ event }) => event !== 'shown')
  return counted.map(({ by, event, properties }) => `${by} ${event} ${String(properties['$pathname'])}`)
}

describe.skipIf(isBrowserMissing)('a browser', () => {
  const browser = useBrowser()

  describe.each(modes)('in %s mode', (mode, init) => {
    const counter = mode === 'hybrid' ? 'browser' : 'server'

    it('has each page counted once that it opens, reloads and follows, and none that it goes back to', async () => {
      const site = await start(mode, init)
      const tab = await browser.tab(site)

      await tab.page.goto(site.url('/'))
      await shown(tab, '/')
      await tab.page.reload()
      await shown(tab, '/')
      await tab.page.evaluate('window.isKept = true')
      await tab.page.getByText('Next').click()
      await shown(tab, '/next')
      await tab.page.evaluate('history.back()')
      await shown(tab, '/')
      const isKept = await tab.page.evaluate('window.isKept')
      await tab.page.evaluate('history.forward()')
      await shown(tab, '/next')
      await tab.page.goto(site.url('/plain'))

      expect(isKept).toBe(true)
      expect(site.requests).toEqual(['GET /', 'GET /', 'GET /next', 'GET /plain'])
      expect(await pageviews(site)).toEqual([
        `${counter} $pageview /`,
        `${counter} $pageview /`,
        `${counter} $pageview /next`,
        'server $pageview /plain',
      ])
    })

    it.each([
      ['a link', '<link rel="prefetch" href="/next">', 'prefetch', true],
      ['rules to prefetch', rules('prefetch'), 'prefetch', false],
      ['rules to prerender', rules('prerender'), 'prefetch;prerender', false],
    ])('that fetched a page ahead by %s', async (_how, markup, purpose, asksAgain) => {
      const site = await start(mode, init, markup)
      const tab = await browser.tab(site)

      await tab.page.goto(site.url('/'))
      await shown(tab, '/')
      await site.posthog.waitFor(() => site.requests.length === 2)
      const before = await pageviews(site)
      await tab.page.getByText('Next').click()
      await shown(tab, '/next')

      expect(before).toEqual([`${counter} $pageview /`])
      expect(site.requests.slice(0, 2)).toEqual(['GET /', `GET /next ${purpose}`])
      expect(site.requests.includes('GET /next')).toBe(asksAgain)
      const counted = [`${counter} $pageview /`, `${counter} $pageview /next`]
      expect(await pageviews(site)).toEqual(mode === 'hybrid' || asksAgain ? counted : before)
    })
  })
})

/** Speculation rules for the next page, carried out at once. */
function rules(action: 'prefetch' | 'prerender'): string {
  const text = JSON.stringify({ [action]: [{ urls: ['/next'], eagerness: 'immediate' }] })
  return `<script type="speculationrules">${text}</script>`
}

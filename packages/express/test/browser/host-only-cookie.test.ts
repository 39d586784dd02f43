import { describe, expect, it } from 'vitest'
import { startBrowserSite } from './browser-site.ts'
import { storyOf } from './captured-events.ts'
import { isBrowserMissing, useBrowser } from './tab.ts'

const cookieDomain = 'example.com'
const secret = 'a secret of these tests alone, of 40 characters'

const old = '01901b2c-1111-7000-8000-000000000001'
const hostOnly = encodeURIComponent(JSON.stringify({ distinct_id: old, $device_id: old }))
const plant = `document.cookie = 'ph_phc_test_posthog=${hostOnly}; path=/'`

describe.skipIf(isBrowserMissing)('a host-only cookie beside that of posthog-js splits no visitor', () => {
  const browser = useBrowser()

  describe.each([
    ['nothing', {}, 'cookie'],
    ['a cookie domain', { cookieDomain }, 'cookie'],
    ['a secret', { secret }, 'signed-cookie'],
    ['a cookie domain and a secret', { cookieDomain, secret }, 'signed-cookie'],
  ])('given %s,', (_given, identity, source) => {
    it('when it was there first', async () => {
      const site = await startBrowserSite({ identity })
      const tab = await browser.tab(site)

      await tab.page.goto(site.url('/posthog.js'))
      await tab.page.evaluate(plant)
      await tab.open('/')
      await tab.open('/second', 'www.example.com')
      const events = await site.events()

      expect(events[0]?.distinctId).toBe(old)
      expect(storyOf(events)).toEqual([
        'server $pageview / A 1 cookie',
        'browser $pageview / A 1',
        'server $pageview /second A 1 cookie',
        'browser $pageview /second A 1',
      ])
      expect(site.cookieLines).toEqual([])
      expect(await tab.sdkCookies()).toMatchObject([{ domain: '.example.com', distinctId: old }])
    })

    it('when it comes later', async () => {
      const site = await startBrowserSite({ identity })
      const tab = await browser.tab(site)

      await tab.open('/')
      await tab.page.goto(site.url('/posthog.js')) // posthog-js has left a cookie of its own by then
      await tab.page.evaluate(plant)
      const beside = (await tab.sdkCookies()).map(({ domain }) => domain)
      await tab.open('/second')

      expect(beside.toSorted()).toEqual(['.example.com', 'shop.example.com'])
      expect(storyOf(await site.events())).toEqual([
        'server $pageview / A 1 minted',
        'browser $pageview / A 1',
        `server $pageview /second A 1 ${source}`,
        'browser $pageview /second A 1',
      ])
    })
  })
})

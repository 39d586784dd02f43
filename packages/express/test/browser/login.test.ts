import { describe, expect, it } from 'vitest'
import { startBrowserSite } from './browser-site.ts'
import { storyOf } from './captured-events.ts'
import { isBrowserMissing, useBrowser } from './tab.ts'

const cookieDomain = 'example.com'
const secret = 'a secret of these tests alone, of 40 characters'

/** Where ids are kept, and where the server has a visitor's from when they come back. */
const places = [
  ['nothing', {}, 'cookie'],
  ['a cookie domain', { cookieDomain }, 'cookie'],
  ['a secret', { secret }, 'signed-cookie'],
  ['a cookie domain and a secret', { cookieDomain, secret }, 'signed-cookie'],
] as const

describe.skipIf(isBrowserMissing)('with posthog-js in a browser', () => {
  const browser = useBrowser()

  it.each(places)(
    'a user of identify() there is a hint here, until the resolver vouches, given %s',
    async (_given, identity, source) => {
      const site = await startBrowserSite({ identity })
      const tab = await browser.tab(site)

      await tab.open('/')
      await tab.until('$identify', () => tab.page.evaluate(`posthog.identify('user_1')`))
      await tab.open('/second')
      await tab.page.context().addCookies([{ name: 'session', value: 'user_1', url: site.url('/') }])
      await tab.open('/third')

      expect(storyOf(await site.events())).toEqual([
        'server $pageview / A 1 minted',
        'browser $pageview / A 1',
        'browser $identify / A→user_1 1 person',
        // What is signed goes before what is said.
        source === 'cookie'
          ? 'server $pageview /second user_1 1 cookie'
          : 'server $pageview /second A 1 signed-cookie',
        'browser $pageview /second user_1 1 person',
        'server $pageview /third user_1 1 resolver person',
        'browser $pageview /third user_1 1 person',
      ])
    },
  )

  it.each(places)(
    'a login on the server is one there too, and a logout leaves nothing of it, given %s',
    async (_given, identity, source) => {
      const site = await startBrowserSite({ identity })
      const tab = await browser.tab(site)

      await tab.open('/')
      await tab.until('$pageview', () => tab.page.getByText('Sign in').click())
      await tab.open('/second')
      await tab.until('$pageview', () => tab.page.getByText('Sign out').click())
      await tab.open('/third')

      expect(storyOf(await site.events())).toEqual([
        'server $pageview / A 1 minted',
        'browser $pageview / A 1',
        'server $identify A→user_1 1 resolver person',
        'server $pageview /account user_1 1 resolver person',
        'browser $identify /account A→user_1 1 person', // the same link once more
        'browser $pageview /account user_1 1 person',
        'server $pageview /second user_1 1 resolver person',
        'browser $pageview /second user_1 1 person',
        `server $pageview / B 2 ${source === 'cookie' ? 'minted' : source}`,
        'browser $pageview / B 2',
        `server $pageview /third B 2 ${source}`,
        'browser $pageview /third B 2',
      ])
    },
  )

  it('a reset() on the page after a logout takes the new visitor over from it', async () => {
    const site = await startBrowserSite({ identity: { secret } })
    const tab = await browser.tab(site)

    await tab.open('/')
    await tab.until('$pageview', () => tab.page.getByText('Sign in').click())
    await tab.page.evaluate('document.forms[1].onsubmit = null')
    await tab.until('$pageview', () => tab.page.getByText('Sign out').click())
    await tab.until('shown', () =>
      tab.page.evaluate(`posthog.reset({ bootstrap: window.__hedgerow }); posthog.capture('shown')`),
    )
    await tab.open('/second')

    expect(storyOf(await site.events()).slice(-5)).toEqual([
      'server $pageview / B 2 signed-cookie',
      'browser $pageview / B 2 person', // for it has not been reset by then
      'browser shown / B 2',
      'server $pageview /second B 2 signed-cookie',
      'browser $pageview /second B 2',
    ])
  })

  it('a reset() alone holds until the next page of a visitor whom the server remembers', async () => {
    const site = await startBrowserSite({ identity: { secret } })
    const tab = await browser.tab(site)

    await tab.open('/')
    await tab.until('shown', () => tab.page.evaluate(`posthog.reset(); posthog.capture('shown')`))
    await tab.open('/second')

    expect(storyOf(await site.events())).toEqual([
      'server $pageview / A 1 minted',
      'browser $pageview / A 1',
      'browser shown / B 2',
      'server $pageview /second A 2 signed-cookie',
      'browser $pageview /second A 2',
    ])
  })
})

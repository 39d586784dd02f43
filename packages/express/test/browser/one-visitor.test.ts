import { describe, expect, it } from 'vitest'
import { startBrowserSite } from './browser-site.ts'
import { storyOf } from './captured-events.ts'
import { isBrowserMissing, useBrowser } from './tab.ts'

const cookieDomain = 'example.com'
const secret = 'a secret of these tests alone, of 40 characters'

/** Name, domain and visitor of a cookie that is set. */
function cookieOf(line: string): unknown[] {
  const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? []
  const domain = /Domain=([^;]*)/.exec(line)?.[1]
  if (name.startsWith('ph_')) {
    return [name, domain, (JSON.parse(decodeURIComponent(value)) as { distinct_id: unknown }).distinct_id]
  }
  const contents = Buffer.from(value.split('.')[1] ?? '', 'base64url').toString()
  return [name, domain, (JSON.parse(contents) as { id: unknown }).id]
}

describe.skipIf(isBrowserMissing)('with posthog-js in a browser, a visitor', () => {
  const browser = useBrowser()

  it.each([
    { given: 'nothing', identity: {}, cookies: [], second: 'cookie', third: 'cookie' },
    {
      given: 'a cookie domain',
      identity: { cookieDomain },
      cookies: [['ph_phc_test_posthog', 'example.com']],
      second: 'cookie',
      third: 'cookie',
    },
    {
      given: 'a secret',
      identity: { secret },
      cookies: [['hedgerow_phc_test', undefined]],
      second: 'signed-cookie',
      third: 'cookie',
    },
    {
      given: 'a cookie domain and a secret',
      identity: { cookieDomain, secret },
      cookies: [
        ['hedgerow_phc_test', 'example.com'],
        ['ph_phc_test_posthog', 'example.com'],
      ],
      second: 'signed-cookie',
      third: 'signed-cookie',
    },
  ])(
    'has one id and session on every page and subdomain, given $given',
    async ({ identity, cookies, second, third }) => {
      const site = await startBrowserSite({ identity })
      const tab = await browser.tab(site)

      await tab.open('/')
      await tab.open('/second')
      const flagIds = [await tab.flagsId()]
      await tab.open('/third', 'www.example.com')
      flagIds.push(await tab.flagsId())
      const events = await site.events()

      const id = events[0]?.distinctId
      expect(storyOf(events)).toEqual([
        'server $pageview / A 1 minted',
        'browser $pageview / A 1',
        `server $pageview /second A 1 ${second}`,
        'browser $pageview /second A 1',
        `server $pageview /third A 1 ${third}`,
        'browser $pageview /third A 1',
      ])
      expect(site.cookieLines.map(cookieOf)).toEqual(cookies.map((cookie) => [...cookie, id]))
      const asked = site.posthog.flagCalls().map(({ body }) => (body as { distinct_id: unknown }).distinct_id)
      expect([...new Set([...asked, ...flagIds])]).toEqual([id])
      expect(await tab.sdkCookies()).toEqual([
        { domain: '.example.com', distinctId: id, sessionId: events[0]?.properties['$session_id'] },
      ])
    },
  )

  it.each([
    ['without a secret is another one on each page', {}, ['A', 'A', 'B', 'B']],
    ['with a secret is one', { secret }, ['A', 'A', 'A', 'A']],
  ])('of a posthog-js that keeps no cookie, %s', async (_case, identity, visitors) => {
    const site = await startBrowserSite({ identity, init: { persistence: 'localStorage' } })
    const tab = await browser.tab(site)

    await tab.open('/')
    await tab.open('/second')

    const story = storyOf(await site.events())
    expect(story.map((line) => line.split(' ')[3])).toEqual(visitors)
  })
})

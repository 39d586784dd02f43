import { send, documentHeaders, visitorCookie } from 'testkit'
import { expect, it, onTestFinished } from 'vitest'
import type { Site } from './site.ts'

/** The application as it is while one works on it. */
export function describeDevelopment(site: Site): void {
  it(
    'in development names routes by the files that there are, and adds no warning',
    { timeout: 240_000 },
    async () => {
      const working = await site.app.develop({ POSTHOG_KEY: 'phc_test', POSTHOG_HOST: site.posthog.url })
      onTestFinished(async () => void (await working.stop()))
      const pageviews = () =>
        site.posthog
          .events()
          .filter(({ event, distinct_id }) => event === '$pageview' && distinct_id === 'developer')
      const headers = { ...documentHeaders, ...visitorCookie('developer') }

      for (const path of ['/legacy/about', '/shop/7']) await send(working.url + path, { headers })
      await site.posthog.waitFor(() => pageviews().length === 2)
      const printed = await working.stop()

      expect(pageviews().map(({ properties }) => properties['$route'])).toEqual([
        '/legacy/[page]',
        '/shop/[id]',
      ])
      expect(printed.split('\n').filter((line) => /⚠|hedgerow|warn/i.test(line))).toEqual([])
    },
  )
}

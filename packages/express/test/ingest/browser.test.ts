import { type Browser, chromium } from 'playwright-core'
import { findChromium, scriptBrowserSdk } from 'testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { documentHeaders } from 'testkit'
import { majors } from '../test-site.ts'
import { type IngestSite, startIngestSite } from './ingest-site.ts'

const { isMissing, ...launchOptions } = findChromium()

const page = `<!doctype html><title>Shop</title><link rel="icon" href="data:,">
<script src="/ingest/static/array.js"></script>
<script>
  posthog.init('phc_test', {
    api_host: '/ingest',
    ui_host: 'https://eu.posthog.com',
    opt_out_useragent_filter: true,
    loaded: () => posthog.capture('page shown'),
  })
</script>
<button>Order</button>`

describe.skipIf(isMissing).each(majors)(
  'in a browser, on a page of %s',
  { timeout: 60_000 },
  (_name, express) => {
    let browser: Browser
    beforeAll(async () => {
      browser = await chromium.launch(launchOptions)
    })
    afterAll(() => browser?.close())

    it('posthog-js works through the proxy alone, and no cookie leaves the app', async () => {
      const site = await startIngestSite(express, {
        below: (app) =>
          app.get('/', (_req, res) => {
            res.cookie('session', 'secret', { httpOnly: true })
            res.type('html').send(page)
          }),
      })
      await scriptBrowserSdk(site.posthog, 'phc_test')
      site.posthog.flags['hero'] = 'b'
      const context = await browser.newContext({ userAgent: documentHeaders['user-agent'] })
      const tab = await context.newPage()
      const problems: string[] = []
      const elsewhere: string[] = []
      tab.on('pageerror', (error) => problems.push(error.message))
      tab.on('console', (message) => message.type() === 'error' && problems.push(message.text()))
      tab.on('request', (request) => request.url().startsWith(site.url) || elsewhere.push(request.url()))
      onTestFinished(() => context.close())

      await tab.goto(`${site.url}/`)
      await tab.waitForFunction("posthog.getFeatureFlag('hero') === 'b'")
      await tab.waitForFunction('posthog.sessionRecordingStarted()')
      await tab.getByRole('button').click() // a replay begins with the first sign of a person
      await site.posthog.waitFor(
        () => eventsAt(site).includes('page shown') && callsOf(site).includes('POST /s/'),
        20_000,
      )
      await tab.reload()
      await site.posthog.waitFor(
        () => eventsAt(site).filter((event) => event === '$pageview').length === 2,
        20_000,
      )

      const cookies = await context.cookies()
      expect(cookies.map(({ name }) => name)).toEqual(
        expect.arrayContaining(['session', 'ph_phc_test_posthog']),
      )
      const received = site.posthog.requests.flatMap(({ rawHeaders }) => rawHeaders).join('\n')
      expect(received).not.toMatch(/cookie|session=|secret|ph_phc_test_posthog/i)
      expect(site.posthog.requests.map(({ headers }) => headers['x-forwarded-for'])).not.toContain(undefined)
      expect(callsOf(site).filter((call) => call === 'GET /static/array.js')).toHaveLength(1)
      expect([problems, elsewhere]).toEqual([[], []])
    })
  },
)

function callsOf({ posthog }: IngestSite): string[] {
  return posthog.requests.map(({ method, path }) => `${method} ${path.split('?', 1)[0]}`)
}

/** The names of all events that came from the browser. */
function eventsAt({ posthog }: IngestSite): string[] {
  const bodies = posthog.requests
    .filter(({ path }) => /^\/(?:e|i\/v0\/e)\//.test(path))
    .map(({ body }) => body)
  return JSON.stringify(bodies).match(/(?<="event":")[^"]+/g) ?? []
}

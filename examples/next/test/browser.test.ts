import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { documentHeaders, findChromium } from 'testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { type BuiltShop, builtShop } from './built-shop.ts'
import { type Story, storyOf, visitorNames } from './story.ts'

const { isMissing, ...launchOptions } = findChromium()

describe.skipIf(isMissing)('the shop in a browser', { timeout: 60_000 }, () => {
  let shop: BuiltShop
  let browser: Browser

  beforeAll(async () => {
    shop = await builtShop()
    browser = await chromium.launch({
      ...launchOptions,
      // An automaton is a bot to posthog-js, which then sends nothing.
      args: [...launchOptions.args, '--disable-blink-features=AutomationControlled'],
      // It keeps pages for going back, as it does for people.
      ignoreDefaultArgs: ['--disable-back-forward-cache'],
    })
  }, 300_000)
  afterAll(async () => {
    await browser?.close()
    await shop?.stop()
  })

  /** A tab of a new visitor. It closes with the test, which fails for errors on its pages. */
  async function newVisitor(options: BrowserContextOptions = {}) {
    // The default one says HeadlessChrome, which is a bot.
    const userAgent = documentHeaders['user-agent'] ?? ''
    const context = await browser.newContext({ userAgent, baseURL: shop.url, ...options })
    const page = await context.newPage()
    page.setDefaultTimeout(10_000)
    const problems: string[] = []
    page.on('pageerror', (error) => problems.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') problems.push(`${message.text()} ${message.location().url}`)
    })
    onTestFinished(async () => {
      await context.close()
      expect(problems).toEqual([])
    })
    const { requests } = shop.posthog
    const before = requests.length
    const nameOf = visitorNames()
    return {
      page,
      nameOf,
      /** What PostHog was told of this visitor, once they have left and it is so much. */
      async story(counts: { server: number; browser: number }): Promise<Story> {
        const now = () => storyOf(requests.slice(before), nameOf)
        const isThere = () => now().server.length >= counts.server && now().browser.length >= counts.browser
        await page.goto('about:blank') // posthog-js sends what it holds
        await shop.posthog.waitFor(isThere)
        return now()
      },
      /** The ids of flag calls, by the same names. */
      flagCalls: () =>
        shop.posthog
          .flagCalls()
          .filter((call) => requests.indexOf(call) >= before)
          .map(({ body }) => nameOf((body as { distinct_id: unknown }).distinct_id)), // as the client sends it
    }
  }

  it('is one visitor’s in events, flags, bootstrap, cookie and posthog-js, and counts each page once', async () => {
    const { page, story, nameOf, flagCalls } = await newVisitor()
    const prefetched = page.waitForResponse(
      (response) => isPrefetch(response) && response.url().includes('/guide?'),
    )

    await page.goto('/')
    await prefetched
    const bootstrap = await page.evaluate('window.__hedgerow')
    const cookie = await sdkCookie(page)
    await page.getByRole('link', { name: 'Guide' }).hover()
    await open(page, 'Birch nest box')
    await page.getByRole('link', { name: 'Home' }).click()
    await page.getByRole('heading', { name: 'The garden starts at the back door.' }).waitFor()
    const told = await story({ server: 4, browser: 2 })

    expect(told).toEqual({
      server: ['$pageview / A', '$feature_flag_called A', '$pageview /products/nest-box A', '$pageview / A'],
      browser: ['$autocapture / A', '$autocapture /products/nest-box A'],
    })
    expect(new Set(flagCalls())).toEqual(new Set(['A']))
    expect(nameOf(cookie.distinct_id)).toBe('A')
    expect(bootstrap).toEqual({
      distinctID: cookie.distinct_id,
      isIdentifiedID: false,
      featureFlags: { hero: 'b', 'new-checkout': true },
      featureFlagPayloads: {},
      sessionID: cookie.$sesid?.[1],
    })
  })

  it('follows its visitor through a form, sign-in and sign-out, on the server and in posthog-js', async () => {
    const { page, story, nameOf } = await newVisitor()

    await page.goto('/products/twine')
    await page.getByRole('button', { name: 'Add to cart' }).click()
    await page.getByRole('heading', { name: 'Your cart' }).waitFor()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').fill('me@example.com')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).waitFor()
    await page.getByRole('link', { name: 'Cart' }).click()
    await page.getByRole('link', { name: 'Check out' }).click()
    await page.getByRole('button', { name: 'Place order' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').waitFor()
    const cookie = await sdkCookie(page)
    const told = await story({ server: 15, browser: 9 })

    expect(told).toEqual({
      server: [
        '$pageview /products/twine A',
        'product added A',
        '$pageview /cart A',
        '$pageview /sign-in A',
        '$identify user',
        '$feature_flag_called user',
        '$pageview / user',
        '$pageview /cart user',
        '$feature_flag_called user',
        '$pageview /checkout user',
        'order placed user',
        '$pageview /checkout/thanks user',
        '$feature_flag_called B',
        '$pageview / B',
        '$pageview /sign-in B',
      ],
      browser: [
        '$autocapture /products/twine A',
        '$autocapture /cart A',
        '$autocapture /sign-in A',
        '$identify / user',
        '$autocapture / user',
        '$autocapture /cart user',
        '$autocapture /checkout user',
        '$autocapture /checkout/thanks user',
        '$autocapture / B',
      ],
    })
    expect(nameOf(cookie.distinct_id)).toBe('B')
  })

  it('counts pages that come without the server, also when they are gone back to, but no change within one', async () => {
    const { page, story } = await newVisitor()

    await page.goto('/guide')
    await open(page, 'Sowing indoors')
    await page.evaluate('location.hash = "#roots"')
    await page.evaluate('history.pushState(null, "", "?part=2")')
    await page.evaluate('history.replaceState(null, "", location.pathname)')
    await open(page, 'Watering well')
    await page.goBack()
    await page.getByRole('heading', { name: 'Sowing indoors' }).waitFor()
    await page.goForward()
    await page.getByRole('heading', { name: 'Watering well' }).waitFor()
    await page.reload()
    await open(page, 'Pruning roses')
    const { server } = await story({ server: 7, browser: 0 })

    expect(server).toEqual([
      '$pageview /guide A',
      '$pageview /guide/sowing A',
      '$pageview /guide/watering A',
      '$pageview /guide/sowing A',
      '$pageview /guide/watering A',
      '$pageview /guide/watering A',
      '$pageview /guide/pruning A',
    ])
  })

  it('counts a page of the Pages Router, and none that the browser has kept to go back to', async () => {
    const { page, story } = await newVisitor()

    await page.goto('/guide')
    await open(page, 'Sowing indoors')
    await page.getByRole('link', { name: 'Delivery' }).click()
    await page.getByRole('heading', { name: 'Delivery and returns' }).waitFor()
    await page.evaluate('history.back()') // nothing is loaded that one could wait for
    await page.getByRole('heading', { name: 'Sowing indoors' }).waitFor()
    await open(page, 'Watering well')
    const { server } = await story({ server: 4, browser: 0 })

    expect(server).toEqual([
      '$pageview /guide A',
      '$pageview /guide/sowing A',
      '$pageview /delivery A',
      '$pageview /guide/watering A',
    ])
  })

  it('works without scripts, and counts the same pages', async () => {
    const { page, story } = await newVisitor({ javaScriptEnabled: false })

    await page.goto('/')
    await page.getByText('Birch nest box').click()
    await page.getByRole('button', { name: 'Add to cart' }).click()
    await page.getByRole('heading', { name: 'Your cart' }).waitFor()
    const told = await story({ server: 5, browser: 0 })

    expect(told).toEqual({
      server: [
        '$pageview / A',
        '$feature_flag_called A',
        '$pageview /products/nest-box A',
        'product added A',
        '$pageview /cart A',
      ],
      browser: [],
    })
  })
})

/** Follows a link within the page. */
async function open(page: Page, title: string): Promise<void> {
  await page.locator('main').getByText(title).or(page.locator('aside').getByText(title)).first().click()
  await page.getByRole('heading', { name: title, level: 1 }).waitFor()
}

function isPrefetch(response: Awaited<ReturnType<Page['waitForResponse']>>): boolean {
  return response.request().headers()['next-router-prefetch'] !== undefined
}

/** What the browser's own library keeps of the visitor. */
async function sdkCookie(page: Page): Promise<{ distinct_id?: unknown; $sesid?: readonly unknown[] }> {
  const cookies = await page.context().cookies()
  const value = cookies.find(({ name }) => name === 'ph_phc_example_posthog')?.value ?? '{}'
  return JSON.parse(decodeURIComponent(value)) as { distinct_id?: unknown; $sesid?: readonly unknown[] }
}

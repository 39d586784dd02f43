import { type Browser, chromium, type Page } from 'playwright-core'
import { findChromium } from 'testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { printedUrls, receivedBy, runExample } from './running-example.ts'
import { runningShop } from './running-shop.ts'
import { documentHeaders } from './visitor.ts'

const { isMissing, ...launchOptions } = findChromium()

describe.skipIf(isMissing)('in a browser', { timeout: 30_000 }, () => {
  let browser: Browser
  beforeAll(async () => {
    // An automaton is a bot to posthog-js, which then sends nothing.
    const args = [...launchOptions.args, '--disable-blink-features=AutomationControlled']
    browser = await chromium.launch({ ...launchOptions, args })
  })
  afterAll(() => browser?.close())

  it('takes a visitor for the same one in event, flags, cookie and the pages that follow', async () => {
    const shop = await runningShop({ hero: 'b' })
    const page = await newPage(browser)

    await page.goto(shop.url)
    const cookieId = await visitorIdIn(page)
    const shownId = await page.locator('aside code').first().getAttribute('title')
    await page.getByText('Birch nest box').click()
    await page.getByRole('heading', { name: 'Birch nest box' }).waitFor()
    await page.goto(shop.url)
    const cookieIdAtTheEnd = await visitorIdIn(page)
    await page.context().close()
    const events = await shop.finish()

    expect(cookieId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect([shownId, cookieIdAtTheEnd]).toEqual([cookieId, cookieId])
    expect(shop.posthog.flagCalls()[0]?.body).toMatchObject({ distinct_id: cookieId })
    expect(
      events.map(({ event, distinct_id, properties }) => [event, properties['$route'], distinct_id]),
    ).toEqual([
      ['$pageview', '/', cookieId],
      ['$pageview', '/products/:id', cookieId],
      ['$pageview', '/', cookieId],
    ])
    expect(new Set(events.map(({ properties }) => properties['$session_id'])).size).toBe(1)
    expect(events[1]?.properties['$referrer']).toBe(`${shop.url}/`)
  })

  it('goes from the shelf to the order, and out again', async () => {
    const shop = await runningShop({ 'new-checkout': true })
    const page = await newPage(browser)

    await page.goto(shop.url)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').fill('me@example.com')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('Storm lantern').click()
    await page.getByRole('button', { name: 'Add to cart' }).click()
    await page.getByRole('link', { name: 'Check out' }).click()
    await page.getByRole('button', { name: 'Place order' }).click()
    await page.getByRole('heading', { name: 'Thank you' }).waitFor()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).waitFor()
    await page.context().close()
    const events = await shop.finish()

    const userId = events.find(({ event }) => event === '$identify')?.distinct_id
    expect(events.filter(({ distinct_id }) => distinct_id === userId).map(({ event }) => event)).toEqual([
      '$identify',
      '$pageview',
      '$pageview',
      'product added',
      '$pageview',
      '$pageview',
      'order placed',
      '$pageview',
    ])
    expect(events.at(0)?.distinct_id).not.toBe(userId)
    expect(events.at(-1)?.distinct_id).not.toBe(userId)
    expect(events.at(-1)?.distinct_id).not.toBe(events.at(0)?.distinct_id)
  })

  it('has posthog-js add the clicks of the same visitor, through sign-in and sign-out', async () => {
    const { shop, inspector } = await printedUrls(runExample())
    const page = await newPage(browser)

    await page.goto(shop)
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').fill('me@example.com')
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.getByRole('link', { name: 'Sign in' }).click()
    await page.getByLabel('E-mail address').waitFor()

    const events = await vi.waitFor(async () => {
      const received = await receivedBy(inspector)
      expect(received.filter(({ event }) => /^\$(?:pageview|autocapture)$/.test(event))).toHaveLength(9)
      return received.toSorted((a, b) => a.timestamp.localeCompare(b.timestamp))
    }, 10_000)
    const idsOf = (name: string) =>
      events.filter(({ event }) => event === name).map(({ distinctId }) => distinctId)
    const [visitor, , user, next] = idsOf('$pageview')
    expect(new Set([visitor, user, next]).size).toBe(3)
    expect(idsOf('$pageview')).toEqual([visitor, visitor, user, next, next])
    expect(idsOf('$autocapture')).toEqual([visitor, visitor, user, next])
    expect(idsOf('$set')).toEqual([])
  })
})

/** A tab with a profile of its own, and nothing wrong on any page that it shows. */
async function newPage(browser: Browser): Promise<Page> {
  // The default one says HeadlessChrome, which is a bot.
  const context = await browser.newContext({ userAgent: documentHeaders['user-agent'] ?? '' })
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
  return page
}

/** The id in the cookie that the browser SDK would adopt, read as that SDK reads it. */
async function visitorIdIn(page: Page): Promise<unknown> {
  const cookies = await page.evaluate('document.cookie')
  const value = /ph_phc_shop_posthog=([^;]*)/.exec(String(cookies))?.[1] ?? '{}'
  return (JSON.parse(decodeURIComponent(value)) as { distinct_id?: unknown }).distinct_id
}

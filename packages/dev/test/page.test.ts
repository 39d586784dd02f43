import { type Browser, type Locator, type Page, chromium } from 'playwright-core'
import { findChromium } from 'testkit'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import type { DevServer } from '../src/index.ts'
import { startDevServer } from '../src/index.ts'
import { batchOf, post, runningServer } from './running-server.ts'
import { sampleFlags } from './sample-flags.ts'

const { isMissing, executablePath, args } = findChromium()
const HOSTILE = '<img src=x onerror="document.title = `owned`">'

describe('the address of the page', () => {
  it('sends a policy that runs no script but its own', async () => {
    const server = await runningServer()

    const response = await fetch(`${server.url}/`)

    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(response.headers.get('content-security-policy')).toMatch(/^default-src 'self';/)
    expect(response.headers.get('content-security-policy')).not.toContain('unsafe')
    expect(await response.text()).not.toMatch(/<script(?![^>]* src=)/)
  })

  it.each(['/../package.json', '/..%2f..%2fpackage.json', '/assets/..%5c..%5ccli.js'])(
    'gives nothing outside the page as %s',
    async (path) => {
      const server = await runningServer()

      expect((await fetch(server.url + path)).status).toBe(404)
    },
  )
})

describe.skipIf(isMissing)('the page in a browser', () => {
  let browser: Browser
  beforeAll(async () => {
    browser = await chromium.launch({ executablePath, args })
  })
  afterAll(() => browser?.close())

  it('tells a newcomer what to do, and then shows an event the moment it arrives', async () => {
    const server = await runningServer()
    const { page } = await open(browser, server)

    await page.getByText('Waiting for the first event').waitFor()
    expect(await page.locator('.empty').textContent()).toContain(`host: '${server.url}'`)
    await page.locator('.connection.live').waitFor()
    await post(server, '/batch/', batchOf('signed up'))

    await page.getByText('signed up').waitFor()
    expect(await page.getByText('Waiting for the first event').count()).toBe(0)
  })

  it('shows hostile event contents as text, in the row and opened', async () => {
    const server = await runningServer()
    const { page, problems } = await open(browser, server)
    await post(server, '/batch/', {
      api_key: 'phc_test',
      batch: [
        { event: HOSTILE, distinct_id: HOSTILE, properties: { $current_url: HOSTILE, [HOSTILE]: HOSTILE } },
      ],
    })

    const row = page.locator('.entries li')
    await row.locator('summary').focus()
    await page.keyboard.press('Enter')
    const opened = await row.locator('pre').textContent()

    expect(await row.locator('.title').textContent()).toBe(HOSTILE)
    expect(await row.locator('.distinct-id').textContent()).toBe(HOSTILE)
    expect(JSON.parse(opened ?? '')).toEqual(server.events()[0])
    expect(await page.locator('.entries img').count()).toBe(0)
    expect(await page.title()).toBe('Hedgerow dev')
    expect(problems).toEqual([])
  })

  it('shows where a pageview happened, how it ended, and each billable flags call', async () => {
    const server = await runningServer()
    const { page } = await open(browser, server)
    const properties = {
      $current_url: 'https://shop.example/orders/17',
      $route: '/orders/:id',
      $response_status_code: 404,
    }
    await post(server, '/batch/', {
      api_key: 'phc_test',
      batch: [{ event: '$pageview', distinct_id: 'ada', properties }],
    })
    await post(server, '/flags/?v=2', {
      token: 'phc_test',
      distinct_id: 'grace',
      flag_keys_to_evaluate: ['hero', 'beta'],
    })

    await page.locator('.flags-call').waitFor()

    expect(await textsOf(page, '.title')).toEqual(['flags call', '$pageview'])
    expect(await textsOf(page, '.distinct-id')).toEqual(['grace', 'ada'])
    expect(await textsOf(page, '.subject')).toEqual(['hero, beta', 'https://shop.example/orders/17'])
    expect(await textsOf(page, '.route')).toEqual(['', '/orders/:id'])
    expect(await textsOf(page, '.status')).toEqual(['', '404'])
  })

  it('explains every flag of a call when its row is opened', async () => {
    const server = await runningServer({ flags: sampleFlags })
    const { page, problems } = await open(browser, server)
    await post(server, '/flags/?v=2', {
      token: 'phc_test',
      distinct_id: 'ada',
      person_properties: { plan: 'pro', country: 'NZ' },
      flag_keys_to_evaluate: ['beta', 'hero', 'half', 'needs-posthog', 'device', 'retired', HOSTILE],
    })

    await page.locator('.entries summary').click()
    const lines = page.locator('.flag')
    await lines.first().waitFor()

    expect(await lines.locator('> span').allInnerTexts()).toEqual([
      ...['beta', 'not answered', 'undecided because of email: not given, or not comparable'],
      ...['hero', 'gold', 'condition 1 matched'],
      ...['half', 'false', 'outside the rollout of condition 1'],
      ...['needs-posthog', 'not answered', 'undecided because only PostHog can tell about cohort 99'],
      ...['device', 'not answered', 'undecided because $device_id is not given'],
      ...['retired', 'not answered', 'inactive: off for everybody'],
      ...[HOSTILE, 'not answered', 'there is no such flag'],
    ])
    expect(await conditionsOf(lines.first())).toEqual([
      '1 undecided 100 % ✓ plan exact ? email ends_with not given, or not comparable',
      '2 outside rollout 0 % ✓ country exact',
    ])
    expect(await conditionsOf(lines.nth(1))).toEqual(['1 matched ✓ plan exact', '2 not reached 100 %'])
    expect(problems).toEqual([])
  })

  it('keeps the whole record of a call one click away', async () => {
    const server = await runningServer({ flags: { flags: { hero: 'b' } } })
    const { page } = await open(browser, server)
    await post(server, '/flags/?v=2', { token: 'phc_test', distinct_id: 'ada' })

    await page.locator('.entries summary').click()
    await page.getByText('Record', { exact: true }).click()
    const record = (await page.locator('.record pre').textContent()) ?? ''

    expect(JSON.parse(record)).toEqual(server.calls()[0])
    expect(await page.locator('.flag > span').allInnerTexts()).toEqual(['hero', 'b', 'condition 1 matched'])
    expect(await page.locator('.condition').count()).toBe(0)
  })

  it('says how many flags of a call it does not explain', async () => {
    const flags = Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`flag-${index}`, true]))
    const server = await runningServer({ flags: { flags } })
    const { page } = await open(browser, server)
    await post(server, '/flags/?v=2', { token: 'phc_test', distinct_id: 'ada' })

    await page.locator('.entries summary').click()
    await page.getByText('10 more flags were evaluated and not explained.').waitFor()

    expect(await page.locator('.flag').count()).toBe(50)
  })

  it('shows an event of capture v1 like the others, opened with session and options', async () => {
    const server = await runningServer()
    const { page } = await open(browser, server)
    const sent = {
      event: 'signed up',
      uuid: '0195a1b2-0000-7000-8000-000000000001',
      distinct_id: 'ada',
      timestamp: '2026-03-01T09:59:59.123Z',
      session_id: 'session-1',
      options: { process_person_profile: false },
      properties: { $current_url: 'https://shop.example/join' },
    }
    await post(
      server,
      '/i/v1/analytics/events',
      { created_at: sent.timestamp, batch: [sent] },
      {
        authorization: 'Bearer phc_test',
        'content-type': 'application/json',
        'posthog-sdk-info': 'some-sdk/1.2.3',
        'posthog-attempt': '1',
        'posthog-request-id': '0195a1b2-0000-7000-8000-00000000000f',
        'posthog-request-timestamp': '2026-03-01T10:00:01.000Z',
      },
    )

    const row = page.locator('.entries li')
    await row.locator('summary').click()
    const opened: unknown = JSON.parse((await row.locator('pre').textContent()) ?? '')

    expect(await textsOf(page, '.title')).toEqual(['signed up'])
    expect(await textsOf(page, '.subject')).toEqual(['https://shop.example/join'])
    expect(opened).toMatchObject({ sessionId: 'session-1', options: { process_person_profile: false } })
  })

  it('filters by any text and clears', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf('signed up', 'signed out', 'paid'))
    const { page } = await open(browser, server)
    await page.getByText('3 rows').waitFor()

    await page.getByLabel('Filter').fill('SIGNED')
    expect(await textsOf(page, '.title')).toEqual(['signed out', 'signed up'])
    await page.getByText('2 of 3 rows').waitFor()
    await page.getByLabel('Filter').fill('nothing like it')
    await page.getByText('None of the 3 rows contains this text.').waitFor()
    await page.getByRole('button', { name: 'Clear' }).click()

    await page.getByText('Waiting for the first event').waitFor()
    expect(server.events()).toEqual([])
  })

  it('keeps at most 500 rows, the newest', async () => {
    const server = await runningServer()
    const { page } = await open(browser, server)
    await page.locator('.connection.live').waitFor()

    await post(server, '/batch/', batchOf(...Array.from({ length: 1200 }, (_, index) => `event ${index}`)))

    await page.getByText('event 1199', { exact: true }).waitFor()
    expect(await page.locator('.entries li').count()).toBe(500)
    expect((await textsOf(page, '.title')).at(-1)).toBe('event 700')
  })

  it('says when the server is gone, and begins anew with the next one', async () => {
    const first = await startDevServer()
    onTestFinished(() => first.close())
    await post(first, '/batch/', batchOf('of the first'))
    const { page } = await open(browser, first)
    await page.getByText('of the first').waitFor()

    await first.close()
    await page.getByText('Connection lost').waitFor()
    const second = await runningServer({ port: first.port })
    await post(second, '/batch/', batchOf('of the second'))

    await page.getByText('of the second').waitFor()
    expect(await textsOf(page, '.title')).toEqual(['of the second'])
  })
})

/** The page in a tab of its own; `problems` collects its errors and refused resources. */
async function open(browser: Browser, server: DevServer): Promise<{ page: Page; problems: string[] }> {
  const page = await browser.newPage()
  onTestFinished(() => page.close())
  page.setDefaultTimeout(10_000)
  const problems: string[] = []
  page.on('pageerror', (error) => problems.push(error.message))
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text())
  })
  await page.goto(`${server.url}/`)
  return { page, problems }
}

/** The conditions of an opened flag, each as one line of text. */
async function conditionsOf(flag: Locator): Promise<string[]> {
  const texts = await flag.locator('.condition').allInnerTexts()
  return texts.map((text) => text.replaceAll(/\s+/g, ' ').trim())
}

function textsOf(page: Page, selector: string): Promise<string[]> {
  return page.locator(`.entries ${selector}`).allTextContents()
}

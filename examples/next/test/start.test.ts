import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { chromium } from 'playwright-core'
import { documentHeaders, findChromium, send } from 'testkit'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'

const { isMissing, ...launchOptions } = findChromium()

describe('starting', { timeout: 180_000 }, () => {
  let example: Awaited<ReturnType<typeof startExample>>
  beforeAll(async () => {
    example = await startExample()
  }, 60_000)
  afterAll(() => example?.stop())

  it('prints where to look, and a page that is opened arrives in the inspector', async () => {
    const page = await send(example.shop, { headers: documentHeaders })

    expect(page.status).toBe(200)
    expect(page.body).toContain(`href="${example.inspector}"`)
    await vi.waitFor(async () => expect(await example.pages()).toEqual(['/']), 5000)
  })

  it.skipIf(isMissing)('counts each page once, although React mounts everything twice here', async () => {
    const browser = await chromium.launch(launchOptions)
    const page = await browser.newPage({ userAgent: documentHeaders['user-agent'] })
    page.setDefaultTimeout(60_000)
    const warnings: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error') warnings.push(message.text())
    })
    const before = await example.pages()

    await page.goto(`${example.shop}/guide`)
    await page.locator('main').getByText('Sowing indoors').click()
    await page.getByRole('heading', { name: 'Sowing indoors' }).waitFor()
    await page.getByRole('link', { name: 'Home' }).click()
    await page.getByRole('heading', { level: 1 }).and(page.getByText('back door')).waitFor()
    await vi.waitFor(async () => expect(await example.pages()).toContain('/guide/sowing'), 10_000)
    await page.goto(`${example.shop}/delivery`)

    const counted = await vi.waitFor(async () => {
      const pages = await example.pages()
      expect(pages).toContain('/delivery')
      return pages
    }, 10_000)
    expect(counted.toSorted()).toEqual([...before, '/', '/delivery', '/guide', '/guide/sowing'].toSorted())
    expect(warnings).toEqual([])
    await browser.close()
  })

  it('ends both on SIGTERM', async () => {
    await example.stop()

    await expect(send(example.shop)).rejects.toThrow('ECONNREFUSED')
    await expect(send(example.inspector)).rejects.toThrow('ECONNREFUSED')
  })
})

/** Starts `start.mjs` in a process of its own, and waits until it serves pages. */
async function startExample() {
  const script = fileURLToPath(new URL('../start.mjs', import.meta.url))
  const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'pipe'] })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (output += text))
  }
  const ended = once(child, 'close')
  const [shop, inspector] = await vi.waitFor(
    () => {
      const found = /Shop +(http\S+)\s+Inspector +(http\S+)/.exec(output)
      if (!found || !output.includes('Ready in')) throw new Error(`not ready: ${output}`)
      return [found[1] ?? '', found[2] ?? '']
    },
    { timeout: 30_000, interval: 100 },
  )
  return {
    shop,
    inspector,
    /** Paths of the pageviews that have arrived. */
    async pages(): Promise<string[]> {
      const { body } = await send(`${inspector}/api/events`)
      const { events } = JSON.parse(body) as {
        events: { event: string; properties: Record<string, string> }[]
      } // what the inspector lists
      return events.flatMap(({ event, properties }) =>
        event === '$pageview' ? [properties['$pathname'] ?? ''] : [],
      )
    },
    async stop() {
      child.kill('SIGTERM')
      await ended
    },
  }
}

import { request, createServer } from 'node:http'
import { writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { createNextApp, findChromium } from '../src/index.ts'

/**
 * Records what the client of Next.js asks its server for, from a real Chromium, and writes it to `next-client-<major>.json`.
 * Run it again for another version: `pnpm --filter testkit record-next 15`.
 */
const [major = '16'] = process.argv.slice(2)
const owner =
  major === '16' ? undefined : join(import.meta.dirname, `../../next/test/next${major}/package.json`)
const app = await createNextApp(join(import.meta.dirname, 'next-app'), {}, owner)
await app.build()
const running = await app.start({}, 'localhost')

/** What is being done while requests arrive. */
let step = ''
const recorded: { step: string; method: string; target: string; headers: string[][] }[] = []
const port = Number(new URL(running.url).port)
const between = createServer((incoming, outgoing) => {
  const { method = '', url: target = '', rawHeaders, headers } = incoming
  if (!target.startsWith('/_next/static') && target !== '/favicon.ico') {
    const texts = rawHeaders.map((text) => text.replaceAll(`localhost:${address().port}`, 'shop.example'))
    const pairs = texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1] ?? '']] : []))
    recorded.push({ step, method, target, headers: pairs.filter(([name = '']) => !isOfConnection(name)) })
  }
  const forwarded = request({ port, method, path: target, headers, host: 'localhost' }, (answer) => {
    outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(outgoing)
  })
  incoming.pipe(forwarded)
})
await new Promise<void>((resolve) => between.listen(0, 'localhost', resolve))
const address = () => between.address() as AddressInfo

const { executablePath, args } = findChromium()
const browser = await chromium.launch({ executablePath, args })
const tab = await browser.newPage()
const origin = `http://localhost:${address().port}`
const follow = async (link: string, path: string) => {
  await tab.click(link)
  await tab.waitForURL(origin + path)
}
const during = async (name: string, act: () => Promise<unknown>) => {
  step = name
  await act()
  await tab.waitForLoadState('networkidle')
}

await during('a page is opened', () => tab.goto(`${origin}/`))
await during('it is loaded again', () => tab.reload())
await during('a link to a static page is clicked', () => follow('#plain', '/plain'))
await during('back', () => tab.goBack())
await during('a link to a dynamic page is clicked', () => follow('#shop', '/shop?from=home'))
await during('a page with links is opened, which are fetched ahead of time', () =>
  tab.goto(`${origin}/links`),
)
await during('a page with a form is opened', () => tab.goto(`${origin}/form`))
await during('an action is called', () =>
  Promise.all([tab.waitForResponse(`${origin}/form`), tab.click('#order')]),
)
await during('a form searches', () => follow('#search', '/shop'))
await during('a page of the Pages Router is opened', () => tab.goto(`${origin}/legacy`))
await during('a link of the Pages Router is clicked', () => follow('#other', '/legacy/other'))
await during('a page is opened, which has another prerendered', async () => {
  await tab.goto(`${origin}/speculation`)
  await tab.waitForTimeout(2000)
})
await during('a page is opened where scripts are off', async () => {
  const plain = await browser.newPage({ javaScriptEnabled: false })
  await plain.goto(`${origin}/form`)
  step = 'an action is called where scripts are off'
  await plain.click('#order')
  await plain.waitForLoadState('networkidle')
})

await browser.close()
between.close()
await running.stop()
await app.remove()
await writeFile(
  new URL(`next-client-${major}.json`, import.meta.url),
  `${JSON.stringify(recorded, null, 2)}\n`,
)
for (const one of recorded) {
  const marks = one.headers.filter(([name = '']) => /^(?:rsc|next-|purpose|sec-|x-|accept$)/i.test(name))
  console.log(one.step, '|', one.method, one.target, JSON.stringify(marks))
}

/** What belongs to one connection, or differs from run to run. */
function isOfConnection(name: string): boolean {
  return /^(?:connection|content-length|accept-encoding|cookie)$/i.test(name)
}

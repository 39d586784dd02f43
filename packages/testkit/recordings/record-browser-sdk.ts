import { writeFile } from 'node:fs/promises'
import { chromium } from 'playwright-core'
import {
  findChromium,
  type ReceivedRequest,
  scriptBrowserSdk,
  seededRandom,
  startScriptedServer,
} from '../src/index.ts'

/**
 * Records what posthog-js sends to its own domain from a page with an application's cookie, and writes it to
 * `browser-sdk.json`. Run it again for another version: `pnpm --filter testkit record`.
 */
const token = 'phc_recorded'
const server = await startScriptedServer()
await scriptBrowserSdk(server, token, '/ingest')
server.flags['hero'] = 'b'
server.always('/', {
  status: 200,
  body: page(),
  headers: { 'content-type': 'text/html; charset=utf-8', 'set-cookie': 'session=secret; HttpOnly; Path=/' },
})
server.always('/favicon.ico', { status: 204 })

const { executablePath, args } = findChromium()
const browser = await chromium.launch({ executablePath, args })
const tab = await browser.newPage()
tab.on('console', (message) => console.log('console:', message.text()))
await tab.goto(`${server.url}/?next=/account&token=of-the-page`)
await server.waitFor(() => calls('/ingest/flags').length > 0 && calls('/ingest/static').length > 2, 20_000)
await tab.waitForFunction('posthog.sessionRecordingStarted()')
await tab.locator('li').first().click() // a replay begins with the first sign of a person
await server.waitFor(() => calls('/ingest/s/').length > 0, 20_000)

await tab.evaluate("posthog.capture('order placed', { total: 42 })")
await server.waitFor(() => calls('/ingest/i/v0/e').length === 1, 20_000)
await tab.evaluate("posthog.capture('left', {}, { transport: 'sendBeacon' })")
await server.waitFor(() => calls('/ingest/i/v0/e').length === 2, 20_000)
await browser.close()
await server.close()

const recorded = server.requests.filter(({ path }) => path.startsWith('/ingest/')).map(entryOf)
const file = new URL('browser-sdk.json', import.meta.url)
await writeFile(file, `${JSON.stringify(recorded, null, 2)}\n`)
console.log(recorded.map(({ method, target, body }) => `${method} ${target} ${body.length}`).join('\n'))

function calls(path: string): ReceivedRequest[] {
  return server.requests.filter((request) => request.path.startsWith(path))
}

/** The address of the recording server says nothing, so it becomes one that stays. */
function entryOf({ method, path, rawHeaders, rawBody }: ReceivedRequest) {
  const texts = rawHeaders.map((text) => text.replaceAll(server.url.slice('http://'.length), 'shop.example'))
  const headers = texts.flatMap((name, at) => (at % 2 === 0 ? [[name, texts[at + 1]]] : []))
  return { method, target: path.slice('/ingest'.length), headers, body: rawBody.toString('base64') }
}

/** A page as large as real ones, so that its replay is too. */
function page(): string {
  const random = seededRandom(7)
  const word = () => Math.floor(random() * 2 ** 40).toString(36)
  const items = Array.from({ length: 6000 }, () => `<li class="${word()}">${word()} ${word()}</li>`)
  return `<!doctype html><title>Shop</title><script src="/ingest/static/array.js"></script><script>
posthog.init('${token}', { api_host: '/ingest', ui_host: 'https://eu.posthog.com', opt_out_useragent_filter: true })
</script><ul>${items.join('')}</ul>`
}

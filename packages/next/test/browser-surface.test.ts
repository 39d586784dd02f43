import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  cookieMembers,
  documentHeaders,
  type HttpAnswer,
  type HttpRequest,
  type NextApp,
  type RunningNextApp,
  type ScriptedServer,
  send,
  startScriptedServer,
  type WireEvent,
} from 'testkit'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { builtApp } from './built-app.ts'

/** Texts that nobody outside may see. */
const secrets = {
  TEST_SECRET: 'signs-the-cookies-of-this-test-0123456789',
  TEST_SECRET_KEY: 'phx_of_this_test',
}

let app: NextApp
let built: string
let posthog: ScriptedServer
let running: RunningNextApp

beforeAll(async () => {
  app = await builtApp('browser')
  built = await app.build(secrets)
  posthog = await startScriptedServer()
  running = await app.start({ ...secrets, POSTHOG_KEY: 'phc_test', POSTHOG_HOST: posthog.url }, 'localhost')
}, 300_000)

afterAll(async () => {
  await running?.stop()
  await posthog?.close()
  await app?.remove()
})

function ask(path: string, options: HttpRequest = {}): Promise<HttpAnswer> {
  return send(running.url + path, options)
}

function open(path: string, headers: HttpRequest['headers'] = {}): Promise<HttpAnswer> {
  return ask(path, { headers: { ...documentHeaders, ...headers } })
}

/** The events of one visitor, once there are so many. */
async function eventsOf(id: unknown, count: number): Promise<WireEvent[]> {
  const theirs = () => posthog.events().filter(({ distinct_id }) => distinct_id === id)
  await posthog.waitFor(() => theirs().length >= count)
  return theirs()
}

/** What the scripts of a page leave at `window.__hedgerow`. */
function bootstrapIn({ body }: HttpAnswer): unknown {
  const [, script = ''] = /<script nonce="bm9uY2U=">(window\.__hedgerow=.*?)<\/script>/.exec(body) ?? []
  const window: { __hedgerow?: unknown } = {}
  // oxlint-disable-next-line typescript/no-implied-eval -- as a browser does
  new Function('window', script)(window)
  return window.__hedgerow
}

describe('a build with the components of the browser', () => {
  it('has the same static pages as without, and prerenders what is around a visitor’s own part', () => {
    const routes = [...built.matchAll(/^[─┌├│└ ]+ (\S) (\/\S*)/gm)].map(([, kind, path]) => `${kind} ${path}`)

    expect(routes).toEqual(['○ /', '○ /_not-found', '◐ /items/[id]', '○ /plain', '◐ /shop', '○ /legacy'])
  })

  it('gives browsers no secret, and nothing of the server', async () => {
    const folder = join(app.directory, '.next/static')
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
    const holding = async (text: string) => {
      const hits = files.map(async (file) => ((await readFile(file, 'utf8')).includes(text) ? [file] : []))
      return (await Promise.all(hits)).flat()
    }

    expect(files).not.toEqual([])
    for (const text of [...Object.values(secrets), '$hedgerow_id_source']) {
      expect(await holding(text)).toEqual([])
    }
  })
})

describe('a page with HedgerowBootstrap', () => {
  it('hands over the visitor of its cookie and pageview, their session, flags and payloads', async () => {
    const page = await open('/shop')

    const { distinct_id: id, $sesid } = cookieMembers(page)
    expect(page.body).toContain(`id=${String(id)};hero=true;`)
    expect(bootstrapIn(page)).toEqual({
      distinctID: id,
      isIdentifiedID: false,
      featureFlags: { hero: true },
      featureFlagPayloads: { hero: '</script><!--<script>\u2028' },
      sessionID: Array.isArray($sesid) ? $sesid[1] : undefined,
    })
    expect(await eventsOf(id, 2)).toMatchObject([{ event: '$pageview' }, { event: '$feature_flag_called' }])
  })

  it('says of a user that they are one', async () => {
    const page = await open('/shop', { 'x-test-user': 'user_1' })

    expect(bootstrapIn(page)).toMatchObject({ distinctID: 'user_1', isIdentifiedID: true })
  })

  it('renders no script into a page that is open already, where it would not run', async () => {
    const fetched = { rsc: '1', 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }
    const { headers } = await open('/shop', fetched)
    const data = await open(headers.location ?? '/shop', fetched)

    expect(data.headers['content-type']).toBe('text/x-component')
    expect(data.body).toContain('hero=true;')
    expect(data.body).not.toContain('__hedgerow')
  })

  it('tells neither the page nor its data a secret', async () => {
    const data = await open('/shop', { rsc: '1', 'sec-fetch-dest': 'empty' })
    const answers = [await open('/'), await open('/shop'), await open('/legacy'), data]

    const sent = JSON.stringify(answers)
    expect(Object.values(secrets).filter((secret) => sent.includes(secret))).toEqual([])
  })
})

describe('a client component that imports the server’s part', () => {
  it('fails the build, which says why and where', { timeout: 120_000 }, async () => {
    const wrong = await builtApp('client')

    await expect(wrong.build()).rejects.toThrow(
      /@hedgerow\/next works on the server alone, so no client component imports it[^]*cart\.js/,
    )
    await wrong.remove()
  })
})

import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import {
  cookieBack,
  cookieMembers,
  documentHeaders,
  type HttpAnswer,
  type HttpRequest,
  type NextApp,
  type RunningNextApp,
  type ScriptedServer,
  send,
  startScriptedServer,
  visitorCookie,
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

/** What `HedgerowPageviews` sends from an open page. */
function report(body: unknown, headers: HttpRequest['headers'] = {}): Promise<HttpAnswer> {
  const fetched = { ...documentHeaders, accept: '*/*', 'sec-fetch-dest': 'empty', 'sec-fetch-mode': 'cors' }
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  const site = { 'sec-fetch-site': 'same-origin', 'content-type': 'text/plain;charset=UTF-8' }
  return ask('/ingest/visit', { method: 'POST', headers: { ...fetched, ...site, ...headers }, body: text })
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

    expect(routes).toEqual([
      '○ /',
      '○ /_not-found',
      'ƒ /ingest/[...path]',
      '◐ /items/[id]',
      '○ /plain',
      '◐ /shop',
      '○ /legacy',
    ])
  })

  it('idiom 13: gives browsers no secret, and nothing of the server', async () => {
    const folder = join(app.directory, '.next/static')
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    const files = entries
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name))
    const holding = async (text: string) => {
      const hits = files.map(async (file) => ((await readFile(file, 'utf8')).includes(text) ? [file] : []))
      return (await Promise.all(hits)).flat()
    }

    expect(await holding('/visit')).not.toEqual([])
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

describe('a page that HedgerowPageviews reports', () => {
  it('is counted as the visitor’s whose cookies come along, as a page that was loaded', async () => {
    const first = await open('/shop')
    const id = cookieMembers(first)['distinct_id']

    const answer = await report(
      { path: '/items/5?utm_source=news&token=abc', from: '/shop?token=abc' },
      { cookie: cookieBack(first) },
    )

    expect(answer).toMatchObject({ status: 204, body: '', headers: { 'cache-control': 'no-store' } })
    expect(answer.headers['set-cookie']).toBeUndefined()
    const pageviews = (await eventsOf(id, 3)).filter(({ event }) => event === '$pageview')
    const [loaded, reported] = pageviews.map(({ properties }) => properties)
    expect(pageviews).toHaveLength(2)
    expect(reported).toMatchObject({
      $current_url: `${running.url}/items/5?utm_source=news`,
      $pathname: '/items/5',
      $route: '/items/[id]',
      $referrer: `${running.url}/shop`,
      $referring_domain: new URL(running.url).host,
      utm_source: 'news',
      $session_id: loaded?.['$session_id'],
      $hedgerow_id_source: 'signed-cookie',
    })
    expect(Object.keys(loaded ?? {}).filter((name) => !Object.hasOwn(reported ?? {}, name))).toEqual([])
  })

  it('is the user’s of the resolver, whatever the browser says of itself', async () => {
    await report(
      { path: '/plain', from: '/', distinct_id: 'somebody_else', event: 'order placed' },
      { 'x-test-user': 'user_2', 'x-posthog-distinct-id': 'another' },
    )

    const [pageview, ...others] = await eventsOf('user_2', 1)
    expect(others).toEqual([])
    expect(pageview).toMatchObject({ event: '$pageview', properties: { $pathname: '/plain' } })
  })

  it('has its address masked where it gives something away', async () => {
    const secret = '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08'

    await report({ path: `/reset/${secret}`, from: `/reset/${secret}` }, visitorCookie('browser_1'))

    const [pageview] = await eventsOf('browser_1', 1)
    expect(pageview?.properties).toMatchObject({
      $current_url: `${running.url}/reset/:masked`,
      $referrer: `${running.url}/reset/:masked`,
    })
  })

  it('is not counted for a visitor who said no, a bot or another site, nor without an address', async () => {
    const known = visitorCookie('browser_2')
    const page = { path: '/plain', from: '/' }

    const statuses = [
      await report(page, { cookie: `${known['cookie']}; __ph_opt_in_out_phc_test=0` }),
      await report(page, { ...known, 'user-agent': 'Googlebot/2.1' }),
      await report(page, { ...known, 'sec-fetch-site': 'cross-site' }),
      await report(page, { ...known, 'sec-fetch-site': 'same-site' }),
      await report('', known),
      await report('null', known),
      await report({ path: 'https://elsewhere.example/', from: '/' }, known),
      await report({ path: '/plain' }, known),
      await report({ path: `/${'a'.repeat(20_000)}`, from: '/' }, known),
    ].map(({ status }) => status)
    await report({ path: '/last', from: '/' }, known)

    expect(statuses).toEqual([204, 204, 403, 403, 400, 400, 400, 400, 400])
    const paths = (await eventsOf('browser_2', 1)).map(({ properties }) => properties['$pathname'])
    expect(paths).toEqual(['/last'])
  })

  it('begins a visitor where there is none yet, as a page does', async () => {
    const answer = await report({ path: '/plain', from: '/' })

    const id = cookieMembers(answer)['distinct_id']
    expect((await eventsOf(id, 1))[0]).toMatchObject({ event: '$pageview' })
  })
})

describe('a client component that imports the server’s part', () => {
  it('fails the build, which says why and where', { timeout: 120_000 }, async () => {
    const wrong = await builtApp('client')

    await expect(wrong.build()).rejects.toThrow(
      /@hedgerow\/next works on the server alone, so client components import @hedgerow\/next\/client[^]*cart\.js/,
    )
    await wrong.remove()
  })
})

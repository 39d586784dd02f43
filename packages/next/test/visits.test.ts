import { NextRequest } from 'next/server.js'
import { createFakeRuntime, documentHeaders, type ScriptedServer, startScriptedServer } from 'testkit'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { createHedgerow, HedgerowClient, type PageviewOptions } from '../src/index.ts'

let posthog: ScriptedServer

beforeEach(async () => {
  posthog = await startScriptedServer()
})

afterEach(() => posthog.close())

/** What becomes of the page `/shop`, first loaded and then gone to within an open page. */
async function counted(pageviews: PageviewOptions, agent: string = documentHeaders['user-agent']) {
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: createFakeRuntime() })
  const { proxy, ingest } = createHedgerow({ client, pageviews })
  const headers = { 'user-agent': agent }
  const loaded = { ...headers, 'sec-fetch-dest': 'document' }
  const body = JSON.stringify({ path: '/shop', from: '/' })
  const visit = new NextRequest('http://localhost/ingest/visit', { method: 'POST', headers, body })

  await proxy(new NextRequest('http://localhost/shop', { headers: loaded }))
  await client.flush()
  const before = posthog.events().length
  const { status } = await ingest.POST(visit, { params: Promise.resolve({ path: ['visit'] }) })
  await client.shutdown()

  const names = posthog.events().map(({ event }) => event)
  return { status, loaded: names.slice(0, before), within: names.slice(before) }
}

it.each<[PageviewOptions, string[]]>([
  [{}, ['$pageview']],
  [{ mode: 'hybrid' }, []],
  [{ mode: 'off' }, []],
  [{ mode: 'hybrid', accept: ({ path }) => path === '/shop' }, ['$pageview']],
  [{ accept: ({ path }) => path !== '/shop' }, []],
  [{ api: true }, ['$pageview']],
])(
  'a page is counted the same within an open page as when it is loaded, with %j',
  async (options, events) => {
    expect(await counted(options)).toEqual({ status: 204, loaded: events, within: events })
  },
)

it('a bot is one within an open page too', async () => {
  const bot = await counted({ bots: 'tag' }, 'Googlebot/2.1')

  expect(bot).toMatchObject({ loaded: ['$bot_pageview'], within: ['$bot_pageview'] })
})

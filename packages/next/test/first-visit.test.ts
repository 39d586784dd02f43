import { NextRequest } from 'next/server.js'
import { createFakeRuntime, documentHeaders, startScriptedServer } from 'testkit'
import { expect, it, onTestFinished } from 'vitest'
import { createHedgerow, HedgerowClient, type NextSettings } from '../src/index.ts'

/** A first visit to a page of this host, from the proxy to the page's own code. */
async function firstVisit(url: string, settings: NextSettings = {}) {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: createFakeRuntime() })
  const { hedgerow, proxy, withHedgerow } = createHedgerow({
    client,
    flags: { preload: 'never' },
    ...settings,
  })

  const proxied = await proxy(new NextRequest(url, { headers: documentHeaders }))
  const cookie = proxied.headers.get('x-middleware-request-cookie') ?? ''
  const page = withHedgerow(async (_request: Request) => {
    const scope = client.scope() ?? (await hedgerow())
    return Response.json(scope.bootstrap())
  })
  const rendered = await page(new NextRequest(url, { headers: { ...documentHeaders, cookie } }))
  await client.shutdown()

  const [pageview, ...others] = posthog.events()
  expect(others).toEqual([])
  return {
    id: pageview?.distinct_id,
    session: pageview?.properties['$session_id'],
    bootstrap: (await rendered.json()) as { distinctID?: string; sessionID?: string },
    browserGets: proxied.headers.getSetCookie().map((line) => line.slice(0, line.indexOf('='))),
  }
}

it.each<[string, string, NextSettings, string[]]>([
  ['where posthog-js has its cookie on the one host', 'http://localhost/', {}, ['ph_phc_test_posthog']],
  [
    'where there is a secret',
    'https://shop.example/',
    { identity: { secret: 'a secret of this test alone, and long enough' } },
    ['hedgerow_phc_test'],
  ],
])('is one visitor’s, in one session, %s', async (_where, url, settings, cookies) => {
  const { id, session, bootstrap, browserGets } = await firstVisit(url, settings)

  expect(bootstrap).toMatchObject({ distinctID: id, sessionID: session })
  expect(browserGets).toEqual(cookies)
})

it('is one visitor’s also where only the page can tell posthog-js, which begins the session', async () => {
  const { id, session, bootstrap, browserGets } = await firstVisit('https://shop.example/')

  expect(bootstrap).toMatchObject({ distinctID: id, sessionID: expect.stringMatching(/^[\da-f]{8}-/) })
  expect(session).toBeUndefined()
  expect(browserGets).toEqual([])
})

import { NextRequest } from 'next/server.js'
import { createFakeRuntime, type ScriptedServer, startScriptedServer } from 'testkit'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createHedgerow, HedgerowClient, type HedgerowNextOptions, type NextHedgerow } from '../src/index.ts'

let posthog: ScriptedServer

beforeEach(async () => {
  posthog = await startScriptedServer() // a host of its own for each test, and so clients of its own
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await posthog.close()
})

/** What one bundle of an application makes of its options. */
function bundle(options: HedgerowNextOptions & { readonly client?: undefined } = {}): NextHedgerow {
  return createHedgerow({ token: 'phc_test', host: posthog.url, flags: { preload: 'never' }, ...options })
}

/** Calls a route handler that captures, outside of Next.js. */
async function captureIn(
  { withHedgerow }: NextHedgerow,
  client: HedgerowClient,
  event: string,
): Promise<Response> {
  const handler = withHedgerow(async (_request: Request) => {
    client.capture({ event })
    return new Response('done')
  })
  return handler(new NextRequest('http://localhost/'))
}

describe('bundles of one application', () => {
  it('share one client, which sends their events together', async () => {
    const proxied = [bundle(), bundle()].map(({ proxy }) => {
      const headers = {
        'sec-fetch-dest': 'document',
        'user-agent': 'Mozilla/5.0 (X11; Linux x64) Firefox/140.0',
      }
      return proxy(new NextRequest('http://localhost/', { headers }))
    })

    await Promise.all(proxied)
    await posthog.waitFor(() => posthog.events().length === 2)

    expect(posthog.batches()).toHaveLength(1)
  })

  it('share it although one of them has another copy of this package', async () => {
    const copy = new URL('../dist/index.js', import.meta.url).href
    const { createHedgerow: createFromCopy } = (await import(copy)) as {
      createHedgerow: typeof createHedgerow
    }
    const headers = {
      'sec-fetch-dest': 'document',
      'user-agent': 'Mozilla/5.0 (X11; Linux x64) Firefox/140.0',
    }
    const visit = ({ proxy }: NextHedgerow) => proxy(new NextRequest('http://localhost/', { headers }))

    const options = { token: 'phc_test', host: posthog.url, flags: { preload: 'never' } } as const
    await Promise.all([visit(createHedgerow(options)), visit(createFromCopy(options))])
    await posthog.waitFor(() => posthog.events().length === 2)

    expect(createFromCopy).not.toBe(createHedgerow)
    expect(posthog.batches()).toHaveLength(1)
  })

  it('go on with the client that took the place of theirs, when a module was changed in development', async () => {
    vi.stubEnv('NODE_ENV', 'development')
    const before = bundle()
    const headers = {
      'sec-fetch-dest': 'document',
      'user-agent': 'Mozilla/5.0 (X11; Linux x64) Firefox/140.0',
    }
    const visit = ({ proxy }: NextHedgerow) => proxy(new NextRequest('http://localhost/', { headers }))

    await visit(before)
    bundle({ before_send: (event) => ({ ...event, event: 'renamed' }) })
    await visit(before)
    await posthog.waitFor(() => posthog.events().length === 2)

    expect(posthog.events().map(({ event }) => event)).toEqual(['$pageview', 'renamed'])
  })
})

describe('a client of one’s own', () => {
  it('is used as it is, and keeps its way of sending', async () => {
    const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: createFakeRuntime() })

    const answer = await captureIn(createHedgerow({ client }), client, 'order placed')
    const report = await client.shutdown()

    expect(await answer.text()).toBe('done')
    expect(report).toMatchObject({ sent: 1, pending: 0 })
    expect(posthog.events()[0]?.properties).toMatchObject({ $current_url: 'http://localhost/' })
  })
})

describe('options that cannot work', () => {
  it.each([
    [{ host: 'eu.i.posthog.com' }, 'host must be an absolute URL'],
    [{ identity: { secret: 'short' } }, 'identity.secret'],
    [{ name: 'a b' }, 'name must be an identifier'],
  ])('are refused when the application starts: %j', (options, message) => {
    expect(() => bundle(options)).toThrow(message)
  })

  it('are refused in a build too, which itself asks PostHog nothing', async () => {
    vi.stubEnv('NEXT_PHASE', 'phase-production-build')

    const { proxy } = bundle({ secretKey: 'phx_test' })
    await proxy(new NextRequest('http://localhost/'))

    expect(() => bundle({ host: 'eu.i.posthog.com' })).toThrow('host must be an absolute URL')
    expect(posthog.requests).toEqual([])
  })
})

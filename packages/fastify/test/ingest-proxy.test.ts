import type { FastifyInstance, FastifyServerOptions } from 'fastify'
import {
  createFakeRuntime,
  type RecordedCall,
  recordedBrowserCalls,
  type ScriptedServer,
  send,
  sendText,
  startScriptedServer,
} from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import {
  ConfigError,
  type FastifyIngestProxyOptions,
  hedgerow,
  HedgerowClient,
  ingestProxy,
} from '../src/index.ts'
import { type FastifyModule, majors } from './test-site.ts'

const calls = await recordedBrowserCalls()

describe.each(majors)('P21: recorded traffic of posthog-js through %s', (_name, fastify) => {
  it('reaches PostHog with the bytes of every body, and without the cookies of the app', async () => {
    const { url, posthog } = await startIngestSite(fastify)

    for (const call of calls) await replay(url, call)

    expect(posthog.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
      'GET /static/array.js',
      'POST /e/',
      'GET /array/phc_recorded/config.js',
      'GET /static/1.449.2/surveys.js',
      'GET /static/1.449.2/lazy-recorder.js',
      'POST /flags/?v=2',
      'POST /s/',
      'POST /i/v0/e/',
      'POST /i/v0/e/',
    ])
    const bodies = posthog.requests.map(({ rawBody }) => rawBody)
    expect(bodies.every((body, at) => body.equals(calls[at]?.body ?? Buffer.alloc(0)))).toBe(true)
    expect(Math.max(...bodies.map(({ length }) => length))).toBeGreaterThan(150_000)
    const received = posthog.requests.flatMap(({ rawHeaders }) => rawHeaders).join('\n')
    expect(received).not.toMatch(/cookie|session|secret|next=|of-the-page/i)
  })

  it('arrives with these headers and no others', async () => {
    const { url, posthog } = await startIngestSite(fastify)
    const call = calls.find(({ target }) => target === '/e/')

    await replay(url, call)

    expect(posthog.requests[0]?.headers).toEqual({
      accept: '*/*',
      'accept-encoding': 'identity',
      'accept-language': '*',
      connection: 'keep-alive',
      'content-length': String(call?.body.length),
      'content-type': 'text/plain',
      host: posthog.url.slice('http://'.length),
      origin: 'http://shop.example',
      referer: 'http://shop.example/',
      'sec-fetch-mode': 'cors',
      'user-agent': expect.stringContaining('HeadlessChrome/156'),
      'x-forwarded-for': '127.0.0.1',
    })
  })
})

describe.each(majors)('the ingest proxy of %s', (_name, fastify) => {
  it.each(['application/json', 'text/plain', 'application/x-www-form-urlencoded', undefined])(
    'passes a body of type %s on unparsed, larger than other routes take it',
    async (type) => {
      const { url, posthog } = await startIngestSite(fastify)
      const body = '{ not JSON'.repeat(200_000)

      const headers = type === undefined ? {} : { 'content-type': type }
      const answer = await send(`${url}/ingest/e/`, { method: 'POST', headers, body })

      expect(answer.status).toBe(200)
      expect(posthog.requests.map(({ rawBody }) => rawBody.toString() === body)).toEqual([true])
    },
  )

  it('leaves the parsers of all other routes as they are', async () => {
    const { url } = await startIngestSite(fastify)

    const answer = await send(`${url}/echo`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"a":1}',
    })

    expect(answer.body).toBe('{"a":1}')
  })

  it.each([
    '/ingest',
    '/ingest/',
    '/ingest/api/projects',
    '/ingest/static/%2e%2e/api',
    '/ingest/static/..%2fapi',
    '/ingest/static/../../ingest/api/projects',
    '/ingest//static/array.js',
    '/ingest/static\\array.js',
  ])('answers 404 to %s without a call to PostHog', async (target) => {
    const { port, posthog } = await startIngestSite(fastify)

    const answer = await sendText(port, `GET ${target} HTTP/1.1\nHost: shop.example\nConnection: close\n\n`)

    expect(answer.split('\r\n')[0]).toBe('HTTP/1.1 404 Not Found')
    expect(posthog.requests).toEqual([])
  })

  it('tells PostHog the address that a trusted proxy names', async () => {
    const { url, posthog } = await startIngestSite(
      fastify,
      { clientAddress: 'truncated' },
      { trustProxy: true },
    )

    const headers = { 'x-forwarded-for': '203.0.113.7' }
    await send(`${url}/ingest/e/`, { method: 'POST', headers, body: 'x' })

    expect(posthog.requests[0]?.headers['x-forwarded-for']).toBe('203.0.113.0')
  })

  it('opens no scope for its calls, below the plugin too', async () => {
    const { url, posthog, client } = await startIngestSite(fastify)

    const answer = await send(`${url}/ingest/static/array.js`, {
      headers: { accept: 'text/html', 'sec-fetch-dest': 'document' },
    })
    await client.flush()

    expect(answer.headers).not.toHaveProperty('set-cookie')
    expect(posthog.events()).toEqual([])
  })

  it('may be below a prefix with parameters', async () => {
    const { url, posthog } = await startIngestSite(fastify, {}, {}, '/:tenant/in')

    await send(`${url}/acme/in/flags/?v=2`, { method: 'POST', body: '{}' })

    expect(posthog.requests.map(({ path }) => path)).toEqual(['/flags/?v=2'])
  })

  it.each([undefined, '', '/', 'ingest'])('is refused with %j for a prefix', async (prefix) => {
    const app = fastify()
    const client = new HedgerowClient('phc_test')

    await expect(async () => app.register(ingestProxy, { client, prefix } as never)).rejects.toThrow(/prefix/)
  })

  it('is refused with an option that cannot work', async () => {
    const app = fastify()
    const client = new HedgerowClient('phc_test')

    await expect(async () =>
      app.register(ingestProxy, { client, prefix: '/ingest', timeoutMs: 0 }),
    ).rejects.toThrow(ConfigError)
  })
})

/** A Fastify application with the plugin, the proxy and a route of its own, and the PostHog server behind. */
async function startIngestSite(
  module: FastifyModule,
  options: Partial<FastifyIngestProxyOptions> = {},
  server: FastifyServerOptions = {},
  prefix = '/ingest',
): Promise<{
  app: FastifyInstance
  url: string
  port: number
  posthog: ScriptedServer
  client: HedgerowClient
}> {
  const posthog = await startScriptedServer()
  for (const path of ['/e/', '/i/v0/e/', '/s/']) posthog.always(path, { status: 200, body: { status: 'Ok' } })
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime: createFakeRuntime() })
  const app = module({ forceCloseConnections: true, ...server })
  onTestFinished(async () => {
    await app.close()
    await posthog.close()
  })
  await app.register(hedgerow, { client })
  await app.register(ingestProxy, { client, prefix, ...options })
  app.post('/echo', async (request) => request.body)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })
  return { app, url, port: Number(new URL(url).port), posthog, client }
}

function replay(url: string, call: RecordedCall | undefined) {
  if (!call) throw new Error('the recording has no such call')
  const { method, target, body } = call
  const headers = Object.fromEntries(call.headers)
  return send(`${url}/ingest${target}`, { method, headers, ...(body.length > 0 && { body }) })
}

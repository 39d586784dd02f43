import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { ConfigError, type Fetch, HedgerowClient } from '../../src/index.ts'
import { startIngest } from './ingest-setup.ts'

describe('a web-standard handler', () => {
  it('passes a call on, body and all, and answers with what came back', async () => {
    const { posthog, call } = await startIngest()
    posthog.always('/e/', { status: 200, body: { status: 'Ok' } })

    const answer = await call('/ingest/e/?ip=0&compression=gzip-js', {
      method: 'POST',
      headers: { 'content-type': 'text/plain', cookie: 'session=secret', origin: 'https://shop.example' },
      body: gzipSync('{"event":"left"}'),
    })

    expect([answer.status, await answer.json()]).toEqual([200, { status: 'Ok' }])
    const [received] = posthog.requests
    expect([received?.method, received?.path, received?.body]).toEqual([
      'POST',
      '/e/?ip=0&compression=gzip-js',
      { event: 'left' },
    ])
    expect(received?.rawBody).toEqual(gzipSync('{"event":"left"}'))
    expect(received?.headers).not.toHaveProperty('cookie')
    expect(received?.headers).not.toHaveProperty('x-forwarded-for')
    expect(received?.headers['origin']).toBe('https://shop.example')
  })

  it('may be called without its object', async () => {
    const { proxy } = await startIngest()
    const { fetch } = proxy

    expect((await fetch(new Request('https://shop.example/elsewhere'))).status).toBe(404)
  })

  it.each([
    ['/e/', 404],
    ['/ingest', 404],
    ['/ingest/', 404],
    ['/ingestion/e/', 404],
    ['/other/ingest/e/', 404],
    ['/ingest/ingest/e/', 404],
    ['/ingest/%2e%2e/ingest/static/a.js', 200],
    ['/ingest/static/%2e%2e/%2e%2e/e/', 404],
    ['/ingest/static/%252e%252e/a.js', 404],
    ['/ingest/static/a%00.js', 404],
    ['/ingest/static\\..\\..\\e', 404],
  ])('takes %s as a browser does, and answers %i', async (path, status) => {
    const { posthog, call, paths } = await startIngest()
    posthog.always('/static/a.js', { status: 200, body: 'a' })

    const answer = await call(path)

    expect(answer.status).toBe(status)
    expect(paths()).toEqual(status === 200 ? ['GET /static/a.js'] : [])
  })

  it.each(['/relay', '/relay/', '/a/b', '', '/'])('may be at %j', async (pathPrefix) => {
    const { posthog, call } = await startIngest({ pathPrefix })
    posthog.always('/flags/', { status: 200, body: {} })

    const answer = await call(`${pathPrefix.replace(/\/$/, '')}/flags/?v=2`, { method: 'POST', body: '{}' })

    expect([answer.status, posthog.requests[0]?.path]).toEqual([200, '/flags/?v=2'])
  })

  it('answers the question of a browser on another origin as PostHog does', async () => {
    const { posthog, call } = await startIngest()
    const headers = {
      'access-control-allow-origin': 'https://shop.example',
      'access-control-allow-methods': 'GET, POST, OPTIONS',
      'access-control-allow-headers': 'content-type',
      'access-control-allow-credentials': 'true',
      'access-control-max-age': '600',
    }
    posthog.answer('/flags/', { status: 204, headers })

    const answer = await call('/ingest/flags/?v=2', {
      method: 'OPTIONS',
      headers: {
        origin: 'https://shop.example',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'content-type',
      },
    })

    expect(answer.status).toBe(204)
    expect(Object.fromEntries(answer.headers)).toMatchObject(headers)
    expect(posthog.requests[0]?.headers).toMatchObject({
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    })
  })

  it.each([400, 401, 413, 429, 500, 503])('passes %i on with its body', async (status) => {
    const { posthog, call, warnings } = await startIngest()
    posthog.answer('/e/', { status, body: { detail: 'no' }, headers: { 'retry-after': '5' } })

    const answer = await call('/ingest/e/', { method: 'POST', body: 'x' })

    expect([answer.status, await answer.json(), answer.headers.get('retry-after')]).toEqual([
      status,
      { detail: 'no' },
      '5',
    ])
    expect(warnings()).toEqual([])
  })

  it('answers 500 to a request whose body has been read', async () => {
    const { proxy, posthog } = await startIngest()
    const request = new Request('https://shop.example/ingest/e/', { method: 'POST', body: 'x' })
    await request.text()

    expect((await proxy.fetch(request)).status).toBe(500)
    expect(posthog.requests).toEqual([])
  })

  it('answers 413 to a body that streams without end, and cancels it', async () => {
    const { posthog, call } = await startIngest({ maxRequestBytes: 1000 })
    let cancelled = false
    const body = new ReadableStream({
      pull: (controller) => controller.enqueue(new Uint8Array(100)),
      cancel: () => void (cancelled = true),
    })

    const answer = await call('/ingest/s/', { method: 'POST', body, duplex: 'half' })

    expect([answer.status, cancelled]).toEqual([413, true])
    expect(posthog.requests).toEqual([])
  })

  it('does not take a body that breaks off for an outage', async () => {
    const { call, warnings } = await startIngest()
    const body = new ReadableStream({
      start: (controller) => controller.enqueue(new Uint8Array(100)),
      pull: () => Promise.reject(new Error('the visitor has left')),
    })

    const answer = await call('/ingest/s/', { method: 'POST', body, duplex: 'half' })

    expect(answer.status).toBe(502)
    expect(warnings()).toEqual([])
  })

  it('stops an upload that has been answered before its end', async () => {
    const fetch = async () => new Response('{}')
    const { call, runtime } = await startIngest({}, { fetch })
    let cancelled = false
    const body = new ReadableStream({ cancel: () => void (cancelled = true) })

    const answer = await call('/ingest/s/', { method: 'POST', body, duplex: 'half' })
    await answer.text()

    expect([answer.status, cancelled, runtime.timers]).toEqual([200, true, 0])
  })

  it('passes nothing on for a disabled client', async () => {
    const { call, paths } = await startIngest({}, { disabled: true })

    expect((await call('/ingest/e/', { method: 'POST', body: 'x' })).status).toBe(404)
    expect(paths()).toEqual([])
  })
})

describe('an answer that PostHog encodes unasked', () => {
  it.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ] as const)('in %s arrives decoded, and says nothing of the encoding', async (encoding, encode) => {
    const { call } = await startIngest({}, { host: await serverOf(encoding, encode('{"surveys":[]}')) })

    const answer = await call('/ingest/api/surveys/?token=phc_test')

    expect([answer.status, await answer.text()]).toEqual([200, '{"surveys":[]}'])
    expect([answer.headers.get('content-encoding'), answer.headers.get('content-length')]).toEqual([
      null,
      null,
    ])
  })

  it('in something that not every platform decodes is a 502', async () => {
    const { call } = await startIngest({}, { host: await serverOf('zstd', Buffer.from('x')) })

    expect((await call('/ingest/api/surveys/')).status).toBe(502)
  })

  it('as a bomb is cut off where it has grown too large', async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000))
    const { call } = await startIngest({ maxAnswerBytes: 1_000_000 }, { host: await serverOf('gzip', bomb) })

    const answer = await call('/ingest/api/surveys/')

    expect(answer.status).toBe(200)
    await expect(answer.arrayBuffer()).rejects.toThrow('given up')
  })
})

describe('whatever the fetch of the application does', () => {
  const never = new Promise<never>(() => {})
  it.each([
    ['rejects', () => Promise.reject(new Error('no'))],
    [
      'throws',
      () => {
        throw new Error('no')
      },
    ],
    ['gives nothing', async () => undefined],
    ['gives a mock', async () => ({ status: 200, text: async () => '', json: async () => ({}) })],
    ['gives a strange status', async () => ({ status: 42, headers: new Headers(), body: null })],
    ['hides a redirect', async () => ({ status: 0, headers: new Headers(), body: null })],
  ])('that %s, the answer is 502', async (_what, fetch) => {
    const { call } = await startIngest({}, { fetch: fetch as unknown as Fetch })

    expect((await call('/ingest/e/', { method: 'POST', body: 'x' })).status).toBe(502)
    expect((await call('/ingest/static/array.js')).status).toBe(502)
  })

  it('that never answers and ignores its signal, the answer is 504 in time', async () => {
    const { call, runtime } = await startIngest({ timeoutMs: 5000 }, { fetch: () => never })

    const answer = call('/ingest/static/array.js')
    await runtime.advance(5000)

    expect((await answer).status).toBe(504)
    expect(runtime.timers).toBe(0)
  })

  it('that answers and then stalls, the body breaks off in time', async () => {
    const stalled = new Response(new ReadableStream({ pull: () => never }))
    const { call, runtime } = await startIngest({ timeoutMs: 5000 }, { fetch: async () => stalled })

    const answer = await call('/ingest/static/array.js')
    const body = answer.text()
    body.catch(() => {}) // judged below
    await runtime.advance(5000)

    await expect(body).rejects.toThrow('given up')
    expect(runtime.timers).toBe(0)
  })
})

describe('an option that cannot work', () => {
  it.each([
    [{ pathPrefix: 'ingest' }, 'pathPrefix must be a path'],
    [{ pathPrefix: '/a?b' }, 'pathPrefix must be a path'],
    [{ assetHost: 'us-assets.i.posthog.com' }, 'assetHost must be an absolute URL'],
    [{ clientAddress: 'half' }, 'clientAddress must be one of full, truncated, none'],
    [{ maxRequestBytes: 0 }, 'maxRequestBytes must be a whole number of at least 1, got 0'],
    [{ timeoutMs: '5' }, 'timeoutMs must be a whole number of at least 1, got a value of type string'],
    [null, 'options must be an object, got null'],
  ])('%j is a ConfigError', (options, message) => {
    const client = new HedgerowClient('phc_test', { logLevel: 'error' })

    const create = () => client.ingestProxy(options as object)

    expect(create).toThrow(ConfigError)
    expect(create).toThrow(message)
  })

  it('that does not exist is named', async () => {
    const { warnings } = await startIngest({ maxBytes: 1 } as object)

    expect(warnings()).toEqual(['[hedgerow] options: unknown option maxBytes is ignored; check its spelling'])
  })
})

async function serverOf(encoding: string, body: Buffer): Promise<string> {
  const server = createServer((_req, res) => {
    res.writeHead(200, { 'content-encoding': encoding, 'content-length': body.length })
    res.end(body)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}` // a TCP server has an address object
}

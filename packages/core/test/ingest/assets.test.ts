import { gunzipSync } from 'node:zlib'
import { type Answer, heldBytes } from 'testkit'
import { describe, expect, it } from 'vitest'
import { startIngest } from './ingest-setup.ts'

const script = 'console.log("a script of some length")\n'.repeat(100)
const path = '/ingest/static/array.js'

function scriptAnswer(headers: Record<string, string> = {}): Answer {
  return {
    status: 200,
    body: script,
    headers: {
      'content-type': 'application/javascript',
      'cache-control': 'public, max-age=600',
      etag: '"one"',
      ...headers,
    },
  }
}

describe('a static asset', () => {
  it('is asked for once, and keeps its caching headers for every browser', async () => {
    const { posthog, runtime, call, paths } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer({ age: '10', vary: 'Accept-Encoding' }))

    const first = await call(path)
    const firstBody = await first.text()
    await runtime.advance(30_000)
    const second = await call(path)

    expect(firstBody).toBe(script)
    expect(await second.text()).toBe(script)
    expect(Object.fromEntries(second.headers)).toEqual({
      age: '40',
      'cache-control': 'public, max-age=600',
      'content-length': '3900',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-type': 'application/javascript',
      etag: '"one"',
      vary: 'accept-encoding',
      'x-content-type-options': 'nosniff',
    })
    expect(paths()).toEqual(['GET /static/array.js'])
  })

  it('goes out gzipped from memory, packed once, to browsers that take it so', async () => {
    const { posthog, runtime, call } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer())
    await (await call(path)).text()
    await runtime.settle()

    const packed = await call(path, { headers: { 'accept-encoding': 'gzip, deflate, br, zstd' } })
    const plain = await call(path, { headers: { 'accept-encoding': 'br, gzip;q=0' } })

    expect([packed.headers.get('content-encoding'), packed.headers.get('etag')]).toEqual(['gzip', 'W/"one"'])
    const bytes = new Uint8Array(await packed.arrayBuffer())
    expect(packed.headers.get('content-length')).toBe(String(bytes.length))
    expect(bytes.length).toBeLessThan(200)
    expect(gunzipSync(bytes).toString()).toBe(script)
    expect([plain.headers.get('content-encoding'), plain.headers.get('etag')]).toEqual([null, '"one"'])
    expect(await plain.text()).toBe(script)
  })

  it('is not sent again to a browser that has it', async () => {
    const { posthog, call, paths } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer())
    await (await call(path)).text()

    const answers = [
      await call(path, { headers: { 'if-none-match': '"one"' } }),
      await call(path, { headers: { 'if-none-match': '"zero", W/"one"' } }),
      await call(path, { headers: { 'if-none-match': '"zero"' } }),
    ]

    expect(answers.map(({ status }) => status)).toEqual([304, 304, 200])
    expect(paths()).toHaveLength(1)
  })

  it('tells PostHog what the browser has where it has nothing itself', async () => {
    const { posthog, call } = await startIngest()
    posthog.always('/static/array.js', { status: 304, headers: { etag: '"one"' } })

    const answer = await call(path, { headers: { 'if-none-match': '"one"' } })

    expect([answer.status, answer.headers.get('etag')]).toEqual([304, '"one"'])
    expect(posthog.requests[0]?.headers['if-none-match']).toBe('"one"')
  })

  it('answers a HEAD from memory too', async () => {
    const { posthog, call, paths } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer())
    await (await call(path)).text()

    const answer = await call(path, { method: 'HEAD' })

    expect([answer.headers.get('content-length'), answer.body]).toEqual(['3900', null])
    expect(paths()).toEqual(['GET /static/array.js'])
  })

  it('is kept by its whole URL', async () => {
    const { posthog, call, paths } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer())

    for (const query of ['?v=1', '?v=2', '?v=1']) await (await call(path + query)).text()

    expect(paths()).toEqual(['GET /static/array.js?v=1', 'GET /static/array.js?v=2'])
  })

  it.each([
    ['as long as PostHog says', 'public, max-age=600', 600],
    ['as long as shared caches may', 'max-age=10, s-maxage=300', 300],
    ['an hour at most', 'public, max-age=31536000, immutable', 3600],
  ])('is kept %s', async (_what, cacheControl, seconds) => {
    const { posthog, runtime, call, paths } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer({ 'cache-control': cacheControl }))
    await (await call(path)).text()

    runtime.setNow(runtime.now() + seconds * 1000 - 1)
    await (await call(path)).text()
    const before = paths().length
    runtime.setNow(runtime.now() + 1)
    await (await call(path)).text()

    expect([before, paths().length]).toEqual([1, 2])
  })

  it.each([
    ['forbids it', { 'cache-control': 'no-store, max-age=600' }],
    ['means one browser', { 'cache-control': 'private, max-age=600' }],
    ['wants to be asked', { 'cache-control': 'no-cache, max-age=600' }],
    ['does not say for how long', { 'cache-control': 'public' }],
    ['is as old as it may be', { age: '600' }],
    ['depends on who asks', { vary: 'Accept-Encoding, Origin' }],
    ['is for one origin', { 'access-control-allow-origin': 'https://shop.example' }],
  ] as [string, Record<string, string>][])('is not kept when the answer %s', async (_what, headers) => {
    const { posthog, call, paths } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer(headers))

    for (let n = 0; n < 2; n++) await (await call(path)).text()

    expect(paths()).toHaveLength(2)
  })

  it('is not kept when it is an error, or not whole', async () => {
    const { posthog, call, paths } = await startIngest()
    posthog.answer('/static/array.js', { status: 404, headers: { 'cache-control': 'max-age=600' } })
    posthog.answer('/static/array.js', 'disconnect-after-headers')
    posthog.always('/static/array.js', scriptAnswer())

    const missing = await call(path)
    const broken = await call(path)
    await broken.text().catch(() => '')
    const left = await call(path)
    await left.body?.cancel()
    await (await call(path)).text()
    await (await call(path)).text()

    expect(missing.status).toBe(404)
    expect(paths()).toHaveLength(4)
  })

  it('makes way for later ones when the memory for them is full', async () => {
    const { posthog, call, paths } = await startIngest({ maxCacheBytes: 9000 })
    for (const name of ['a', 'b', 'c']) posthog.always(`/static/${name}.js`, scriptAnswer())
    const load = async (name: string) => (await call(`/ingest/static/${name}.js`)).text()

    for (const name of ['a', 'b', 'a', 'c', 'a', 'b']) await load(name)

    expect(paths()).toEqual(['a', 'b', 'c', 'b'].map((name) => `GET /static/${name}.js`))
  })

  it('is not kept when it alone is too large, and arrives all the same', async () => {
    const { posthog, call, paths } = await startIngest({ maxCacheBytes: 3000 })
    posthog.always('/static/array.js', scriptAnswer())

    const bodies = [await (await call(path)).text(), await (await call(path)).text()]

    expect(bodies).toEqual([script, script])
    expect(paths()).toHaveLength(2)
  })

  it('takes memory while it arrives already, however slowly', async () => {
    let release = () => {}
    const urls: string[] = []
    const fetch = async (url: string) => {
      urls.push(new URL(url).pathname)
      const body = new ReadableStream({
        start(controller) {
          controller.enqueue(new Uint8Array(4000))
          if (url.endsWith('quick.js')) controller.close()
          else release = () => controller.close()
        },
      })
      return new Response(body, { headers: { 'cache-control': 'max-age=600' } })
    }
    const { call } = await startIngest({ maxCacheBytes: 7000 }, { fetch })
    const load = async (name: string) => (await call(`/ingest/static/${name}.js`)).arrayBuffer()

    const slow = (await call('/ingest/static/slow.js')).body?.getReader()
    await slow?.read()
    await load('quick')
    await load('quick')
    release()
    await slow?.read()
    await load('slow')

    expect(urls).toEqual(['/static/slow.js', '/static/quick.js', '/static/quick.js'])
  })

  it('takes no more memory than it may, on however many URLs it arrives slowly', async () => {
    const mebibyte = 1024 * 1024
    const fetch = async () => {
      const body = new ReadableStream({
        start: (controller) => controller.enqueue(Buffer.alloc(mebibyte, 1)),
      })
      return new Response(body, { headers: { 'cache-control': 'max-age=600' } })
    }
    const { call } = await startIngest({ maxCacheBytes: 2 * mebibyte }, { fetch })
    const before = heldBytes()

    const readers = []
    for (let n = 0; n < 40; n++) {
      const reader = (await call(`/ingest/static/array.js?x=${n}`)).body?.getReader()
      await reader?.read()
      readers.push(reader)
    }

    expect(heldBytes() - before).toBeLessThan(6 * mebibyte)
    for (const reader of readers) await reader?.cancel()
  })

  it('comes from memory while PostHog is away', async () => {
    const { posthog, call } = await startIngest()
    posthog.always('/static/array.js', scriptAnswer())
    await (await call(path)).text()

    await posthog.stop()

    expect(await (await call(path)).text()).toBe(script)
    expect((await call('/ingest/static/recorder.js')).status).toBe(502)
  })
})

describe('a redirect of a static asset', () => {
  it('is followed to another asset of the same host', async () => {
    const { posthog, call, paths } = await startIngest()
    posthog.always('/static/1/array.js', { status: 302, headers: { location: '/static/1.449.2/array.js' } })
    posthog.always('/static/1.449.2/array.js', scriptAnswer())

    const answer = await call('/ingest/static/1/array.js')

    expect([answer.status, await answer.text()]).toEqual([200, script])
    expect(paths()).toEqual(['GET /static/1/array.js', 'GET /static/1.449.2/array.js'])
  })

  it.each([
    ['another host', 'http://127.0.0.1:1/static/array.js'],
    ['what is no asset', '/api/projects'],
    ['a host by the same scheme', '//127.0.0.1:1/static/array.js'],
    ['itself, without end', '/static/1/array.js'],
    ['nowhere', 'http://'],
  ])('is a 502 when it leads to %s', async (_where, location) => {
    const { posthog, call, warnings } = await startIngest()
    posthog.always('/static/1/array.js', { status: 302, headers: { location } })

    const answers = [await call('/ingest/static/1/array.js'), await call('/ingest/static/1/array.js')]

    expect(answers.map(({ status, headers }) => [status, headers.get('location')])).toEqual([
      [502, null],
      [502, null],
    ])
    expect(posthog.requests.length).toBeLessThanOrEqual(6)
    expect(warnings()).toEqual([
      "[hedgerow] ingest-redirect: PostHog's host answers with redirects, which the ingest proxy refuses with 502; set the client's host to where they lead",
    ])
  })
})

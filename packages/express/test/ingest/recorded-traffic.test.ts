import { recordedBrowserCalls, type RecordedCall } from 'testkit'
import { describe, expect, it } from 'vitest'
import { send } from 'testkit'
import { majors } from '../test-site.ts'
import { type IngestSite, startIngestSite } from './ingest-site.ts'

const userAgent =
  'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/156.0.0.0 Safari/537.36'

const calls = await recordedBrowserCalls()

describe.each(majors)('P21: recorded traffic of posthog-js through %s', (_name, express) => {
  it('reaches PostHog in order, with the same methods, paths and queries', async () => {
    const site = await startIngestSite(express)

    for (const call of calls) await replay(site, call)

    expect(site.posthog.requests.map(({ method, path }) => `${method} ${path}`)).toEqual([
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
  })

  it('arrives with the bytes of every body as the browser compressed them', async () => {
    const site = await startIngestSite(express)

    for (const call of calls) await replay(site, call)

    const sizes = site.posthog.requests.map(({ rawBody }) => rawBody.length)
    expect(sizes.filter((size) => size > 0)).toHaveLength(5)
    expect(Math.max(...sizes)).toBeGreaterThan(150_000)
    const bodies = site.posthog.requests.map(({ rawBody }) => rawBody)
    expect(bodies.every((body, at) => body.equals(calls[at]?.body ?? Buffer.alloc(0)))).toBe(true)
    expect(site.posthog.requests.at(-1)?.body).toMatchObject({ batch: [{ event: 'left' }] })
  })

  it('arrives with these headers and no others', async () => {
    const site = await startIngestSite(express)
    const event = calls.find(({ target }) => target === '/e/')
    const script = calls.find(({ target }) => target === '/static/array.js')

    await replay(site, event)
    await replay(site, script)

    const [toEvents, toScript] = site.posthog.requests.map(({ rawHeaders }) => pairsOf(rawHeaders))
    const host = site.posthog.url.slice('http://'.length)
    expect(toEvents).toEqual([
      ['accept', '*/*'],
      ['accept-encoding', 'identity'],
      ['accept-language', '*'],
      ['connection', 'keep-alive'],
      ['content-length', String(event?.body.length)],
      ['content-type', 'text/plain'],
      ['host', host],
      ['origin', 'http://shop.example'],
      ['referer', 'http://shop.example/'],
      ['sec-fetch-mode', 'cors'],
      ['user-agent', userAgent],
      ['x-forwarded-for', '127.0.0.1'],
    ])
    expect(toScript).toEqual([
      ['accept', '*/*'],
      ['accept-encoding', 'identity'],
      ['accept-language', '*'],
      ['connection', 'keep-alive'],
      ['host', host],
      ['referer', 'http://shop.example/'],
      ['sec-fetch-mode', 'cors'],
      ['user-agent', userAgent],
      ['x-forwarded-for', '127.0.0.1'],
    ])
  })

  it('arrives without the cookies that the browser sent along', async () => {
    const site = await startIngestSite(express)

    for (const call of calls) await replay(site, call)

    const cookies = calls.flatMap(({ headers }) => headers.filter(([name]) => name === 'Cookie'))
    expect(cookies.every(([, value]) => value.startsWith('session=secret'))).toBe(true)
    expect(cookies).toHaveLength(9)
    const received = site.posthog.requests.flatMap(({ rawHeaders }) => rawHeaders).join('\n')
    expect(received).not.toMatch(/cookie|session|secret|next=|of-the-page/i)
  })

  it('gets the answer of PostHog', async () => {
    const site = await startIngestSite(express)
    site.posthog.flags['hero'] = 'b'

    const answer = await replay(
      site,
      calls.find(({ target }) => target.startsWith('/flags/')),
    )

    expect(answer.status).toBe(200)
    expect(JSON.parse(answer.body)).toMatchObject({ flags: { hero: { variant: 'b' } } })
  })
})

/** Sends a call as the browser did, to the site instead of where it was recorded. */
function replay(site: IngestSite, call: RecordedCall | undefined) {
  if (!call) throw new Error('the recording has no such call')
  const headers = Object.fromEntries(call.headers)
  const { method, target, body } = call
  return send(`${site.url}/ingest${target}`, { method, headers, ...(body.length > 0 && { body }) })
}

function pairsOf(rawHeaders: readonly string[]): (readonly [string, string | undefined])[] {
  const pairs = rawHeaders.flatMap((name, at) =>
    at % 2 === 0 ? [[name.toLowerCase(), rawHeaders[at + 1]] as const] : [],
  )
  return pairs.sort(([a], [b]) => (a < b ? -1 : 1))
}

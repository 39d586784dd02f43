import { once } from 'node:events'
import {
  createServer,
  type IncomingMessage,
  request,
  type RequestListener,
  type ServerResponse,
} from 'node:http'
import { describe, expect, it } from 'vitest'
import { send } from 'testkit'
import { majors } from '../test-site.ts'
import { listening, startIngestSite } from './ingest-site.ts'

const mebibyte = 1024 * 1024

describe.each(majors)('%s', (_name, express) => {
  it('answers 413 to a body that says it is too large, without a call to PostHog', async () => {
    const site = await startIngestSite(express)

    const headers = { 'content-length': 20 * mebibyte + 1 }
    const outgoing = request(`${site.url}/ingest/s/`, { method: 'POST', agent: false, headers })
    outgoing.on('error', () => {}) // the end of a request that has been answered
    outgoing.write('the beginning')
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    outgoing.destroy()

    expect(response.statusCode).toBe(413)
    expect(site.posthog.requests).toEqual([])
  })

  it('passes a replay of exactly the largest size on', async () => {
    const site = await startIngestSite(express)

    const answer = await send(`${site.url}/ingest/s/`, {
      method: 'POST',
      body: Buffer.alloc(20 * mebibyte, 'x'),
    })

    expect(answer.status).toBe(200)
    expect(site.posthog.requests[0]?.rawBody.length).toBe(20 * mebibyte)
  })

  it('answers 413 to a body in chunks once it has grown too large, and breaks the upload off', async () => {
    const site = await startIngestSite(express, { proxy: { maxRequestBytes: 10_000 } })

    const outgoing = request(`${site.url}/ingest/s/`, { method: 'POST', agent: false })
    for (let n = 0; n < 20; n++) outgoing.write(Buffer.alloc(1000))
    const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
    outgoing.on('error', () => {}) // the end of a request that has been answered
    outgoing.destroy()

    expect(response.statusCode).toBe(413)
    expect(site.posthog.requests).toEqual([])
    expect(site.warnings()).toEqual([])
  })

  it('answers 504 and says nothing more when PostHog does not answer in time', async () => {
    const site = await startIngestSite(express, { proxy: { timeoutMs: 300 } })
    site.posthog.always('/e/', 'hang')

    const answered = send(`${site.url}/ingest/e/`, { method: 'POST', body: 'x' })
    await site.posthog.waitFor(() => site.posthog.requests.length === 1)
    await site.runtime.advance(300)
    const answer = await answered

    expect([answer.status, answer.body]).toEqual([504, ''])
    expect(site.runtime.timers).toBe(0)
  })

  it('logs one line when PostHog goes away and one when it is back, however many call', async () => {
    const site = await startIngestSite(express)
    const post = () => send(`${site.url}/ingest/e/`, { method: 'POST', body: 'x' })

    await site.posthog.stop()
    const down = [await post(), await post(), await post()]
    await site.posthog.restart()
    const up = [await post(), await post()]

    expect(down.map(({ status }) => status)).toEqual([502, 502, 502])
    expect(up.map(({ status }) => status)).toEqual([200, 200])
    expect(site.warnings()).toEqual([
      '[hedgerow] ingest-unreachable: PostHog cannot be reached by the ingest proxy (connection failed); browsers get 502 or 504 until it answers',
      '[hedgerow] ingest-reachable: PostHog can be reached by the ingest proxy again',
    ])
  })

  it('cuts an answer without end off', async () => {
    const upstream = await startUpstream((_req, res) => {
      const fill = () => {
        while (!res.destroyed && res.write(Buffer.alloc(64 * 1024)));
      }
      res.on('drain', fill)
      fill()
    })
    const site = await startIngestSite(express, {
      client: { host: upstream.url },
      proxy: { maxAnswerBytes: mebibyte },
    })

    const outcome = await received(`${site.url}/ingest/static/array.js`)

    expect(outcome.error).toBe('ECONNRESET')
    expect(outcome.bytes).toBeLessThanOrEqual(mebibyte)
    await upstream.left()
    expect(site.runtime.timers).toBe(0)
  })

  it('answers 502 where the length of an answer is too large already', async () => {
    const site = await startIngestSite(express, { proxy: { maxAnswerBytes: 10 } })
    site.posthog.answer('/e/', { status: 200, body: '12345678901', headers: { 'content-length': '11' } })

    expect((await send(`${site.url}/ingest/e/`, { method: 'POST' })).status).toBe(502)
  })

  it('lets go of PostHog when the browser leaves before the answer', async () => {
    const upstream = await startUpstream((req) => req.resume())
    const site = await startIngestSite(express, { client: { host: upstream.url } })

    const outgoing = request(`${site.url}/ingest/e/`, { method: 'POST', agent: false })
    outgoing.on('error', () => {}) // its own end
    outgoing.end('x')
    await upstream.called()
    outgoing.destroy()
    await upstream.left()

    expect(site.warnings()).toEqual([])
    expect(site.runtime.timers).toBe(0)
  })

  it('lets go of PostHog when the browser leaves in the middle of its body', async () => {
    const upstream = await startUpstream((req) => req.resume())
    const site = await startIngestSite(express, { client: { host: upstream.url } })

    const outgoing = request(`${site.url}/ingest/s/`, {
      method: 'POST',
      agent: false,
      headers: { 'content-length': 1000 },
    })
    outgoing.on('error', () => {}) // its own end
    outgoing.write('the beginning')
    await upstream.called()
    outgoing.destroy()
    await upstream.left()

    expect(site.warnings()).toEqual([])
    expect(site.runtime.timers).toBe(0)
  })

  it('does not pass half an answer for a whole one', async () => {
    const site = await startIngestSite(express)
    site.posthog.answer('/e/', 'disconnect-after-headers')

    const outcome = await received(`${site.url}/ingest/e/`, 'POST')

    expect(outcome.error).toBe('ECONNRESET')
  })
})

/** A server in PostHog's place that says when it was called, and when it was left alone. */
async function startUpstream(answer: RequestListener) {
  const server = createServer(answer)
  const called = once(server, 'request') as Promise<[IncomingMessage, ServerResponse]>
  const left = called.then(([, response]) => once(response, 'close'))
  const port = await listening(server)
  return { url: `http://127.0.0.1:${port}`, called: () => called, left: () => left }
}

/** Reads as much of an answer as comes. */
async function received(url: string, method = 'GET'): Promise<{ bytes: number; error: unknown }> {
  const outgoing = request(url, { method, agent: false })
  outgoing.end()
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  let bytes = 0
  try {
    for await (const chunk of response) bytes += (chunk as Buffer).length
  } catch (error) {
    return { bytes, error: (error as NodeJS.ErrnoException).code }
  }
  return { bytes, error: undefined }
}

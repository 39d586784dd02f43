import { gzipSync } from 'node:zlib'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startScriptedServer } from 'testkit'
import type { ScriptedServer } from 'testkit'

const pageview = {
  event: '$pageview',
  distinct_id: 'visitor-1',
  uuid: '01900000-0000-7000-8000-000000000001',
  timestamp: '2024-06-15T12:30:45.123Z',
  properties: { $pathname: '/' },
}

let server: ScriptedServer

beforeEach(async () => {
  server = await startScriptedServer()
})

afterEach(() => server.close())

function post(path: string, body: unknown): Promise<Response> {
  return fetch(server.url + path, { method: 'POST', body: JSON.stringify(body) })
}

describe('what it records', () => {
  it('keeps path with query, headers, parsed body and raw bytes of a request', async () => {
    const before = Date.now()

    await post('/flags/?v=2', { token: 'phc_test' })

    const [request] = server.requests
    expect(request?.method).toBe('POST')
    expect(request?.path).toBe('/flags/?v=2')
    expect(request?.headers['content-type']).toBe('text/plain;charset=UTF-8')
    expect(request?.body).toEqual({ token: 'phc_test' })
    expect(request?.rawBody.toString()).toBe('{"token":"phc_test"}')
    expect(request?.receivedAt).toBeGreaterThanOrEqual(before)
    expect(server.flagCalls()).toEqual([request])
  })

  it('decompresses a gzipped batch and keeps the compressed bytes', async () => {
    const bytes = gzipSync(JSON.stringify({ api_key: 'phc_test', batch: [pageview] }))

    await fetch(`${server.url}/batch/`, { method: 'POST', body: bytes })

    expect(server.batches()[0]?.body).toEqual({ api_key: 'phc_test', batch: [pageview] })
    expect(server.batches()[0]?.rawBody.equals(bytes)).toBe(true)
  })

  it('has no body for a GET and the plain text for what is not JSON', async () => {
    await fetch(`${server.url}/flags/definitions`)
    await fetch(`${server.url}/batch/`, { method: 'POST', body: '{"batch":' })

    expect(server.requests.map(({ body }) => body)).toEqual([undefined, '{"batch":'])
    expect(server.flagCalls()).toEqual([])
    expect(server.events()).toEqual([])
  })

  it('counts events of batches whose answer began with a 2xx status line, and of no others', async () => {
    server.answer('/batch/', { status: 503 }, 'disconnect', 'disconnect-after-headers', { status: 204 })
    const send = (event: string) =>
      post('/batch/', { batch: [{ ...pageview, event }] }).catch(() => undefined)

    await send('refused')
    await send('cut-off')
    await send('cut-off-in-the-body')
    await send('accepted')
    await send('accepted-by-default')

    expect(server.batches()).toHaveLength(5)
    expect(server.events().map(({ event }) => event)).toEqual([
      'cut-off-in-the-body',
      'accepted',
      'accepted-by-default',
    ])
  })

  it('lets a page of another origin read its answers, whose question about that is no request', async () => {
    const origin = 'http://shop.example.com:3000'
    const asking = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'x-a',
    }

    const leave = await fetch(`${server.url}/flags/`, { method: 'OPTIONS', headers: asking })
    const answer = await fetch(`${server.url}/flags/`, { method: 'POST', headers: { origin }, body: '{}' })

    expect(leave.status).toBe(204)
    expect(leave.headers.get('access-control-allow-headers')).toBe('x-a')
    for (const { headers } of [leave, answer]) {
      expect(headers.get('access-control-allow-origin')).toBe(origin)
    }
    expect(server.requests.map(({ method }) => method)).toEqual(['POST'])
  })
})

describe('what it answers', () => {
  it('accepts a batch, and has a 404 for what is not scripted', async () => {
    const batch = await post('/batch/', { batch: [] })
    const unknown = await post('/decide/', {})

    expect(batch.status).toBe(200)
    expect(await batch.json()).toEqual({ status: 1 })
    expect(unknown.status).toBe(404)
    expect(await unknown.json()).toEqual({ error: 'nothing is scripted for /decide' })
  })

  it('uses queued answers once each, then the default again, whatever the query and trailing slash', async () => {
    server.answer('/batch', { status: 429, headers: { 'retry-after': '7' } }, { status: 500, body: 'broken' })

    const limited = await post('/batch/', {})
    const broken = await post('/batch?beacon=1', {})
    const accepted = await post('/batch/', {})

    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '7'])
    expect([broken.status, await broken.text()]).toEqual([500, 'broken'])
    expect(accepted.status).toBe(200)
  })

  it('lets a function answer by request and by its number on that path', async () => {
    server.always('/batch/', ({ method }, index) => ({ status: 200 + index, body: { method } }))

    const first = await post('/batch/', {})
    const second = await post('/batch/', {})

    expect([first.status, second.status]).toEqual([200, 201])
    expect(await first.json()).toEqual({ method: 'POST' })
  })

  it('states flags the way version 2 of the flags endpoint does', async () => {
    server.flags = { hero: true, off: false, layout: 'wide', gift: { variant: 'red', payload: { size: 1 } } }

    const answer = await post('/flags/?v=2', { distinct_id: 'visitor-1' })

    expect(await answer.json()).toMatchObject({
      errorsWhileComputingFlags: false,
      flags: {
        hero: {
          key: 'hero',
          enabled: true,
          variant: null,
          failed: false,
          metadata: { id: 1, payload: null },
        },
        off: { key: 'off', enabled: false, variant: null, reason: { code: 'no_condition_match' } },
        layout: { key: 'layout', enabled: true, variant: 'wide', reason: { code: 'condition_match' } },
        gift: { key: 'gift', enabled: true, variant: 'red', metadata: { id: 4, payload: '{"size":1}' } },
      },
    })
  })

  it('leaves out flags that the request did not ask for', async () => {
    server.flags = { hero: true, layout: 'wide' }

    const answer = await post('/flags/?v=2', { flag_keys_to_evaluate: ['layout', 'absent'] })

    const { flags } = (await answer.json()) as { flags: object }
    expect(Object.keys(flags)).toEqual(['layout'])
  })
})

import { request } from 'node:http'
import { describe, expect, it } from 'vitest'
import type { DevServer } from '../src/index.ts'
import { batchOf, namesOf, post, runningServer } from './running-server.ts'
import { openStream } from './stream-messages.ts'

const flagsRequest = { token: 'phc_test', distinct_id: 'ada' }

describe('the list of events', () => {
  it('gives the newest first, and how many there are', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf('one', 'two', 'three'))

    const list = await getJson(server, '/api/events?limit=2')

    expect(list).toEqual({
      events: [
        {
          id: 3,
          receivedAt: expect.any(String),
          endpoint: '/batch/',
          event: 'three',
          distinctId: 'ada',
          uuid: null,
          timestamp: null,
          properties: {},
        },
        expect.objectContaining({ id: 2, event: 'two' }),
      ],
      total: 3,
    })
  })

  it('gives 100 when no limit is asked for, and never more than 1000', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf(...Array.from({ length: 1200 }, (_, index) => `event ${index}`)))

    const usual = (await getJson(server, '/api/events')) as { events: unknown[]; total: number }
    const most = (await getJson(server, '/api/events?limit=5000')) as { events: unknown[] }

    expect([usual.events.length, usual.total, most.events.length]).toEqual([100, 1200, 1000])
  })

  it.each(['0', '-1', 'all', '1.5', ''])('refuses the limit "%s"', async (limit) => {
    const server = await runningServer()

    expect((await fetch(`${server.url}/api/events?limit=${limit}`)).status).toBe(400)
  })

  it('keeps flags calls apart', async () => {
    const server = await runningServer()
    await post(server, '/flags/?v=2', flagsRequest)

    expect(await getJson(server, '/api/events')).toEqual({ events: [], total: 0 })
    expect(await getJson(server, '/api/calls')).toMatchObject({
      calls: [{ distinctId: 'ada', keys: null }],
      total: 1,
    })
  })

  it('is empty after it was cleared, and goes on counting', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf('one', 'two'))

    const response = await fetch(`${server.url}/api/events`, { method: 'DELETE' })
    await post(server, '/batch/', batchOf('three'))

    expect(response.status).toBe(204)
    expect(server.events()).toMatchObject([{ id: 3, event: 'three' }])
  })
})

describe('the live stream', () => {
  it('begins with what is there and brings each arrival', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf('before'))

    const stream = await openStream(`${server.url}/api/stream`)
    expect(await stream.next()).toMatchObject({ event: 'reset' })
    expect(await stream.next()).toMatchObject({ event: 'event', data: { id: 1, event: 'before' } })
    await post(server, '/batch/', batchOf('live <b>&\n'))
    expect(await stream.next()).toMatchObject({ event: 'event', data: { id: 2, event: 'live <b>&\n' } })
    await post(server, '/flags/?v=2', flagsRequest)
    expect(await stream.next()).toMatchObject({ event: 'flags-call', data: { id: 3, keys: null } })
  })

  it('goes on where a reader lost it', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf('one', 'two'))
    const first = await openStream(`${server.url}/api/stream`)
    await first.next()
    const { id } = await first.next()
    first.leave()

    const second = await openStream(`${server.url}/api/stream`, { 'last-event-id': id })

    expect(await second.next()).toMatchObject({ event: 'event', data: { event: 'two' } })
  })

  it.each(['', 'nonsense', 'another-server.1', '.', '1.99999999999999999999'])(
    'begins anew for a reader with the position "%s"',
    async (position) => {
      const server = await runningServer()
      await post(server, '/batch/', batchOf('one'))

      const stream = await openStream(`${server.url}/api/stream`, { 'last-event-id': position })

      expect(await stream.next()).toMatchObject({ event: 'reset' })
      expect(await stream.next()).toMatchObject({ data: { event: 'one' } })
    },
  )

  it('tells its readers to begin anew when the list is cleared', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf('one'))
    const stream = await openStream(`${server.url}/api/stream`)
    await stream.next()
    await stream.next()

    await fetch(`${server.url}/api/events`, { method: 'DELETE' })
    expect(await stream.next()).toMatchObject({ event: 'reset' })
    await post(server, '/batch/', batchOf('after'))
    expect(await stream.next()).toMatchObject({ data: { event: 'after' } })
  })

  it('gives a new reader the newest 500', async () => {
    const server = await runningServer()
    await post(server, '/batch/', batchOf(...Array.from({ length: 800 }, (_, index) => `event ${index}`)))

    const stream = await openStream(`${server.url}/api/stream`)
    await stream.next()

    expect(await stream.next()).toMatchObject({ data: { event: 'event 300' } })
  })

  it('survives many readers that come and go while events arrive', async () => {
    const server = await runningServer()
    const url = `${server.url}/api/stream`

    for (let round = 0; round < 5; round += 1) {
      const streams = await Promise.all(Array.from({ length: 20 }, () => openStream(url)))
      const posted = post(server, '/batch/', batchOf(`round ${round}`))
      for (const stream of streams) stream.leave()
      expect((await posted).status).toBe(200)
    }

    expect(namesOf(server)).toEqual(['round 0', 'round 1', 'round 2', 'round 3', 'round 4'])
  })
})

describe('a web page elsewhere', () => {
  it.each([
    'evil.example',
    'localhost.evil.example',
    '127.0.0.1.evil.example:8181',
    '192.168.0.5',
    'localhost.',
  ])('that made its name %s resolve to this machine reads no events', async (host) => {
    const server = await runningServer()

    expect(await statusAs(server, host, '/api/events')).toBe(403)
    expect(await statusAs(server, host, '/api/stream')).toBe(403)
    expect(await statusAs(server, host, '/api/events', 'DELETE')).toBe(403)
  })

  it.each(['localhost', 'LOCALHOST:8181', '127.0.0.1:80', '127.1.2.3', '[::1]:8181'])(
    'differs from this machine under its own name %s',
    async (host) => {
      const server = await runningServer()

      expect(await statusAs(server, host, '/api/events')).toBe(200)
    },
  )

  it.each(['GET', 'OPTIONS', 'DELETE'])('is given no CORS permission for %s', async (method) => {
    const server = await runningServer()

    const response = await fetch(`${server.url}/api/events`, {
      method,
      headers: { origin: 'http://evil.example', 'access-control-request-method': 'DELETE' },
    })

    expect(response.headers.get('access-control-allow-origin')).toBeNull()
    expect(response.headers.get('access-control-allow-methods')).toBeNull()
  })
})

describe('an address the server does not have', () => {
  it('is answered 404 with a reason', async () => {
    const server = await runningServer()

    expect(await post(server, '/decide/', {})).toEqual({
      status: 404,
      body: { error: 'The dev server has no POST /decide.' },
    })
  })
})

async function getJson(server: DevServer, path: string): Promise<unknown> {
  const response = await fetch(server.url + path)
  expect(response.headers.get('content-type')).toBe('application/json')
  return response.json()
}

/** The status of a request under another host name, which `fetch` would not send. */
function statusAs(
  server: DevServer,
  host: string,
  path: string,
  method = 'GET',
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    request(server.url + path, { method, headers: { host } }, (response) => {
      response.destroy()
      resolve(response.statusCode)
    })
      .on('error', reject)
      .end()
  })
}

import { once } from 'node:events'
import { Agent, request } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, it, vi } from 'vitest'
import { startDevServer } from '../src/index.ts'
import { batchOf, namesOf, post, runningServer } from './running-server.ts'
import { openStream } from './stream-messages.ts'

const nativeRequest = globalThis.Request
const nativeResponse = globalThis.Response

describe('closing', () => {
  it('is prompt with an open stream, an idle connection and a half-sent request, and may be repeated', async () => {
    const server = await startDevServer()
    const stream = await openStream(`${server.url}/api/stream`)
    await stream.next()
    const agent = new Agent({ keepAlive: true })
    const idle = request(`${server.url}/api/events`, { agent }).end()
    const [response] = await once(idle, 'response')
    await once(response.resume(), 'end')
    const half = connect(server.port, '127.0.0.1')
    half.on('error', () => {})
    half.write('POST /batch/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n{')
    const started = performance.now()

    await Promise.all([server.close(), server.close()])
    await server.close()

    expect(performance.now() - started).toBeLessThan(1000)
    await expect(fetch(`${server.url}/api/events`)).rejects.toThrow('fetch failed')
    agent.destroy()
    half.destroy()
  })

  it('frees the port for the next server', async () => {
    const first = await startDevServer()
    await first.close()

    const second = await runningServer({ port: first.port })

    expect(second.port).toBe(first.port)
  })
})

describe('starting', () => {
  it('fails with the port in its message when that is taken', async () => {
    const { port } = await runningServer()

    await expect(startDevServer({ port })).rejects.toMatchObject({
      code: 'port-unavailable',
      message: `cannot listen on 127.0.0.1:${port}: it is already in use; stop the other program or choose another port`,
    })
  })

  it.each([-1, 65_536, 1.5, Number.NaN])('refuses the port %s', async (port) => {
    await expect(startDevServer({ port })).rejects.toMatchObject({ code: 'invalid-option' })
  })

  it('leaves the globals of its process alone', async () => {
    await runningServer()

    expect(globalThis.Request).toBe(nativeRequest)
    expect(globalThis.Response).toBe(nativeResponse)
  })
})

describe('bounds', () => {
  it('keeps the newest 10,000 of an absurd number of events', async () => {
    const server = await runningServer()
    const names = Array.from({ length: 50_000 }, (_, index) => `event ${index}`)

    expect((await post(server, '/batch/', batchOf(...names))).status).toBe(200)

    const kept = server.events()
    expect(kept).toHaveLength(10_000)
    expect(kept[0]).toMatchObject({ id: 40_001, event: 'event 40000' })
    expect(kept.at(-1)).toMatchObject({ id: 50_000, event: 'event 49999' })
  })

  it('keeps at most 64 MiB of events', async () => {
    const server = await runningServer()
    const large = { event: 'large', distinct_id: 'ada', properties: { filler: 'x'.repeat(1_000_000) } }
    const batch = { api_key: 'phc_test', batch: Array.from({ length: 18 }, () => large) }

    for (let round = 0; round < 5; round += 1) await post(server, '/batch/', batch)

    expect(server.events().map((event) => event.id)).toEqual(
      Array.from({ length: 67 }, (_, index) => index + 24),
    )
  })
})

describe('bad company', () => {
  it('does not disturb the server when uploads break off', async () => {
    const lines: string[] = []
    const server = await runningServer({ log: (line) => lines.push(line) })
    const printed = vi.spyOn(console, 'error')

    for (let round = 0; round < 10; round += 1) {
      const socket = connect(server.port, '127.0.0.1')
      await once(socket, 'connect')
      socket.write(
        'POST /batch/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5000\r\n\r\n{"api_key":"phc_test"',
      )
      socket.resetAndDestroy()
      await once(socket, 'close')
    }

    expect((await post(server, '/batch/', batchOf('next'))).status).toBe(200)
    expect(namesOf(server)).toEqual(['next'])
    expect([lines, printed.mock.calls]).toEqual([[], []])
  })

  it('keeps property names that mean something to JavaScript as they came', async () => {
    const server = await runningServer()
    const properties = '{"__proto__":{"polluted":true},"constructor":{"prototype":1},"toString":"x"}'

    await post(
      server,
      '/batch/',
      `{"api_key":"phc_test","batch":[{"event":"a","distinct_id":"ada","properties":${properties}}]}`,
    )

    expect(JSON.stringify(server.events()[0]?.properties)).toBe(properties)
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined()
  })
})

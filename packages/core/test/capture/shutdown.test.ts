import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'
import type { FetchResponse, HedgerowClient } from '../../src/index.ts'
import {
  alertsOf,
  answerInTurn,
  captureThrough,
  createHeldFetch,
  inTime,
  namesOf,
  poorResponse,
  startCapture,
} from './capture-setup.ts'

const run = promisify(execFile)

function captureAll(client: HedgerowClient, ...names: string[]): void {
  for (const event of names) client.capture({ event, distinctId: 'user_1' })
}

describe('shutdown', () => {
  it('sends everything, reports it, and leaves no timer', async () => {
    const { client, server, runtime } = await startCapture({ maxBatchSize: 2 })

    captureAll(client, 'a', 'b', 'c', 'd', 'e')
    const report = await client.shutdown()

    expect(report).toEqual({ sent: 5, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(runtime.timers).toBe(0)
    expect(server.events()).toHaveLength(5)
  })

  it('of an idle client resolves at once', async () => {
    const { client, server, runtime } = await startCapture()

    const report = await client.shutdown()

    expect(report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(runtime.timers).toBe(0)
    expect(server.requests).toEqual([])
  })

  it('sends what is captured while it runs', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxConcurrentRequests: 1 })
    captureAll(client, 'a')
    const ended = client.shutdown()
    await runtime.settle()

    captureAll(client, 'b')
    held[0]?.answer(200)
    await runtime.settle()
    held[0]?.answer(200)

    expect(await ended).toMatchObject({ sent: 2, pending: 0 })
    expect(runtime.timers).toBe(0)
  })

  it('leaves no timer behind when the body of an answer never ends', async () => {
    const { client, server, runtime } = await startCapture()
    server.always('/batch/', 'hang-body')

    captureAll(client, 'a')
    const report = await client.shutdown()

    expect(report).toMatchObject({ sent: 1, pending: 0 })
    expect(runtime.timers).toBe(0)
  })

  it('gives up at its deadline, keeps what is not sent, and says so', async () => {
    const { client, server, runtime } = await startCapture()
    server.always('/batch/', 'hang')
    const start = runtime.now()

    captureAll(client, 'a', 'b')
    const report = await inTime(runtime, client.shutdown(2000))

    expect(runtime.now() - start).toBe(2000)
    expect(report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 2, timedOut: true })
    expect(client.stats()).toMatchObject({ accepted: 2, sent: 0, dropped: {}, pending: 2 })
    expect(runtime.timers).toBe(0)
    expect(alertsOf(runtime)).toContain(
      'warn [hedgerow] shutdown: 2 events could not be sent before the client was shut down',
    )
  })

  it('keeps the events of a batch that waits for its next attempt at the deadline', async () => {
    const setup = await startCapture()
    const arrivals = answerInTurn(setup, { status: 503, headers: { 'retry-after': '30' } }, { status: 200 })

    captureAll(setup.client, 'a')
    const report = await inTime(setup.runtime, setup.client.shutdown(2000))
    const stats = setup.client.stats()
    await setup.client.flush()

    expect(report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 1, timedOut: true })
    expect(stats).toMatchObject({ dropped: {}, pending: 1, calls: { batch: 1 } })
    expect(arrivals).toHaveLength(2)
    expect(setup.client.stats()).toMatchObject({ sent: 1, pending: 0, calls: { batch: 2 } })
  })

  it('holds its deadline against a fetch that ignores the signal, and what that does later changes nothing', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch)

    captureAll(client, 'a')
    const report = await inTime(runtime, client.shutdown(500))
    held[0]?.answer(200)
    await runtime.settle()

    expect(report).toMatchObject({ sent: 0, pending: 1, timedOut: true })
    expect(client.stats()).toMatchObject({ sent: 0, pending: 1, calls: { batch: 1 } })
    expect(runtime.timers).toBe(0)
  })

  it('has no timer for the body of an answer that came too late', async () => {
    let answer: (response: FetchResponse) => void = () => undefined
    const { client, runtime } = captureThrough(() => new Promise((resolve) => (answer = resolve)))

    captureAll(client, 'a')
    await inTime(runtime, client.shutdown(500))
    answer({ ...poorResponse(200), body: new ReadableStream() })
    await runtime.settle()

    expect(runtime.timers).toBe(0)
  })

  it('does not try for ever when nothing gets through', async () => {
    const { client, server, runtime } = await startCapture({ fetchRetryCount: 1 })
    await server.stop()
    const start = runtime.now()

    captureAll(client, 'a')
    const report = await inTime(runtime, client.shutdown())

    expect(report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 1, timedOut: false })
    expect(runtime.now() - start).toBeLessThan(10_000)
    expect(runtime.timers).toBe(0)
  })

  it('never rejects, also when PostHog refuses everything', async () => {
    const { client, server, runtime } = await startCapture({ maxBatchSize: 1 })
    server.always('/batch/', { status: 401 })

    captureAll(client, 'a', 'b')
    const report = await inTime(runtime, client.shutdown())

    expect(report).toEqual({ sent: 0, dropped: 2, spooled: 0, pending: 0, timedOut: false })
  })

  it('waits for as long as it takes when given no bound', async () => {
    const setup = await startCapture()
    const arrivals = answerInTurn(setup, { status: 503 }, { status: 503 }, { status: 200 })

    captureAll(setup.client, 'a')
    const report = await inTime(setup.runtime, setup.client.shutdown(Infinity))

    expect(arrivals).toHaveLength(3)
    expect(report).toMatchObject({ sent: 1, timedOut: false })
  })

  it('asks a platform for no longer timer than there is', async () => {
    const delays: number[] = []
    const { client } = captureThrough(async () => poorResponse(200), {
      runtime: {
        setTimeout: (_callback, delayMs) => delays.push(delayMs),
        clearTimeout: () => undefined,
      },
    })

    captureAll(client, 'a')
    await client.shutdown(Infinity)

    expect(Math.max(...delays)).toBe(2_147_483_647)
  })

  it('called twice at once is one shutdown, and one warning', async () => {
    const { client, server, runtime } = await startCapture()

    captureAll(client, 'a')
    const first = client.shutdown()
    const second = client.shutdown()

    expect(second).toBe(first)
    expect(await first).toMatchObject({ sent: 1 })
    expect(server.batches()).toHaveLength(1)
    expect(alertsOf(runtime)).toEqual([
      'warn [hedgerow] shutdown-twice: shutdown() was called while it was running; both calls end together',
    ])
  })

  it('called again later ends at once, and a capture in between is still accepted and sent', async () => {
    const { client, server, runtime } = await startCapture()
    captureAll(client, 'a')
    await client.shutdown()

    captureAll(client, 'late')
    const pending = client.stats().pending
    const second = await client.shutdown()
    const third = await client.shutdown()

    expect(pending).toBe(1)
    expect(second).toMatchObject({ sent: 1, pending: 0 })
    expect(third).toMatchObject({ sent: 0, pending: 0 })
    expect(namesOf(server.batches())).toEqual([['a'], ['late']])
    expect(runtime.timers).toBe(0)
    expect(alertsOf(runtime)).toEqual([])
  })
})

describe('a process', () => {
  const entry = fileURLToPath(new URL('../../src/index.ts', import.meta.url))

  /** Runs a program with a client in a process of its own; killed after ten seconds. */
  async function runProgram(statements: string): Promise<string> {
    const program = `
      import { HedgerowClient } from ${JSON.stringify(entry)}
      const client = new HedgerowClient('phc_process', { host: 'http://127.0.0.1:9', flushInterval: 3_600_000 })
      ${statements}`
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', program], {
      timeout: 10_000,
    })
    return stdout.trim()
  }

  it('that only holds an idle client ends by itself', async () => {
    expect(await runProgram('console.log(client.stats().pending)')).toBe('0')
  })

  it('that has an event in the queue ends by itself', async () => {
    const output = await runProgram(`
      client.capture({ event: 'a', distinctId: 'user_1' })
      console.log(client.stats().pending)`)

    expect(output).toBe('1')
  })
})

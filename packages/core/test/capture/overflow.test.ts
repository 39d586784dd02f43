import { describe, expect, it } from 'vitest'
import { DropError } from '../../src/index.ts'
import type { HedgerowClient } from '../../src/index.ts'
import { alertsOf, captureThrough, createHeldFetch, inTime, namesOf, startCapture } from './capture-setup.ts'

function captureAll(client: HedgerowClient, ...names: string[]): void {
  for (const event of names) client.capture({ event, distinctId: 'user_1' })
}

describe('a full queue', () => {
  it('drops the oldest events above maxQueueSize', async () => {
    const { client, server, runtime } = await startCapture({ maxQueueSize: 3 })

    captureAll(client, 'a', 'b', 'c', 'd', 'e')
    const stats = client.stats()
    await inTime(runtime, client.flush())

    expect(stats).toMatchObject({ accepted: 5, sent: 0, dropped: { 'queue-full': 2 }, pending: 3 })
    expect(namesOf(server.batches())).toEqual([['c', 'd', 'e']])
    expect(client.stats()).toMatchObject({ sent: 3, pending: 0, pendingBytes: 0 })
  })

  it('drops the oldest events above maxQueueBytes, as many as a large one takes', async () => {
    const { client, server, runtime } = await startCapture({ maxQueueBytes: 3000 })

    captureAll(client, 'a', 'b', 'c')
    client.capture({ event: 'large', distinctId: 'u', properties: { padding: 'x'.repeat(1800) } })
    const stats = client.stats()
    await inTime(runtime, client.flush())

    expect(stats.pendingBytes).toBeLessThanOrEqual(3000)
    expect(stats.accepted).toBe(4)
    expect(stats.dropped['queue-full']).toBeGreaterThanOrEqual(1)
    expect(stats.pending).toBe(4 - (stats.dropped['queue-full'] ?? 0))
    expect(namesOf(server.batches())[0]).toEqual(
      ['a', 'b', 'c', 'large'].slice(stats.dropped['queue-full'] ?? 0),
    )
  })

  it('never drops events that are being sent', async () => {
    const { fetch, held } = createHeldFetch()
    const { client, runtime } = captureThrough(fetch, { maxQueueSize: 3, maxConcurrentRequests: 1 })
    captureAll(client, 'a', 'b')
    const flushed = client.flush()
    await runtime.settle()

    captureAll(client, 'c', 'd', 'e')
    const during = client.stats()
    held[0]?.answer(200)
    await flushed
    await runtime.settle()

    expect(during).toMatchObject({ dropped: { 'queue-full': 2 }, pending: 3 })
    expect(client.stats()).toMatchObject({ sent: 2 })
    expect(held.map(({ events }) => events)).toEqual([['e']])
  })

  it('drops what was being sent once it is back in the queue after a network failure', async () => {
    const { client, server, runtime } = await startCapture({ maxQueueSize: 3, fetchRetryCount: 0 })
    server.answer('/batch/', 'hang')
    captureAll(client, 'a', 'b', 'c')
    const flushed = client.flush()
    await runtime.settle()

    captureAll(client, 'no room beside those three')
    await expect(inTime(runtime, flushed)).rejects.toMatchObject({ status: -1 })
    captureAll(client, 'd')
    await inTime(runtime, client.flush())

    expect(namesOf(server.batches())).toEqual([
      ['a', 'b', 'c'],
      ['b', 'c', 'd'],
    ])
    expect(client.stats()).toMatchObject({ accepted: 5, sent: 3, dropped: { 'queue-full': 2 }, pending: 0 })
  })
})

describe('what is told of it', () => {
  it('is one call of onError and one error event for all that a turn dropped', async () => {
    const { client, runtime, errors } = await startCapture({ maxQueueSize: 2 })
    const heard: unknown[] = []
    client.on('error', (error) => heard.push(error))

    captureAll(client, 'a', 'b', 'c', 'd', 'e')
    const duringTheTurn = errors.length
    await runtime.settle()
    captureAll(client, 'f')
    await runtime.settle()

    expect(duringTheTurn).toBe(0)
    expect(errors.map(({ status }) => status)).toEqual([-1, -1])
    expect(errors[0]?.error).toBeInstanceOf(DropError)
    expect(errors[0]?.error).toMatchObject({ code: 'queue-full', reason: 'queue-full', dropped: 3 })
    expect(errors[1]?.error).toMatchObject({ reason: 'queue-full', dropped: 1 })
    expect(heard).toEqual(errors.map(({ error }) => error))
  })

  it('is one warning, and another a minute later that tells how many more', async () => {
    const { client, runtime } = await startCapture({ maxQueueSize: 1, flushInterval: 0 })

    captureAll(client, 'a', 'b')
    await runtime.settle()
    captureAll(client, 'c', 'd')
    await runtime.advance(59_999)
    const early = alertsOf(runtime)
    await runtime.advance(1)
    captureAll(client, 'e')
    await runtime.settle()

    const line =
      'warn [hedgerow] queue-full: 1 event was dropped, the oldest first, because the queue is full (maxQueueSize 1 events, maxQueueBytes 67108864)'
    expect(early).toEqual([line])
    expect(alertsOf(runtime)).toEqual([line, `${line}; 2 more since the last such line`])
  })
})

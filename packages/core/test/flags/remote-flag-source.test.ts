import { describe, expect, it } from 'vitest'
import { RemoteFlagSource } from '../../src/flags/remote/remote-flag-source.ts'
import { startFlagsApi, subjectOf } from './flags-api-setup.ts'

const on = { status: 200, body: { flags: { hero: { key: 'hero', enabled: true } } } }

async function startSource(limits: { cacheSize?: number } = {}) {
  const setup = await startFlagsApi()
  const source = new RemoteFlagSource({
    ...setup,
    onPause: () => {},
    deadlineMs: 250,
    cacheSize: 100,
    cacheTtlMs: 30_000,
    ...limits,
  })
  return {
    ...setup,
    source,
    /** A wait for an answer that does not come within it. */
    async waitInVain(distinctId: string, deadlineMs: number): Promise<void> {
      const asked = setup.server.flagCalls().length
      const results = source.load(subjectOf({ distinctId }), deadlineMs)
      await setup.server.waitFor(() => setup.server.flagCalls().length > asked)
      await setup.runtime.advance(deadlineMs)
      expect(await results).toBeUndefined()
    },
    /** Whether PostHog would be asked about somebody new. */
    async asks(distinctId: string): Promise<boolean> {
      const before = setup.calls.count
      await source.load(subjectOf({ distinctId }), 250)
      return setup.calls.count > before
    },
  }
}

describe('a service that is slower than the deadline', () => {
  it('is asked no more after five waits of full length', async () => {
    const { server, waitInVain, asks, runtime } = await startSource()
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      server.answer('/flags/', 'hang')
      await waitInVain(id, 250)
    }

    expect(await asks('f')).toBe(false)
    expect(runtime.lines.map(({ line }) => line)).toEqual([expect.stringContaining('flags-unavailable')])
  })

  it('is not to blame where something else had used up the time', async () => {
    const { server, waitInVain, asks, runtime } = await startSource()
    for (const id of ['a', 'b', 'c', 'd', 'e', 'f']) {
      server.answer('/flags/', 'hang')
      await waitInVain(id, 249)
    }

    expect(await asks('g')).toBe(true)
    expect(runtime.lines).toEqual([])
  })

  it('is to blame when one of those that wait together waited long enough', async () => {
    const { server, runtime, source, asks } = await startSource()
    for (const distinctId of ['a', 'b', 'c', 'd', 'e']) {
      server.answer('/flags/', 'hang')
      const waits = [100, 250, 250].map((deadlineMs) => source.load(subjectOf({ distinctId }), deadlineMs))
      await server.waitFor(() => server.flagCalls().some(({ body }) => isAbout(body, distinctId)))
      await runtime.advance(250)
      expect(await Promise.all(waits)).toEqual([undefined, undefined, undefined])
    }

    expect(server.flagCalls()).toHaveLength(5)
    expect(await asks('f')).toBe(false)
  })

  it('is to blame for what it does not answer in three seconds, however short the wait was', async () => {
    const { server, runtime, source, asks } = await startSource()
    server.always('/flags/', 'hang')
    const waits = ['a', 'b', 'c', 'd', 'e'].map((distinctId) => source.load(subjectOf({ distinctId }), 1))
    await server.waitFor(() => server.flagCalls().length === 5)
    await runtime.advance(3000)
    await Promise.all(waits)

    expect(await asks('f')).toBe(false)
  })
})

describe('a subject whose properties are no JSON', () => {
  const ring: Record<string, unknown> = { id: 1n }
  ring['self'] = ring

  it('gets its flags, and from memory the next time', async () => {
    const { server, source, calls } = await startSource()
    server.always('/flags/', on)
    const subject = subjectOf({ personProperties: ring })

    const results = await source.load(subject, 250)

    expect(results?.get('hero')?.value).toBe(true)
    expect(source.peek(subject)).toBe(results)
    expect(source.peek(subjectOf())).toBeUndefined()
    expect(calls.count).toBe(1)
  })

  it('has none when they are too large, which says nothing about PostHog', async () => {
    const { source, asks, calls } = await startSource()
    const subject = subjectOf({ personProperties: { notes: 'x'.repeat(2 * 1024 * 1024) } })

    for (let load = 0; load < 6; load++) expect(await source.load(subject, 250)).toBeUndefined()

    expect(source.peek(subject)).toBeUndefined()
    expect(calls.count).toBe(0)
    expect(await asks('a')).toBe(true)
  })
})

it('never asks PostHog to place the visitor by the address of the server, nor twice', async () => {
  const { server, runtime, source } = await startSource()
  server.always('/flags/', { status: 502 })

  const results = source.load(subjectOf(), 250)
  await runtime.advance(3000)

  expect(await results).toBeUndefined()
  expect(server.flagCalls().map(({ body }) => body)).toEqual([
    expect.objectContaining({ geoip_disable: true, distinct_id: 'user_1' }),
  ])
})

function isAbout(body: unknown, distinctId: string): boolean {
  return (body as { distinct_id?: string }).distinct_id === distinctId
}

import { describe, expect, it } from 'vitest'
import { startFlagsApi } from './flags-api-setup.ts'

const on = { status: 200, body: { flags: { hero: { key: 'hero', enabled: true } } } }

describe('a request that may go better the next time', () => {
  it.each([
    ['status 502 (retries_flags_on_502)', { status: 502 }],
    ['status 504 (retries_flags_on_504)', { status: 504 }],
    ['a connection that breaks', 'disconnect' as const],
    ['an answer that breaks off', 'disconnect-after-headers' as const],
  ])('is made again after 300 ms: %s', async (_name, first) => {
    const { server, runtime, calls, ask } = await startFlagsApi()
    server.answer('/flags/', first, on)

    const answer = ask({ retries: 1 })
    await runtime.advance(299)
    expect(server.flagCalls()).toHaveLength(1)
    await runtime.advance(1)

    const { flags, failure } = await answer
    expect([flags.get('hero')?.value, failure]).toEqual([true, undefined])
    await runtime.settle() // unread bodies end behind the answer
    expect([server.flagCalls().length, calls.count, runtime.timers]).toEqual([2, 2, 0])
  })

  it.each(['hang', 'hang-body'] as const)('has the time of its timeout again: %s', async (stall) => {
    const { server, runtime, ask } = await startFlagsApi()
    server.answer('/flags/', stall, stall)

    const answer = ask({ retries: 1, timeoutMs: 2000 })
    await server.waitFor(() => server.flagCalls().length === 1)
    await runtime.advance(2000)
    expect(runtime.nextTimerDelayMs).toBe(300)
    await runtime.advance(300)
    await server.waitFor(() => server.flagCalls().length === 2)
    expect(runtime.nextTimerDelayMs).toBe(2000)
    await runtime.advance(2000)

    expect((await answer).failure?.code).toBe('timeout')
    expect(runtime.timers).toBe(0)
  })

  it.each([
    [0, 1],
    [1, 2],
    [3, 4],
  ])('with %i retries is made %i times, and says how the last one ended', async (retries, requests) => {
    const { server, runtime, calls, ask } = await startFlagsApi()
    server.always('/flags/', (_request, index) => ({ status: index === requests - 1 ? 504 : 502 }))

    const answer = ask({ retries })
    await runtime.advance(1000)

    const failure = { code: 'api_error_504', status: 504, attempts: requests, cause: undefined }
    expect((await answer).failure).toEqual(failure)
    expect([server.flagCalls().length, calls.count]).toEqual([requests, requests])
  })

  it('asks the same again', async () => {
    const { server, runtime, ask } = await startFlagsApi()
    server.answer('/flags/', { status: 502 })
    const personProperties = { plan: 'free' }

    const answer = ask({ retries: 1, personProperties })
    personProperties.plan = 'changed meanwhile'
    await runtime.advance(300)
    await answer

    const asked = server.flagCalls().map(({ rawBody }) => rawBody.toString())
    expect(asked[1]).toBe(asked[0])
    expect(asked[0]).toContain('"plan":"free"')
  })
})

describe('a request that would go no better the next time is made once', () => {
  it.each([400, 401, 402, 408, 429, 500, 501, 503])('status %i', async (status) => {
    const { server, runtime, ask } = await startFlagsApi()
    server.always('/flags/', { status })

    const { failure } = await ask({ retries: 3 })

    expect(failure?.code).toBe(`api_error_${status}`)
    await runtime.settle() // the unread body ends behind the answer
    expect([server.flagCalls().length, runtime.timers]).toEqual([1, 0])
  })

  it('an answer without flags', async () => {
    const { server, ask } = await startFlagsApi()
    server.always('/flags/', { status: 200, body: {} })

    expect((await ask({ retries: 3 })).failure?.code).toBe('unknown_error')
    expect(server.flagCalls()).toHaveLength(1)
  })

  it('a server that is not there', async () => {
    const { server, runtime, calls, ask } = await startFlagsApi()
    await server.stop()

    const { failure } = await ask({ retries: 3 })

    expect(failure).toMatchObject({ code: 'connection_error', status: -1 })
    expect([calls.count, runtime.timers]).toEqual([1, 0])
  })

  const refused = Object.assign(new Error('connect'), { code: 'ECONNREFUSED' })
  const reset = Object.assign(new Error('read'), { code: 'ECONNRESET' })
  const ring = new Error('outer', { cause: new Error('inner') })
  Object.assign(ring.cause as Error, { cause: ring })

  it.each([
    ['refused outright', refused, 1],
    ['refused deep within', new Error('fetch failed', { cause: new Error('tcp', { cause: refused }) }), 1],
    ['reset', new Error('fetch failed', { cause: reset }), 2],
    ['with causes in a ring', ring, 2],
    ['without an error', 'ECONNREFUSED', 2],
  ])('unless its connection failed otherwise: %s', async (_name, thrown, requests) => {
    const { runtime, calls, ask } = await startFlagsApi({}, { fetch: () => Promise.reject(thrown) })

    const answer = ask({ retries: 1 })
    await runtime.advance(300)

    expect((await answer).failure?.cause).toBe(thrown)
    expect(calls.count).toBe(requests)
  })
})

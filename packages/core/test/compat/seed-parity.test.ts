import { describe, expect, it, vi } from 'vitest'
import { HedgerowClient } from '../../src/index.ts'
import type { ClientOptions, FetchInit, Listener } from '../../src/index.ts'
import { createClient, libraryProperties, mockFetch, sentBy } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

// One test for each row of the table in docs/from-other-clients.md, named by the call of the Ruby library of 2022.
describe('what the Ruby library of 2022 does, Hedgerow does by', () => {
  it('PostHog::Client.new({api_key:, host:, on_error:})', async () => {
    const fetch = mockFetch()
    vi.stubGlobal('fetch', fetch)
    const onError = vi.fn<NonNullable<ClientOptions['onError']>>()

    const client = new HedgerowClient('phc_project', { host: 'http://example.com', onError })
    const elsewhere = new HedgerowClient('phc_project')
    for (const each of [client, elsewhere]) each.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()
    await elsewhere.shutdown()

    expect(fetch.mock.calls.map(([url]) => url)).toEqual([
      'http://example.com/batch/',
      'https://us.i.posthog.com/batch/',
    ])
    expect(onError).not.toHaveBeenCalled()
    expect(() => new HedgerowClient('phc_project', { host: 'example.com' })).toThrow('with its scheme')
  })

  it('on_error: Proc {|status, msg|}', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const calls: [number, string][] = []
    const onError = (status: number, message: string) => calls.push([status, message])
    const refused = createClient({ onError }, mockFetch(401)).client
    const offline = createClient({
      onError,
      fetchRetryCount: 0,
      fetch: () => Promise.reject(new TypeError('fetch failed')),
    }).client
    const tooLarge = createClient({ onError, maxEventBytes: 200 }).client
    const properties = { note: 'x'.repeat(200) }
    const heard = vi.fn<Listener>()
    refused.on('error', heard)

    for (const client of [refused, offline, tooLarge]) {
      client.capture({ distinctId: 'user_1', event: 'order placed', properties })
      await client.shutdown()
    }

    expect(calls.map(([status]) => status)).toEqual([401, -1, -1])
    expect(calls.every(([, message]) => message.length > 0)).toBe(true)
    expect(heard).toHaveBeenCalledTimes(1)
  })

  it('personal_api_key:', async () => {
    const { client, fetch } = createClient({ personalApiKey: 'phx_sentinel' })
    const { client: other } = createClient({ secretKey: 'phs_sentinel' }, fetch)

    for (const each of [client, other]) {
      each.capture({ distinctId: 'user_1', event: 'order placed' })
      await each.shutdown()
    }

    expect(fetch).toHaveBeenCalledTimes(2)
    expect(JSON.stringify(fetch.mock.calls)).not.toContain('sentinel')
  })

  it('max_queue_size', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { client, fetch } = createClient({ maxQueueSize: 2, flushAt: 100, onError: () => undefined })

    for (const event of ['oldest', 'older', 'newest']) client.capture({ distinctId: 'user_1', event })
    await client.shutdown()

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['older', 'newest'])
    expect(client.stats().dropped).toEqual({ 'queue-full': 1 })
  })

  it('test_mode', async () => {
    const { client, fetch } = createClient({ disabled: true })
    const requests: FetchInit[] = []
    const { client: injected } = createClient({
      fetch: async (_url, init) => {
        requests.push(init)
        return { status: 200, text: async () => 'ok', json: async () => ({ status: 1 }) }
      },
    })

    for (const each of [client, injected]) {
      each.capture({ distinctId: 'user_1', event: 'order placed' })
      await each.shutdown()
    }

    expect(fetch).not.toHaveBeenCalled()
    expect(requests).toHaveLength(1)
  })

  it('logger.level = Logger::DEBUG', () => {
    const lines: string[] = []
    const log = (level: string) => lines.push(level)
    const refuseAll = { before_send: () => null, runtime: { log } }
    const [quiet, told, set] = [
      createClient(refuseAll).client,
      createClient(refuseAll).client,
      createClient({ ...refuseAll, logLevel: 'debug' }).client,
    ]
    told.debug()

    for (const client of [quiet, told, set]) client.capture({ distinctId: 'user_1', event: 'order placed' })

    expect(lines).toEqual(['debug', 'debug'])
  })

  it('capture({distinct_id:, event:, properties:, timestamp:, groups:})', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2024-06-15T12:30:45.123Z') })
    const { client, fetch } = createClient()

    client.capture({
      distinctId: 'user_1',
      event: 'order placed',
      properties: { total: 42 },
      timestamp: new Date('2022-01-02T03:04:05Z'),
      groups: { company: 'acme' },
    })
    client.capture({ distinctId: 'user_1', event: 'order shipped' })
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        distinct_id: 'user_1',
        event: 'order placed',
        timestamp: '2022-01-02T03:04:05.000Z',
        properties: { total: 42, $groups: { company: 'acme' }, ...libraryProperties },
      },
      { event: 'order shipped', timestamp: '2024-06-15T12:30:45.123Z' },
    ])
  })

  it('properties: {$set: {…}}, {$set_once: {…}}', async () => {
    const { client, fetch } = createClient()

    client.capture({
      distinctId: 'user_1',
      event: 'order placed',
      properties: { $set: { plan: 'pro' }, $set_once: { source: 'ad' } },
    })
    await client.flush()

    expect(sentBy(fetch)[0]?.properties).toEqual({
      $set: { plan: 'pro' },
      $set_once: { source: 'ad' },
      ...libraryProperties,
    })
  })

  it('identify({distinct_id:, properties:})', async () => {
    const { client, fetch } = createClient()

    client.identify({ distinctId: 'user_1', properties: { plan: 'pro' } })
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        event: '$identify',
        distinct_id: 'user_1',
        properties: { $set: { plan: 'pro' }, $set_once: {}, ...libraryProperties },
      },
    ])
  })

  it('alias({distinct_id:, alias:})', async () => {
    const { client, fetch } = createClient()

    client.alias({ distinctId: 'user_1', alias: 'anon_1' })
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        event: '$create_alias',
        distinct_id: 'user_1',
        properties: { distinct_id: 'user_1', alias: 'anon_1', ...libraryProperties },
      },
    ])
  })

  it('capture of $pageview with $current_url', async () => {
    const { client, fetch } = createClient()

    client.capture({
      distinctId: 'user_1',
      event: '$pageview',
      properties: { $current_url: 'https://shop.example.com/hats' },
    })
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      { event: '$pageview', properties: { $current_url: 'https://shop.example.com/hats' } },
    ])
  })

  it('group_identify({group_type:, group_key:, properties:})', async () => {
    const { client, fetch } = createClient()

    client.groupIdentify({ groupType: 'company', groupKey: 'acme', properties: { seats: 3 } })
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        event: '$groupidentify',
        distinct_id: '$company_acme',
        properties: { $group_type: 'company', $group_key: 'acme', $group_set: { seats: 3 } },
      },
    ])
  })

  it('queue, batch, background flush; flush, shutdown', async () => {
    vi.useFakeTimers()
    const { client, fetch } = createClient({ flushAt: 2 })
    const capture = (event: string) => client.capture({ distinctId: 'user_1', event })

    capture('first')
    const queued = fetch.mock.calls.length
    capture('second')
    await vi.advanceTimersByTimeAsync(0)
    const full = fetch.mock.calls.length
    capture('third')
    await vi.advanceTimersByTimeAsync(5000)
    const later = fetch.mock.calls.length
    capture('fourth')
    await client.flush()
    capture('fifth')
    await client.shutdown()

    expect([queued, full, later]).toEqual([0, 1, 2])
    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['first', 'second', 'third', 'fourth', 'fifth'])
    expect(vi.getTimerCount()).toBe(0)
  })
})

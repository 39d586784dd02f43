import { describe, expect, it, vi } from 'vitest'
import { HedgerowClient } from '../../src/index.ts'
import type { ClientOptions, FetchInit, Listener } from '../../src/index.ts'
import { createClient, type FetchMock, libraryProperties, mockFetch, sentBy } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

const flagsUrl = 'http://example.com/flags/?v=2'
const definitionsUrl = 'http://example.com/flags/definitions?token=T&send_cohorts'
const flagKeys = ['new-checkout', 'old', 'hero', 'unknown']

/** What PostHog evaluates, for everybody. */
const evaluated = {
  flags: {
    'new-checkout': { key: 'new-checkout', enabled: true },
    old: { key: 'old', enabled: false },
    hero: { key: 'hero', enabled: true, variant: 'blue' },
  },
}

/** What can be evaluated here. */
const defined = {
  flags: [
    { key: 'new-checkout', active: true, filters: { groups: [{}] } },
    { key: 'for-pro', active: true, filters: { groups: [{ properties: [{ key: 'plan', value: 'pro' }] }] } },
    {
      key: 'for-gold',
      active: true,
      filters: {
        aggregation_group_type_index: 0,
        groups: [{ properties: [{ key: 'tier', value: 'gold' }] }],
      },
    },
  ],
  group_type_mapping: { 0: 'company' },
}

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
    const { client, fetch } = createClient({ personalApiKey: 'phx_sentinel' }, posthog())
    const { client: renamed } = createClient({ secretKey: 'phs_sentinel' }, fetch)
    const { client: without } = createClient({}, fetch)
    const values: unknown[] = []

    for (const each of [client, renamed, without]) {
      each.capture({ distinctId: 'user_1', event: 'order placed' })
      values.push(await each.getFeatureFlag('new-checkout', 'user_1', { onlyEvaluateLocally: true }))
      await each.shutdown()
    }

    const withKey = fetch.mock.calls.filter((call) => JSON.stringify(call).includes('sentinel'))
    expect(values).toEqual([true, true, undefined])
    expect(withKey.map(([url, { headers }]) => [url, headers['Authorization']])).toEqual([
      [definitionsUrl, 'Bearer phx_sentinel'],
      [definitionsUrl, 'Bearer phs_sentinel'],
    ])
  })

  it('feature_flags_polling_interval', async () => {
    vi.useFakeTimers()
    const intervals = [5000, undefined, null]
    const clients = intervals.map((featureFlagsPollingInterval) =>
      createClient({ secretKey: 'phs_secret', featureFlagsPollingInterval }, posthog()),
    )
    const loads = () => clients.map(({ fetch }) => requestsTo(definitionsUrl, fetch).length)

    const atStart = loads()
    await vi.advanceTimersByTimeAsync(29_999)
    const before = loads()
    await vi.advanceTimersByTimeAsync(1)
    const after = loads()
    for (const { client } of clients) await client.shutdown()

    expect({ atStart, before, after }).toEqual({ atStart: [1, 1, 1], before: [6, 1, 1], after: [7, 2, 1] })
    expect(vi.getTimerCount()).toBe(0)
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

  it('is_feature_enabled(key, id)', async () => {
    const { client } = createClient({}, posthog())
    const { client: failing } = createClient({}, mockFetch(500))

    const enabled = await Promise.all(flagKeys.map((key) => client.isFeatureEnabled(key, 'user_1')))
    const failed = await failing.isFeatureEnabled('new-checkout', 'user_1')

    expect([...enabled, failed]).toEqual([true, false, true, undefined, undefined])
  })

  it('get_feature_flag(key, id)', async () => {
    const { client } = createClient({}, posthog())
    const { client: failing } = createClient({}, mockFetch(500))

    const values = await Promise.all(flagKeys.map((key) => client.getFeatureFlag(key, 'user_1')))
    const failed = await failing.getFeatureFlag('new-checkout', 'user_1')

    expect([...values, failed]).toEqual([true, false, 'blue', undefined, undefined])
  })

  it('person_properties:, groups:, group_properties:', async () => {
    const { client: remote, fetch } = createClient({}, posthog())
    const { client: local, fetch: unasked } = createClient({ secretKey: 'phs_secret' }, posthog())
    const subject = {
      personProperties: { plan: 'pro' },
      groups: { company: 'acme' },
      groupProperties: { company: { tier: 'gold' } },
    }

    await remote.getFeatureFlag('new-checkout', 'user_1', subject)
    await remote.getFeatureFlag('new-checkout', 'user_1')
    const values = [
      await local.getFeatureFlag('for-pro', 'user_1', subject),
      await local.getFeatureFlag('for-gold', 'user_1', subject),
      await local.getFeatureFlag('for-gold', 'user_1'),
    ]
    await local.shutdown()

    const asked = requestsTo(flagsUrl, fetch).map(({ body }): unknown => JSON.parse(String(body)))
    expect(asked).toMatchObject([
      { person_properties: { plan: 'pro' }, groups: { company: 'acme' } },
      expect.objectContaining({ person_properties: {}, groups: {}, group_properties: {} }),
    ])
    expect(asked[0]).toHaveProperty('group_properties.company', { $group_key: 'acme', tier: 'gold' })
    expect(values).toEqual([true, true, false])
    expect(requestsTo(flagsUrl, unasked)).toEqual([])
  })

  it('get_all_flags(id, …)', async () => {
    const { client, fetch } = createClient({}, posthog())
    const { client: failing } = createClient({}, mockFetch(500))

    const all = await client.getAllFlags('user_1')
    const none = await failing.getAllFlags('user_1')
    await client.shutdown()

    expect(all).toEqual({ 'new-checkout': true, old: false, hero: 'blue' })
    expect(none).toEqual({})
    expect(fetch.mock.calls.map(([url]) => url)).toEqual([flagsUrl])
  })

  it('only_evaluate_locally: true', async () => {
    const { client, fetch } = createClient({ secretKey: 'phs_secret' }, posthog())
    const options = { onlyEvaluateLocally: true }

    const here = await Promise.all(
      ['new-checkout', 'for-pro', 'hero'].map((key) => client.getFeatureFlag(key, 'user_1', options)),
    )
    const asked = requestsTo(flagsUrl, fetch).length
    const anywhere = await client.getFeatureFlag('hero', 'user_1')
    await client.shutdown()

    expect(here).toEqual([true, undefined, undefined])
    expect([asked, anywhere]).toEqual([0, 'blue'])
  })

  it('reload_feature_flags', async () => {
    let active = false
    const fetch = posthog(() => ({ flags: [{ key: 'new-checkout', active, filters: { groups: [{}] } }] }))
    const { client } = createClient({ secretKey: 'phs_secret' }, fetch)
    const read = () => client.getFeatureFlag('new-checkout', 'user_1')

    const values = [await read()]
    active = true
    values.push(await read())
    await client.reloadFeatureFlags()
    values.push(await read())
    await client.shutdown()

    expect(values).toEqual([false, false, true])
  })
})

/** A `fetch` that answers as PostHog does: flags, their definitions, and everything else. */
function posthog(definitions: () => object = () => defined): FetchMock {
  return mockFetch().mockImplementation(async (url) => ({
    status: 200,
    text: async () => 'ok',
    json: async () => (url === flagsUrl ? evaluated : url === definitionsUrl ? definitions() : { status: 1 }),
  }))
}

function requestsTo(wanted: string, fetch: FetchMock): FetchInit[] {
  return fetch.mock.calls.filter(([url]) => url === wanted).map(([, init]) => init)
}

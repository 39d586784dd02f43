import { describe, expect, it, vi } from 'vitest'
import { createClient, libraryProperties, mockFetch, sentBy, uuidv7 } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

/** Name, id and own properties of what was sent. */
function summary(fetch: ReturnType<typeof mockFetch>) {
  return sentBy(fetch).map(({ event, distinct_id, properties }) => {
    const own = Object.entries(properties).filter(([key]) => !Object.hasOwn(libraryProperties, key))
    return [event, distinct_id, Object.fromEntries(own)]
  })
}

describe('the calls of posthog-node', () => {
  it('send their events', async () => {
    const { client, fetch } = createClient()

    client.capture({ distinctId: 'user_1', event: 'order placed', properties: { total: 42 } })
    client.identify({ distinctId: 'user_1', properties: { plan: 'pro' } })
    client.identify({
      distinctId: 'user_1',
      properties: { $set: { plan: 'pro' }, $set_once: { source: 'ad' } },
    })
    client.alias({ distinctId: 'user_1', alias: 'anon_1' })
    client.groupIdentify({ groupType: 'company', groupKey: 'acme', properties: { seats: 3 } })
    client.groupIdentify({ groupType: 'company', groupKey: 'acme', distinctId: 'user_1' })
    await client.flush()

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(summary(fetch)).toEqual([
      ['order placed', 'user_1', { total: 42 }],
      ['$identify', 'user_1', { $set: { plan: 'pro' }, $set_once: {} }],
      ['$identify', 'user_1', { $set: { plan: 'pro' }, $set_once: { source: 'ad' } }],
      ['$create_alias', 'user_1', { distinct_id: 'user_1', alias: 'anon_1' }],
      [
        '$groupidentify',
        '$company_acme',
        { $group_type: 'company', $group_key: 'acme', $group_set: { seats: 3 } },
      ],
      ['$groupidentify', 'user_1', { $group_type: 'company', $group_key: 'acme', $group_set: {} }],
    ])
  })

  it('set and unset person properties, and send nothing when there are none', async () => {
    const { client, fetch } = createClient()

    client.setPersonProperties({ distinctId: 'user_1', properties: { plan: 'pro' } })
    client.setPersonProperties({ distinctId: 'user_1', propertiesOnce: { source: 'ad' } })
    client.setPersonProperties({ distinctId: 'user_1', properties: {}, propertiesOnce: {} })
    client.unsetPersonProperties({ distinctId: 'user_1', properties: ['plan', ' ', 'source'] })
    client.unsetPersonProperties({ distinctId: 'user_1', properties: 'plan' })
    client.unsetPersonProperties({ distinctId: 'user_1', properties: [] })
    await client.flush()

    expect(summary(fetch)).toEqual([
      ['$set', 'user_1', { $set: { plan: 'pro' } }],
      ['$set', 'user_1', { $set_once: { source: 'ad' } }],
      ['$set', 'user_1', { $unset: ['plan', 'source'] }],
      ['$set', 'user_1', { $unset: ['plan'] }],
    ])
  })

  it('return nothing', () => {
    const { client } = createClient()

    expect(client.capture({ distinctId: 'user_1', event: 'order placed' })).toBeUndefined()
    expect(client.identify({ distinctId: 'user_1' })).toBeUndefined()
    expect(client.alias({ distinctId: 'user_1', alias: 'anon_1' })).toBeUndefined()
    expect(client.groupIdentify({ groupType: 'company', groupKey: 'acme' })).toBeUndefined()
    expect(client.captureException(new Error('out of stock'), 'user_1')).toBeUndefined()
  })

  it('may be given group keys, a uuid, a time and disableGeoip', async () => {
    const { client, fetch } = createClient()

    client.capture({
      distinctId: 'user_1',
      event: 'order placed',
      groups: { company: 'acme', team: 7 },
      uuid: '00000000-0000-4000-8000-00000000000A',
      timestamp: new Date('2024-01-02T03:04:05.006Z'),
      disableGeoip: false,
    })
    await client.flush()

    const { $geoip_disable: _left, ...located } = libraryProperties
    expect(sentBy(fetch)).toEqual([
      {
        distinct_id: 'user_1',
        event: 'order placed',
        properties: { $groups: { company: 'acme', team: 7 }, ...located },
        uuid: '00000000-0000-4000-8000-00000000000a',
        timestamp: '2024-01-02T03:04:05.006Z',
      },
    ])
  })

  it('without an id belong to nobody, each to another nobody', async () => {
    const { client, fetch } = createClient()

    client.capture({ event: 'order placed' })
    client.capture({ event: 'order placed', distinctId: '' })
    await client.flush()

    const ids = sentBy(fetch).map(({ distinct_id }) => distinct_id)
    expect(ids).toEqual([expect.stringMatching(uuidv7), expect.stringMatching(uuidv7)])
    expect(ids[0]).not.toBe(ids[1])
    expect(summary(fetch).map(([, , own]) => own)).toEqual([
      { $process_person_profile: false },
      { $process_person_profile: false },
    ])
  })

  it('carry registered properties until these are unregistered', async () => {
    const { client, fetch } = createClient()

    client.register({ shop: 'north', plan: 'free' })
    client.capture({ distinctId: 'user_1', event: 'order placed', properties: { plan: 'pro' } })
    client.identify({ distinctId: 'user_1' })
    client.unregister('shop')
    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(summary(fetch)).toEqual([
      ['order placed', 'user_1', { shop: 'north', plan: 'pro' }],
      ['$identify', 'user_1', { $set: {}, $set_once: {} }],
      ['order placed', 'user_1', { plan: 'free' }],
    ])
  })
})

describe('an immediate call', () => {
  it.each([
    ['captureImmediate', 'order placed'],
    ['identifyImmediate', '$identify'],
    ['aliasImmediate', '$create_alias'],
    ['groupIdentifyImmediate', '$groupidentify'],
  ] as const)('%s is one request with one event, sent when it resolves', async (name, event) => {
    const { client, fetch } = createClient()
    client.capture({ distinctId: 'user_1', event: 'queued' })

    const returned = await client[name]({
      distinctId: 'user_1',
      event: 'order placed',
      alias: 'anon_1',
      groupType: 'company',
      groupKey: 'acme',
    })

    expect(returned).toBeUndefined()
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(summary(fetch)).toEqual([[event, 'user_1', expect.anything()]])
    await client.shutdown()
    expect(sentBy(fetch).map((sent) => sent.event)).toEqual([event, 'queued'])
  })

  it('never rejects: a failure is an error event', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const heard: number[] = []
    const { client } = createClient({}, mockFetch(400))
    client.on('error', (error: { status: number }) => heard.push(error.status))

    await client.captureImmediate({ distinctId: 'user_1', event: 'order placed' })
    await client.identifyImmediate({ distinctId: 'user_1' })
    await client.captureExceptionImmediate(new Error('out of stock'), 'user_1')

    expect(heard).toEqual([400, 400, 400])
  })

  it('never rejects without a network either', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { client } = createClient({
      fetch: () => Promise.reject(new TypeError('fetch failed')),
      fetchRetryCount: 0,
    })

    await client.captureImmediate({ distinctId: 'user_1', event: 'order placed' })

    expect(client.stats()).toMatchObject({ sent: 0, pending: 1 })
    await client.shutdown(0)
  })
})

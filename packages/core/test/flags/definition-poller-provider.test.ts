import { describe, expect, it } from 'vitest'
import { answer, bodyOf, flagFor, keysIn } from './definition-setup.ts'
import { Shared, withProvider } from './shared-definitions.ts'

describe('without a secret key', () => {
  it('definitions are only ever read from the provider', async () => {
    const shared = new Shared()
    shared.data = bodyOf('shared')
    const { poller, calls, loads, runtime } = withProvider(shared, {
      secretKey: undefined,
      featureFlagsPollingInterval: 1000,
    })
    poller.start()
    await poller.ensureLoaded()
    shared.data = bodyOf('shared', 'newer')
    await runtime.advance(1000)

    expect([keysIn(poller), poller.state]).toEqual([['shared', 'newer'], 'ready'])
    expect([shared.asked, calls, loads]).toEqual([['get', 'get'], [], [1, 2]])
  })

  it('an empty cache leaves nothing loaded, and flag reads look again', async () => {
    const shared = new Shared()
    const { poller, errors } = withProvider(shared, { secretKey: undefined })

    await poller.ensureLoaded()
    expect([poller.state, poller.current]).toEqual(['failed', undefined])
    shared.data = bodyOf('shared')
    await poller.ensureLoaded()

    expect([poller.state, keysIn(poller), errors]).toEqual(['ready', ['shared'], []])
  })

  it('a cache that became empty leaves what is in memory', async () => {
    const shared = new Shared()
    shared.data = bodyOf('shared')
    const { poller } = withProvider(shared, { secretKey: undefined })
    await poller.reload()
    shared.data = undefined

    await poller.reload()

    expect([poller.state, keysIn(poller)]).toEqual(['stale', ['shared']])
  })
})

describe('with a secret key', () => {
  it('whoever may fetch does so, and publishes in both spellings', async () => {
    const shared = new Shared()
    shared.fetches = true
    const { poller, replies, calls } = withProvider(shared)
    const body = {
      ...bodyOf('a'),
      cohorts: { 7: { type: 'AND', values: [] } },
      group_type_mapping: { 0: 'company' },
      minimal_flag_called_events: true,
      property_matching_version: 2,
      something_else: 'not shared',
    }
    replies.push(answer(200, body))

    await poller.reload()

    expect([shared.asked, calls.length, keysIn(poller)]).toEqual([['should', 'publish'], 1, ['a']])
    expect(shared.published).toEqual([
      {
        flags: [flagFor('a')],
        cohorts: { 7: { type: 'AND', values: [] } },
        group_type_mapping: { 0: 'company' },
        groupTypeMapping: { 0: 'company' },
        minimal_flag_called_events: true,
        minimalFlagCalledEvents: true,
        property_matching_version: 2,
        propertyMatchingVersion: 2,
      },
    ])
  })

  it('a body with flags alone is published with empty parts', async () => {
    const shared = new Shared()
    shared.fetches = true
    const { poller, replies } = withProvider(shared)
    replies.push(answer(200, { flags: [] }))

    await poller.reload()

    expect(JSON.parse(JSON.stringify(shared.published))).toEqual([
      {
        flags: [],
        cohorts: {},
        group_type_mapping: {},
        groupTypeMapping: {},
        minimal_flag_called_events: false,
        minimalFlagCalledEvents: false,
      },
    ])
  })

  it.each([304, 401, 402, 500, 'nonsense'])('nothing is published after %j', async (reply) => {
    const shared = new Shared()
    shared.fetches = true
    const { poller, replies } = withProvider(shared)
    replies.push(typeof reply === 'number' ? reply : answer(200, reply))

    await poller.reload()

    expect(shared.asked).toEqual(['should'])
  })

  it('whoever may not fetch reads the cache, and its parts in either spelling', async () => {
    const shared = new Shared()
    shared.data = {
      flags: [
        flagFor('company-flag', {
          filters: { aggregation_group_type_index: 0, groups: [{ properties: [], rollout_percentage: 100 }] },
        }),
      ],
      groupTypeMapping: { 0: 'company' },
      minimalFlagCalledEvents: true,
    }
    const { poller, calls, minimal, runtime } = withProvider(shared)

    await poller.reload()

    const subject = { distinctId: 'u', groups: { company: 'c' }, personProperties: {}, groupProperties: {} }
    expect(poller.current?.set.evaluate('company-flag', subject, runtime.now())?.value).toBe(true)
    expect([shared.asked, calls, minimal]).toEqual([['should', 'get'], [], [true]])
  })

  it('an empty cache and nothing in memory make it fetch all the same, without publishing', async () => {
    const shared = new Shared()
    const { poller, replies, calls } = withProvider(shared)
    replies.push(answer(200, bodyOf('a')))

    await poller.reload()
    await poller.reload()

    expect([keysIn(poller), calls.length]).toEqual([['a'], 1])
    expect(shared.asked).toEqual(['should', 'get', 'should', 'get'])
  })

  it('definitions of the bundle count as being in memory', async () => {
    const { poller, calls } = withProvider(new Shared(), { definitions: bodyOf('bundled') })

    await poller.reload()

    expect([keysIn(poller), poller.state, calls]).toEqual([['bundled'], 'stale', []])
  })

  it('an ETag of definitions that the cache has replaced is not sent', async () => {
    const shared = new Shared()
    shared.fetches = true
    const { poller, replies, calls } = withProvider(shared)
    replies.push(
      answer(200, bodyOf('v1'), { ETag: '"v1"' }),
      answer(200, bodyOf('v1'), { ETag: '"v1"' }),
      304,
    )
    await poller.reload()
    shared.fetches = false
    shared.data = bodyOf('v2')
    await poller.reload()
    shared.fetches = true

    await poller.reload()
    await poller.reload()

    expect(calls.map(({ headers }) => headers['If-None-Match'])).toEqual([undefined, undefined, '"v1"'])
    expect(keysIn(poller)).toEqual(['v1'])
  })
})

it('shuts the provider down once', async () => {
  const shared = new Shared()
  const { poller } = withProvider(shared)

  await Promise.all([poller.shutdown(1000), poller.shutdown(1000)])
  await poller.shutdown(1000)

  expect(shared.asked).toEqual(['shutdown'])
})

it('asks an asynchronous provider as well', async () => {
  const data = bodyOf('shared')
  const { poller, calls } = withProvider({
    getFlagDefinitions: async () => data,
    shouldFetchFlagDefinitions: async () => false,
    onFlagDefinitionsReceived: async () => {},
    shutdown: async () => {},
  })

  await poller.ensureLoaded()

  expect([keysIn(poller), calls]).toEqual([['shared'], []])
})

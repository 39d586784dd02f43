import { describe, expect, it } from 'vitest'
import type { ClientOptions, FlagCallOptions, FlagReadOptions, FlagValue } from '../../src/index.ts'
import { inTime, type SentEvent } from '../capture/capture-setup.ts'
import { continuous, defined, everyone, nobody, onPlan, variants } from './flag-definitions.ts'
import { answered, createFlagClient, createLocalClient, type Reply } from './flag-client-setup.ts'

const now = 1_718_454_645_123
const library = { $lib: 'hedgerow-node', $lib_version: '0.0.0', $is_server: true, $geoip_disable: true }
const here = { onlyEvaluateLocally: true }

/** Who read what, as the events say it. */
function readsOf(events: readonly SentEvent[]): unknown[] {
  return events.map(({ distinct_id: id, properties }) => [
    id,
    properties['$feature_flag'],
    properties['$feature_flag_response'],
  ])
}

describe('the event of a flag that was read', () => {
  it('and evaluated here, says by which definition', async () => {
    const definition = defined('hero', [everyone], { id: 7, has_experiment: false, ...variants('blue') })
    const { client, runtime, exposures } = await createLocalClient({ flags: [definition] })
    await runtime.advance(1000)

    await client.getFeatureFlag('hero', 'user_1')

    expect(await exposures()).toEqual([
      {
        event: '$feature_flag_called',
        distinct_id: 'user_1',
        properties: {
          $feature_flag: 'hero',
          $feature_flag_response: 'blue',
          '$feature/hero': 'blue',
          locally_evaluated: true,
          $feature_flag_id: 7,
          $feature_flag_reason: 'Evaluated locally',
          $feature_flag_evaluated_at: now + 1000,
          $feature_flag_has_experiment: false,
          $feature_flag_definitions_loaded_at: now,
          ...library,
        },
        uuid: expect.any(String),
        timestamp: '2024-06-15T12:30:46.123Z',
      },
    ])
  })

  it('and evaluated by PostHog, says what PostHog said', async () => {
    const answer = {
      flags: {
        hero: {
          key: 'hero',
          enabled: true,
          reason: { code: 'condition_match', description: 'Matched condition set 1' },
          metadata: { id: 7, version: 3, has_experiment: true },
        },
      },
      requestId: 'request_1',
      evaluatedAt: 1_718_454_000_000,
    }
    const { client, exposures } = createFlagClient({}, { flags: answer })

    await client.getFeatureFlag('hero', 'user_1', {
      groups: { team: 'red', company: 5 },
      disableGeoip: false,
    })

    const { $geoip_disable: _geoip, ...elsewhere } = library
    expect((await exposures()).map(({ properties }) => properties)).toEqual([
      {
        $feature_flag: 'hero',
        $feature_flag_response: true,
        '$feature/hero': true,
        locally_evaluated: false,
        $feature_flag_id: 7,
        $feature_flag_version: 3,
        $feature_flag_reason: 'Matched condition set 1',
        $feature_flag_request_id: 'request_1',
        $feature_flag_evaluated_at: 1_718_454_000_000,
        $feature_flag_has_experiment: true,
        $groups: { team: 'red', company: '5' },
        ...elsewhere,
      },
    ])
  })

  it('has the reason’s code where PostHog gave no words', async () => {
    const flags = { hero: { key: 'hero', enabled: false, reason: { code: 'no_condition_match' } } }
    const { client, exposures } = createFlagClient({}, { flags: { flags } })

    await client.isFeatureEnabled('hero', 'user_1')

    expect((await exposures())[0]?.properties).toMatchObject({
      $feature_flag_response: false,
      $feature_flag_reason: 'no_condition_match',
    })
  })

  it('but could not be decided here, has neither value nor time of evaluation', async () => {
    const definition = defined('hero', [onPlan('pro')], { id: 7 })
    const { client, exposures } = await createLocalClient({ flags: [definition] })

    await client.getFeatureFlag('hero', 'user_1', here)
    ;(await client.evaluateFlags('user_2', here)).getFlag('hero')

    const known = { $feature_flag: 'hero', locally_evaluated: false, $feature_flag_id: 7, ...library }
    expect((await exposures()).map(({ properties }) => properties)).toEqual([
      known,
      { ...known, $feature_flag_error: 'local_evaluation_inconclusive' },
    ])
  })

  it.each<[string, Reply, string]>([
    ['an answer without it', answered({}), 'flag_missing'],
    [
      'an incomplete answer',
      answered({}, { errorsWhileComputingFlags: true }),
      'errors_while_computing_flags,flag_missing',
    ],
    [
      'a used-up quota',
      answered({ hero: true }, { quotaLimited: ['feature_flags'] }),
      'quota_limited,flag_missing',
    ],
    ['a refusal', 503, 'api_error_503'],
    ['a failure of the network', new Error('reset'), 'connection_error'],
    ['no answer', new Promise(() => {}), 'timeout'],
    ['an answer of another shape', { status: 1 }, 'unknown_error'],
  ])('says what went wrong, the same for a call and a snapshot: %s', async (_case, flags, error) => {
    const { client, runtime, exposures } = createFlagClient({}, { flags })

    await inTime(runtime, client.getFeatureFlag('hero', 'user_1'))
    const snapshot = await inTime(runtime, client.evaluateFlags('user_2'))
    snapshot.isEnabled('hero')

    const events = await exposures()
    expect(events.map(({ properties }) => properties['$feature_flag_error'])).toEqual([error, error])
    expect(events[0]?.properties).not.toHaveProperty('$feature_flag_response')
  })

  it.each<[string, Reply]>([
    ['failed', 500],
    ['was incomplete', answered({ open: true }, { errorsWhileComputingFlags: true })],
  ])('and decided here says nothing of a request for other flags that %s', async (_case, flags) => {
    const definitions = { flags: [defined('hero'), continuous('open')] }
    const { client, exposures } = await createLocalClient(definitions, {}, flags)

    const snapshot = await client.evaluateFlags('user_1')
    snapshot.getFlag('hero')

    const [event] = await exposures()
    expect(event?.properties).toMatchObject({ $feature_flag_response: true, locally_evaluated: true })
    expect(event?.properties).not.toHaveProperty('$feature_flag_error')
  })

  it('says that the answer was incomplete, although the flag was in it', async () => {
    const flags = answered({ hero: true }, { errorsWhileComputingFlags: true })
    const { client, exposures } = createFlagClient({}, { flags })

    await client.getFeatureFlag('hero', 'user_1')

    expect((await exposures())[0]?.properties).toMatchObject({
      $feature_flag_response: true,
      $feature_flag_error: 'errors_while_computing_flags',
    })
  })

  it('names the request in which the flag was missing', async () => {
    const facts = { requestId: 'request_1', evaluatedAt: 1_718_454_000_000 }
    const { client, exposures } = createFlagClient({}, { flags: answered({}, facts) })

    await client.getFeatureFlag('hero', 'user_1')

    expect((await exposures())[0]?.properties).toMatchObject({
      $feature_flag_error: 'flag_missing',
      $feature_flag_request_id: 'request_1',
      $feature_flag_evaluated_at: 1_718_454_000_000,
    })
  })

  it('says that neither definition nor PostHog could decide it', async () => {
    const { client, exposures } = await createLocalClient({ flags: [continuous('hero')] }, {}, 500)

    ;(await client.evaluateFlags('user_1')).getFlag('hero')

    expect((await exposures())[0]?.properties['$feature_flag_error']).toBe(
      'local_evaluation_inconclusive,api_error_500',
    )
  })
})

describe('the events of many reads', () => {
  const definitions = { flags: [defined('hero'), defined('off', [nobody]), continuous('open')] }

  it('are one for each person, flag and value, however it is read', async () => {
    const { client, exposures } = await createLocalClient(definitions)

    for (const id of ['user_1', 'user_2', 'user_1']) {
      await client.getFeatureFlag('hero', id)
      await client.isFeatureEnabled('hero', id)
      await client.getFeatureFlagResult('off', id)
      await client.getFeatureFlag('open', id, here)
      const flags = await client.evaluateFlags(id, here)
      flags.isEnabled('hero')
      flags.getFlag('open')
    }

    expect(readsOf(await exposures())).toEqual([
      ['user_1', 'hero', true],
      ['user_1', 'off', false],
      ['user_1', 'open', undefined],
      ['user_2', 'hero', true],
      ['user_2', 'off', false],
      ['user_2', 'open', undefined],
    ])
  })

  it('are another one when the value is another', async () => {
    const { client, posthog, exposures } = createFlagClient({})

    for (const value of ['blue', 'green', 'blue', false, true, 'true', false]) {
      posthog.flags = answered({ hero: value })
      await client.getFeatureFlag('hero', 'user_1')
    }

    expect(readsOf(await exposures())).toEqual([
      ['user_1', 'hero', 'blue'],
      ['user_1', 'hero', 'green'],
      ['user_1', 'hero', false],
      ['user_1', 'hero', true],
      ['user_1', 'hero', 'true'],
    ])
  })

  it('are another one for other groups, in whatever order these are named', async () => {
    const { client, exposures } = await createLocalClient(definitions)
    const groups = [
      {},
      { company: 'acme' },
      { company: 'acme', team: 'red' },
      { team: 'red', company: 'acme' },
      {},
    ]

    for (const each of groups) await client.getFeatureFlag('hero', 'user_1', { groups: each })
    ;(await client.evaluateFlags('user_1', { ...here, groups: { company: 'acme' } })).isEnabled('hero')

    expect((await exposures()).map(({ properties }) => properties['$groups'])).toEqual([
      undefined,
      { company: 'acme' },
      { company: 'acme', team: 'red' },
    ])
  })

  it('are remembered for the people who were heard of last', async () => {
    const { client, exposures } = await createLocalClient(definitions, { maxCacheSize: 2 })

    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await client.getFeatureFlag('hero', id)

    expect((await exposures()).map((event) => event.distinct_id)).toEqual(['a', 'b', 'c', 'b'])
  })

  it('are forgotten by a shutdown', async () => {
    const { client, exposures } = await createLocalClient(definitions)

    await client.getFeatureFlag('hero', 'user_1', here)
    await client.shutdown(1000)
    await client.getFeatureFlag('hero', 'user_1', here)

    expect(readsOf(await exposures())).toEqual([
      ['user_1', 'hero', true],
      ['user_1', 'hero', true],
    ])
  })
})

describe('no event', () => {
  const definitions = { flags: [defined('hero'), continuous('open')] }
  const off = { sendFeatureFlagEvents: false }

  it.each<[string, ClientOptions, FlagCallOptions, FlagReadOptions<FlagValue>]>([
    ['the client says so', { sendFeatureFlagEvent: false }, {}, {}],
    ['the call says so', {}, off, {}],
    ['the read of a snapshot says so', {}, {}, off],
  ])('is sent where %s, and the read does not count', async (_case, ofClient, options, read) => {
    const { client, exposures } = await createLocalClient(definitions, ofClient)
    const flags = await client.evaluateFlags('user_1', { ...here, ...options })

    flags.getFlag('hero', read)
    flags.getFlag('open', read)
    if (read !== off) await client.getFeatureFlag('hero', 'user_1', options)
    expect(await exposures()).toEqual([])
    flags.isEnabled('hero', { sendFeatureFlagEvents: true })

    expect(readsOf(await exposures())).toEqual([['user_1', 'hero', true]])
  })

  it('is sent for reads of payloads, of all flags, and of what a snapshot knows', async () => {
    const { client, exposures } = await createLocalClient(definitions, { strictLocalEvaluation: true })

    await client.getFeatureFlagPayload('hero', 'user_1')
    await client.getAllFlags('user_1')
    await client.getAllFlagsAndPayloads('user_1')
    const flags = await client.evaluateFlags('user_1')
    const known = [
      flags.getFlagPayload('hero'),
      flags.getFlagResult('hero'),
      flags.explain('hero'),
      flags.keys,
      flags.unresolvedFlags,
      [...flags.entries()],
      flags.only(['hero']).keys,
    ]
    client.capture({ event: 'order placed', distinctId: 'user_1', flags })
    client.capture({ event: 'order placed', distinctId: 'user_1', sendFeatureFlags: true })

    expect(known).toHaveLength(7)
    expect(await exposures()).toEqual([])
  })

  it('is sent for a value that the application set', async () => {
    const { client, exposures } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ hero: 'mine', new: true, gone: undefined })

    for (const key of ['hero', 'new', 'gone']) {
      await client.getFeatureFlag(key, 'user_1')
      await client.isFeatureEnabled(key, 'user_1')
      await client.getFeatureFlagResult(key, 'user_1')
    }
    const flags = await client.evaluateFlags('user_1', here)
    for (const key of ['hero', 'new', 'gone']) flags.isEnabled(key)

    expect(await exposures()).toEqual([])
  })

  it('is kept from one whose payload alone the application set', async () => {
    const { client, exposures } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ payloads: { hero: 'mine' } })

    await client.getFeatureFlagResult('hero', 'user_1')

    expect((await exposures())[0]?.properties).toMatchObject({
      $feature_flag_response: true,
      locally_evaluated: true,
    })
  })
})

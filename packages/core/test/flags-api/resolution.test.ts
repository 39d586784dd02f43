import { describe, expect, it } from 'vitest'
import type { FlagSnapshot } from '../../src/index.ts'
import { continuous, defined, everyone, nobody, onPlan } from './flag-definitions.ts'
import { answered, createFlagClient, createLocalClient, held, local } from './flag-client-setup.ts'

const here = { onlyEvaluateLocally: true }

describe('a flag', () => {
  it('is what the application set, else what its definition says, else what PostHog answers', async () => {
    const { client, posthog } = await createLocalClient(
      { flags: [defined('set'), defined('defined', [nobody]), continuous('asked')] },
      {},
      answered({ set: 'remote', defined: 'remote', asked: 'remote', unknown: 'remote' }),
    )
    client.overrideFeatureFlags({ set: 'mine' })

    const values = []
    for (const key of ['set', 'defined', 'asked', 'unknown'])
      values.push(await client.getFeatureFlag(key, 'user_1'))

    expect(values).toEqual(['mine', false, 'remote', 'remote'])
    expect(posthog.flagCalls.map((request) => request.flag_keys_to_evaluate)).toEqual([
      ['asked'],
      ['unknown'],
    ])
  })

  it.each([
    ['off for everyone', defined('hero', [everyone], { active: false }), false],
    ['matched after a condition that is undecided', defined('hero', [onPlan('pro'), everyone]), true],
    ['without conditions', defined('hero', []), false],
  ])('that is conclusively %s makes no request', async (_case, definition, expected) => {
    const { client, posthog } = await createLocalClient({ flags: [definition] })

    const values = [
      await client.getFeatureFlag('hero', 'user_1'),
      (await client.getAllFlags('user_1'))['hero'],
      (await client.evaluateFlags('user_1')).getFlag('hero'),
    ]

    expect(values).toEqual([expected, expected, expected])
    expect(posthog.paths).toEqual([])
  })

  it('that cannot be decided here is undefined where the call stays here', async () => {
    const { client, posthog } = await createLocalClient(
      { flags: [defined('hero', [onPlan('pro')])] },
      {},
      answered({ hero: true }),
    )

    expect(await client.getFeatureFlag('hero', 'user_1', here)).toBeUndefined()
    expect(await client.isFeatureEnabled('hero', 'user_1', here)).toBeUndefined()
    expect(await client.getFeatureFlagResult('hero', 'user_1', here)).toBeUndefined()
    expect(await client.getFeatureFlagPayload('hero', 'user_1', undefined, here)).toBeUndefined()
    expect(await client.getAllFlags('user_1', here)).toEqual({})
    expect((await client.evaluateFlags('user_1', here)).unresolvedFlags).toEqual({ hero: 'missing_context' })
    expect(posthog.paths).toEqual([])
  })

  it('stays here for every call of a strict client, unless the call says otherwise', async () => {
    const { client, posthog, events } = await createLocalClient(
      { flags: [continuous('hero')] },
      { strictLocalEvaluation: true },
      answered({ hero: true }),
    )

    const strict = await client.getFeatureFlag('hero', 'user_1')
    client.capture({ event: 'order placed', distinctId: 'user_1', sendFeatureFlags: true })
    await events()
    const asked = posthog.flagCalls.length
    const lenient = await client.getFeatureFlag('hero', 'user_1', { onlyEvaluateLocally: false })

    expect([strict, asked, lenient]).toEqual([undefined, 0, true])
  })

  it('is not asked for by the event of a strict client that has no definitions', async () => {
    const { client, posthog, events } = createFlagClient({ strictLocalEvaluation: true })

    client.capture({ event: 'order placed', distinctId: 'user_1', sendFeatureFlags: true })
    client.capture({ event: 'order placed', distinctId: 'user_1', sendFeatureFlags: { flagKeys: ['hero'] } })

    expect(await events()).toHaveLength(2)
    expect(posthog.paths).toEqual([])
  })

  it('says how it was decided', async () => {
    const remote = {
      flags: {
        asked: {
          key: 'asked',
          enabled: true,
          variant: 'blue',
          reason: { code: 'condition_match', description: 'Matched condition set 1' },
          metadata: { payload: '{"size":1}' },
        },
        coded: { key: 'coded', enabled: false, reason: { code: 'no_condition_match' } },
      },
    }
    const { client } = await createLocalClient(
      { flags: [defined('on'), defined('retired', [everyone], { active: false })] },
      {},
      remote,
    )

    const results = []
    for (const key of ['on', 'retired', 'asked', 'coded'])
      results.push(await client.getFeatureFlagResult(key, 'user_1'))

    expect(results).toEqual([
      { key: 'on', enabled: true, reason: 'Evaluated locally' },
      { key: 'retired', enabled: false, reason: 'Evaluated locally', reasonCode: 'flag_disabled' },
      {
        key: 'asked',
        enabled: true,
        variant: 'blue',
        payload: { size: 1 },
        reason: 'Matched condition set 1',
        reasonCode: 'condition_match',
      },
      { key: 'coded', enabled: false, reason: 'no_condition_match', reasonCode: 'no_condition_match' },
    ])
  })
})

describe('definitions', () => {
  it('that are being loaded are awaited by the first call', async () => {
    const { reply, give } = held()
    const { client, posthog } = createFlagClient(local, {
      definitions: reply,
      flags: answered({ hero: 'no' }),
    })

    const values = Promise.all([
      client.getFeatureFlag('hero', 'user_1'),
      client.getAllFlags('user_1'),
      client.getFeatureFlagPayload('hero', 'user_1', true),
      client.evaluateFlags('user_1').then((flags) => flags.keys),
    ])
    give({ flags: [defined('hero', [everyone], { filters: { payloads: { true: '[1]' } } })] })

    expect(await values).toEqual([true, { hero: true }, [1], ['hero']])
    expect(posthog.paths).toEqual(['/flags/definitions?token=phc_test&send_cohorts'])
  })

  it('that could not be loaded are loaded again by the next call, which asks PostHog meanwhile', async () => {
    const { client, posthog } = createFlagClient(local, {
      definitions: 500,
      flags: answered({ hero: 'remote' }),
    })

    const during = await client.getFeatureFlag('hero', 'user_1')
    posthog.definitions = { flags: [defined('hero')] }
    const after = await client.getFeatureFlag('hero', 'user_1')

    expect([during, after]).toEqual(['remote', true])
    expect(posthog.paths.map((path) => path.split('?')[0])).toEqual([
      '/flags/definitions',
      '/flags/',
      '/flags/definitions',
    ])
  })

  it('that PostHog refuses are not asked for by calls until the pause is over', async () => {
    const { client, posthog, runtime } = createFlagClient(local, { definitions: 401, flags: answered({}) })

    await client.getFeatureFlag('hero', 'user_1')
    posthog.definitions = { flags: [defined('hero')] }
    const during = await client.getFeatureFlag('hero', 'user_1')
    await runtime.advance(60_000)
    const after = await client.getFeatureFlag('hero', 'user_1')

    expect([during, after]).toEqual([undefined, true])
  })

  it.each<[string, number | { flags: [] }, FlagSnapshot['state']]>([
    ['that are not there', 500, 'unavailable'],
    ['that are there, and none', { flags: [] }, 'loaded'],
  ])('%s decide nothing for calls that stay here', async (_case, definitions, state) => {
    const { client, posthog } = createFlagClient(local, { definitions, flags: answered({ hero: true }) })

    const flags = await client.evaluateFlags('user_1', here)

    expect(await client.getFeatureFlag('hero', 'user_1', here)).toBeUndefined()
    expect(await client.getAllFlagsAndPayloads('user_1', here)).toEqual({
      featureFlags: {},
      featureFlagPayloads: {},
    })
    expect([flags.state, flags.keys, flags.unresolvedFlags]).toEqual([state, [], {}])
    expect(posthog.flagCalls).toEqual([])
  })

  it('that are there, and none, leave every other call to PostHog', async () => {
    const { client } = await createLocalClient({ flags: [] }, {}, answered({ hero: 'remote' }))

    expect(await client.getFeatureFlag('hero', 'user_1')).toBe('remote')
    expect(await client.getAllFlags('user_1')).toEqual({ hero: 'remote' })
    expect((await client.evaluateFlags('user_1')).getFlag('hero')).toBe('remote')
    expect(client.isLocalEvaluationReady()).toBe(false)
  })
})

describe('calls for many flags', () => {
  const definitions = { flags: [defined('a'), defined('b', [nobody]), continuous('open')] }
  const remote = answered({ a: 'remote', b: 'remote', open: 'remote', other: 'remote' })

  it('merge PostHog’s answer over what was decided here, or under it', async () => {
    const { client, posthog } = await createLocalClient(definitions, {}, remote)

    const all = await client.getAllFlags('user_1')
    const snapshot = await client.evaluateFlags('user_1')

    expect(all).toEqual({ a: 'remote', b: 'remote', open: 'remote', other: 'remote' })
    expect(Object.fromEntries(snapshot.entries())).toEqual({
      a: true,
      b: false,
      open: 'remote',
      other: 'remote',
    })
    expect(snapshot.unresolvedFlags).toEqual({})
    expect(posthog.flagCalls).toHaveLength(2)
    expect(posthog.flagCalls[0]).not.toHaveProperty('flag_keys_to_evaluate')
  })

  it('keep what was decided here when PostHog fails', async () => {
    const { client } = await createLocalClient(definitions, {}, 500)

    const snapshot = await client.evaluateFlags('user_1')

    expect(await client.getAllFlags('user_1')).toEqual({ a: true, b: false })
    expect([snapshot.state, snapshot.keys]).toEqual(['loaded', ['a', 'b']])
    expect(snapshot.unresolvedFlags).toEqual({ open: 'experience_continuity' })
  })

  it('ask for no flag that only a browser may evaluate', async () => {
    const { client, posthog } = await createLocalClient(
      { flags: [defined('a'), { ...continuous('open'), evaluation_runtime: 'client' }] },
      {},
      remote,
    )

    expect(await client.getAllFlags('user_1')).toEqual({ a: true })
    expect((await client.evaluateFlags('user_1')).unresolvedFlags).toEqual({ open: 'experience_continuity' })
    expect(posthog.paths).toEqual([])
  })

  it.each(['all', 'server'])('ask for one that is meant for %s', async (evaluation_runtime) => {
    const { client, posthog } = await createLocalClient(
      { flags: [{ ...continuous('open'), evaluation_runtime }] },
      {},
      remote,
    )

    expect(await client.getAllFlags('user_1')).toMatchObject({ open: 'remote' })
    expect(posthog.flagCalls).toHaveLength(1)
  })

  it('look at the wanted flags alone', async () => {
    const { client, posthog } = await createLocalClient(definitions, {}, remote)
    const flagKeys = ['a']

    expect(await client.getAllFlags('user_1', { flagKeys })).toEqual({ a: true })
    expect((await client.evaluateFlags('user_1', { flagKeys })).keys).toEqual(['a'])
    expect(posthog.flagCalls).toEqual([])
  })

  it('ask for the wanted flags alone', async () => {
    const { client, posthog } = await createLocalClient(definitions, {}, ({ flag_keys_to_evaluate: keys }) =>
      answered(Object.fromEntries((keys ?? []).map((key) => [key, 'remote']))),
    )
    const flagKeys = ['a', 'open']

    expect(await client.getAllFlags('user_1', { flagKeys })).toEqual({ a: 'remote', open: 'remote' })
    expect(Object.fromEntries((await client.evaluateFlags('user_1', { flagKeys })).entries())).toEqual({
      a: true,
      open: 'remote',
    })
    expect(posthog.flagCalls.map((request) => request.flag_keys_to_evaluate)).toEqual([flagKeys, flagKeys])
  })

  it('ask for a wanted flag without a definition where a snapshot wants it', async () => {
    const { client, posthog } = await createLocalClient(definitions, {}, answered({ other: 'remote' }))
    const flagKeys = ['a', 'other', 'nowhere']

    expect(await client.getAllFlags('user_1', { flagKeys })).toEqual({ a: true })
    const asked = posthog.flagCalls.length
    const snapshot = await client.evaluateFlags('user_1', { flagKeys })

    expect(asked).toBe(0)
    expect(Object.fromEntries(snapshot.entries())).toEqual({ a: true, other: 'remote' })
    expect(snapshot.getFlagResult('nowhere')).toMatchObject({ value: undefined, reason: 'unknown' })
  })

  it.each(['with definitions', 'without'])('for no flags ask nobody: %s', async (given) => {
    const { client, posthog } =
      given === 'without' ? createFlagClient({}, { flags: remote }) : await createLocalClient(definitions)

    const snapshot = await client.evaluateFlags('user_1', { flagKeys: [] })

    expect(await client.getAllFlags('user_1', { flagKeys: [] })).toEqual({})
    expect([snapshot.state, snapshot.keys]).toEqual(['loaded', []])
    expect(posthog.paths).toEqual([])
  })
})

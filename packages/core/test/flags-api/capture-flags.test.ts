import { describe, expect, it } from 'vitest'
import type { ClientOptions, EventMessage, FetchResponse, FlagSnapshot } from '../../src/index.ts'
import { inTime } from '../capture/capture-setup.ts'
import { continuous, defined, everyone, nobody, onPlan, variants } from './flag-definitions.ts'
import {
  answered,
  createFlagClient,
  createLocalClient,
  held,
  local,
  type Reply,
} from './flag-client-setup.ts'

const message = { event: 'order placed', distinctId: 'user_1' }
const library = { $lib: 'hedgerow-node', $lib_version: '0.0.0', $is_server: true, $geoip_disable: true }
const definitions = {
  flags: [
    defined('on'),
    defined('off', [nobody]),
    defined('hero', [everyone], variants('blue')),
    continuous('open'),
  ],
}
const flagsHere = {
  '$feature/on': true,
  '$feature/off': false,
  '$feature/hero': 'blue',
  $active_feature_flags: ['hero', 'on'],
}

describe('an event that is given a snapshot', () => {
  it('carries all its flags, and the sorted keys of those that are on, without a request', async () => {
    const { client, posthog, events } = await createLocalClient(definitions, { strictLocalEvaluation: true })

    client.capture({ ...message, flags: await client.evaluateFlags('user_1') })

    expect((await events()).map(({ properties }) => properties)).toEqual([{ ...flagsHere, ...library }])
    expect(posthog.paths).toEqual([])
  })

  it('carries a slice of it', async () => {
    const { client, events } = await createLocalClient(definitions)
    const flags = await client.evaluateFlags('user_1', { sendFeatureFlagEvents: false })
    flags.isEnabled('off')

    client.capture({ ...message, flags: flags.onlyAccessed() })
    client.capture({ ...message, flags: flags.only(['hero']) })

    expect((await events()).map(({ properties }) => properties)).toEqual([
      { '$feature/off': false, ...library },
      { '$feature/hero': 'blue', $active_feature_flags: ['hero'], ...library },
    ])
  })

  it('says what the caller says of a flag, else the context, else what was registered, else the snapshot', async () => {
    const { client, events } = await createLocalClient({
      flags: ['a', 'b', 'c', 'd'].map((key) => defined(key)),
    })
    const flags = await client.evaluateFlags('user_1')
    client.register({ '$feature/b': 'registered', '$feature/c': 'registered', '$feature/d': 'registered' })
    const context = { properties: { '$feature/c': 'context', '$feature/d': 'context' } }

    client.withContext(context, () =>
      client.capture({
        ...message,
        flags,
        properties: { '$feature/d': 'mine', $active_feature_flags: ['mine'] },
      }),
    )

    expect((await events())[0]?.properties).toEqual({
      '$feature/a': true,
      '$feature/b': 'registered',
      '$feature/c': 'context',
      '$feature/d': 'mine',
      $active_feature_flags: ['mine'],
      ...library,
    })
  })

  it('carries it in a request of its own, and with an exception', async () => {
    const { client, events } = await createLocalClient({ flags: [defined('on')] })
    const flags = await client.evaluateFlags('user_1')

    await client.captureImmediate({ ...message, flags })
    client.captureException(new Error('sentinel'), 'user_1', undefined, undefined, flags)

    const carried = { '$feature/on': true, $active_feature_flags: ['on'] }
    expect(await events()).toMatchObject([
      { event: 'order placed', properties: carried },
      { event: '$exception', properties: carried },
    ])
  })

  it('carries nothing of one that is empty, or could not be had', async () => {
    const { client, events } = createFlagClient({}, { flags: 500 })

    client.capture({ ...message, flags: await client.evaluateFlags('user_1') })
    client.capture({ ...message, flags: await client.evaluateFlags('user_1', { flagKeys: [] }) })

    expect((await events()).map(({ properties }) => properties)).toEqual([library, library])
  })

  it('is refused alone when that is no snapshot', async () => {
    const { client, events } = createFlagClient()

    client.capture({ ...message, flags: {} as FlagSnapshot })
    client.capture(message)

    expect(await events()).toHaveLength(1)
    expect(client.stats()).toMatchObject({ accepted: 1, refused: { invalid: 1 } })
  })
})

describe('an event that asks for flags', () => {
  it('gets those that are decided here once definitions are loaded, without a request', async () => {
    const { client, posthog, events } = await createLocalClient(definitions, {}, answered({ open: true }))

    client.capture({ ...message, sendFeatureFlags: true })

    expect((await events()).map(({ properties }) => properties)).toEqual([{ ...flagsHere, ...library }])
    expect(posthog.paths).toEqual([])
  })

  it('gets them from the definitions that are being loaded', async () => {
    const { reply, give } = held()
    const { client, posthog, events } = createFlagClient(local, { definitions: reply })

    client.capture({ ...message, sendFeatureFlags: true })
    const sent = events()
    give(definitions)

    expect((await sent)[0]?.properties).toMatchObject(flagsHere)
    expect(posthog.flagCalls).toEqual([])
  })

  it.each([
    ['without local evaluation', {}],
    ['when definitions cannot be loaded', local],
    ['when there are none', { ...local, definitions: { flags: [] } }],
  ])('gets them from PostHog in one request: %s', async (_case, options) => {
    const { client, posthog, events } = createFlagClient(options, {
      flags: answered({ hero: 'blue', off: false }),
    })

    client.capture({ ...message, groups: { company: 'acme' }, disableGeoip: false, sendFeatureFlags: true })

    expect((await events())[0]?.properties).toMatchObject({
      '$feature/hero': 'blue',
      '$feature/off': false,
      $active_feature_flags: ['hero'],
      $groups: { company: 'acme' },
    })
    expect(posthog.flagCalls).toMatchObject([
      { distinct_id: 'user_1', groups: { company: 'acme' }, geoip_disable: false },
    ])
  })

  it('gets those that it names, for what it says of the person', async () => {
    const { client, posthog, events } = await createLocalClient(
      { flags: [defined('hero', [onPlan('pro')]), defined('other'), continuous('open')] },
      {},
      answered({ open: 'remote' }),
    )
    const personProperties = { plan: 'pro' }

    client.capture({ ...message, sendFeatureFlags: { flagKeys: ['hero'], personProperties } })
    await events()
    client.capture({
      ...message,
      sendFeatureFlags: { flagKeys: ['hero', 'open'], personProperties, onlyEvaluateLocally: false },
    })

    expect((await events()).map(({ properties }) => properties)).toEqual([
      { '$feature/hero': true, $active_feature_flags: ['hero'], ...library },
      {
        '$feature/hero': true,
        '$feature/open': 'remote',
        $active_feature_flags: ['hero', 'open'],
        ...library,
      },
    ])
    expect(posthog.flagCalls).toMatchObject([
      { flag_keys_to_evaluate: ['hero', 'open'], person_properties: { plan: 'pro' } },
    ])
  })

  it('is about whoever the context is about', async () => {
    const { client, posthog, events } = createFlagClient({}, { flags: answered({ hero: true }) })

    client.withContext({ distinctId: 'user_2' }, () =>
      client.capture({ event: 'order placed', sendFeatureFlags: true }),
    )

    expect(await events()).toMatchObject([{ distinct_id: 'user_2', properties: { '$feature/hero': true } }])
    expect(posthog.flagCalls).toMatchObject([{ distinct_id: 'user_2' }])
  })

  it.each<[string, Reply]>([
    ['a 500', 500],
    ['a 402', 402],
    ['a failure of the network', new Error('reset')],
    ['another shape', { status: 1 }],
    ['a used-up quota', answered({ hero: true }, { quotaLimited: ['feature_flags'] })],
  ])('goes out without them when PostHog answers with %s', async (_case, flags) => {
    const { client, runtime, events } = createFlagClient({}, { flags })

    client.capture({ ...message, sendFeatureFlags: true })
    await inTime(runtime, client.flush())

    expect((await events()).map(({ properties }) => properties)).toEqual([library])
  })

  it.each<unknown>([null, false, undefined, 0, ''])('does not when it says %j', async (sendFeatureFlags) => {
    const { client, posthog, events } = createFlagClient({}, { flags: answered({ hero: true }) })

    client.capture({ ...message, sendFeatureFlags: sendFeatureFlags as boolean })

    expect((await events()).map(({ properties }) => properties)).toEqual([library])
    expect(posthog.paths).toEqual([])
  })

  it('has those of the snapshot where it is given one too, and a warning says so', async () => {
    const { client, posthog, events, alerts } = createFlagClient({}, { flags: answered({ hero: true }) })
    const flags = (await client.evaluateFlags('user_1')).only([])

    client.capture({ ...message, flags, sendFeatureFlags: true })

    expect((await events()).map(({ properties }) => properties)).toEqual([library])
    expect(posthog.flagCalls).toHaveLength(1)
    expect(alerts()).toEqual([
      'flags-twice: capture() was given both flags and sendFeatureFlags; flags are used',
    ])
  })

  it('says what the caller says of a flag', async () => {
    const { client, events } = createFlagClient({}, { flags: answered({ hero: true, other: true }) })
    client.register({ '$feature/other': 'registered' })

    client.capture({ ...message, sendFeatureFlags: true, properties: { '$feature/hero': 'mine' } })

    expect((await events())[0]?.properties).toMatchObject({
      '$feature/hero': 'mine',
      '$feature/other': 'registered',
      $active_feature_flags: ['hero', 'other'],
    })
  })

  it('is not asked for by a client that captures nothing', async () => {
    const { client, posthog, events } = createFlagClient({}, { flags: answered({ hero: true }) })
    await client.disable()

    client.capture({ ...message, sendFeatureFlags: true })
    await client.captureImmediate({ ...message, sendFeatureFlags: true })

    expect(await events()).toEqual([])
    expect(posthog.paths).toEqual([])
    expect(client.stats().refused).toEqual({ 'opted-out': 2 })
  })
})

describe('while its flags are evaluated', () => {
  it('an event keeps time, context and properties of its call', async () => {
    const { reply, give } = held()
    const { client, runtime, events } = createFlagClient({}, { flags: reply })
    const properties = { total: 1, items: ['a'] }
    const groups = { company: 'acme' }
    client.register({ tier: 'gold' })

    client.withContext({ sessionId: 'session_1' }, () =>
      client.capture({ ...message, properties, groups, sendFeatureFlags: true }),
    )
    properties.total = 2
    properties.items.push('b')
    groups.company = 'other'
    client.register({ tier: 'silver' })
    await runtime.advance(1000)
    give(answered({ hero: true }))

    expect(await events()).toMatchObject([
      {
        timestamp: '2024-06-15T12:30:45.123Z',
        properties: {
          total: 1,
          items: ['a'],
          tier: 'gold',
          $session_id: 'session_1',
          $groups: { company: 'acme' },
          '$feature/hero': true,
        },
      },
    ])
  })

  it.each(['flush', 'shutdown'] as const)('%s waits for it, and sends it with them', async (end) => {
    const { reply, give } = held()
    const { client, posthog, runtime, events } = createFlagClient({}, { flags: reply })

    client.capture({ ...message, sendFeatureFlags: true })
    await runtime.settle()
    expect(posthog.flagCalls).toHaveLength(1)
    const ended = client[end]()
    give(answered({ hero: true }))

    expect(await ended).toMatchObject({ sent: 1 })
    expect(await events()).toMatchObject([{ properties: { '$feature/hero': true } }])
  })

  it.each<['flush' | 'shutdown', ClientOptions, number]>([
    // Two attempts and the pause between them; where definitions are loaded, their time before that.
    ['flush', {}, 6300],
    ['shutdown', {}, 6300],
    ['flush', { featureFlagsRequestTimeoutMs: 20_000, requestTimeout: 1000 }, 40_300],
    ['flush', { ...local, featureFlagsRequestTimeoutMs: 100, requestTimeout: 20_000 }, 20_500],
  ])('%s with %j waits as long as a slow answer may take', async (end, options, elapsedMs) => {
    const never = new Promise<FetchResponse>(() => {})
    const { client, runtime } = createFlagClient(options, { flags: never, definitions: never })

    client.capture({ ...message, sendFeatureFlags: true })
    const report = await inTime(runtime, client[end]())

    expect(runtime.now()).toBe(1_718_454_645_123 + elapsedMs)
    expect(report).toMatchObject({ sent: 1, pending: 0 })
  })

  it('an immediate event waits too, and is then sent before it resolves', async () => {
    const { reply, give } = held()
    const { client } = createFlagClient({}, { flags: reply })

    const sent = client.captureImmediate({ ...message, sendFeatureFlags: true })
    expect(client.stats()).toMatchObject({ accepted: 0 })
    give(answered({ hero: true }))
    await sent

    expect(client.stats()).toMatchObject({ accepted: 1, sent: 1 })
  })
})

describe('before_send', () => {
  it('receives snapshot and wish, and properties without flags; these lie beneath what it returns', async () => {
    const seen: EventMessage[] = []
    const { client, events } = await createLocalClient(definitions, {
      before_send: (event) => {
        seen.push({ ...event, properties: { ...event.properties } })
        return { ...event, properties: { ...event.properties, '$feature/on': 'mine' } }
      },
    })
    const flags = (await client.evaluateFlags('user_1')).only(['on', 'hero'])

    client.capture({ ...message, properties: { total: 1 }, flags })
    client.capture({ ...message, sendFeatureFlags: { flagKeys: ['on', 'hero'] } })

    const carried = { '$feature/on': 'mine', '$feature/hero': 'blue', $active_feature_flags: ['hero', 'on'] }
    expect((await events()).map(({ properties }) => properties)).toEqual([
      { total: 1, ...carried, ...library },
      { ...carried, ...library },
    ])
    expect(seen.map((event) => [event.properties, event.flags, event.sendFeatureFlags])).toEqual([
      [{ total: 1 }, flags, undefined],
      [{}, undefined, { flagKeys: ['on', 'hero'] }],
    ])
  })

  it.each([
    ['refuses the event', () => null],
    ['takes the wish back', (event: EventMessage) => ({ ...event, sendFeatureFlags: false })],
  ])('that %s spares the evaluation', async (_case, before_send) => {
    const { client, posthog, events } = createFlagClient({ before_send }, { flags: answered({ hero: true }) })

    client.capture({ ...message, sendFeatureFlags: true })
    await client.captureImmediate({ ...message, sendFeatureFlags: true })

    for (const { properties } of await events()) expect(properties).toEqual(library)
    expect(posthog.paths).toEqual([])
  })

  it('sees an event that asks for flags once', async () => {
    let calls = 0
    const before_send = (event: EventMessage) => {
      calls += 1
      return event
    }
    const { client, events } = createFlagClient({ before_send }, { flags: answered({ hero: true }) })

    client.capture({ ...message, sendFeatureFlags: true })

    expect(await events()).toMatchObject([{ properties: { '$feature/hero': true } }])
    expect(calls).toBe(1)
  })
})

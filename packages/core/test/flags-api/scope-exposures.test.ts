import { describe, expect, it } from 'vitest'
import type { RequestOptions } from '../../src/index.ts'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'
import { continuous, defined, everyone, nobody, variants } from './flag-definitions.ts'
import { answered, createFlagClient, createLocalClient, type FlagClientSetup } from './flag-client-setup.ts'

const definitions = {
  flags: [
    defined('hero', [everyone], { id: 7, ...variants('blue') }),
    defined('off', [nobody]),
    continuous('open'),
  ],
}

function visit({ client }: FlagClientSetup, flags: RequestOptions['flags'] = {}) {
  return scopeOpener(client, { flags })(pageFacts({ cookie: browserCookie('browser_1') }))
}

describe('a flag that was read in a request', () => {
  it('is on an event of the visitor, with what every event of the request says', async () => {
    const setup = await createLocalClient(definitions)
    setup.client.register({ tier: 'gold' })
    const { scope } = visit(setup)

    scope.flags.getFlag('hero')
    scope.capture('order placed')

    const [exposure, order] = await setup.events()
    const { tier, ...ofRequest } = order?.properties ?? {}
    expect(tier).toBe('gold')
    expect(exposure).toMatchObject({ event: '$feature_flag_called', distinct_id: 'browser_1' })
    expect(exposure?.properties).toEqual({
      ...ofRequest,
      tier: 'gold',
      $feature_flag: 'hero',
      $feature_flag_response: 'blue',
      '$feature/hero': 'blue',
      locally_evaluated: true,
      $feature_flag_id: 7,
      $feature_flag_reason: 'Evaluated locally',
      $feature_flag_evaluated_at: 1_718_454_645_123,
      $feature_flag_definitions_loaded_at: 1_718_454_645_123,
    })
    expect(ofRequest).toMatchObject({
      '$feature/hero': 'blue',
      $pathname: '/',
      $ip: '203.0.113.9',
      $hedgerow_id_source: 'cookie',
      $process_person_profile: false,
    })
    expect(ofRequest).not.toHaveProperty('$geoip_disable')
  })

  it('is reported once for a visitor, over requests and together with the client’s calls', async () => {
    const setup = await createLocalClient(definitions)

    await setup.client.getFeatureFlag('hero', 'browser_1')
    for (const { scope } of [visit(setup), visit(setup)]) {
      scope.flags.isEnabled('hero')
      scope.flags.getFlag('off')
    }

    expect((await setup.exposures()).map(({ properties }) => properties['$feature_flag'])).toEqual([
      'hero',
      'off',
    ])
  })

  it('says why it has no value', async () => {
    const setup = await createLocalClient(definitions, {}, 500)
    const { scope } = visit(setup)

    scope.flags.getFlag('open')
    scope.flags.getFlag('unknown')

    expect(
      (await setup.exposures()).map(({ properties }) => [
        properties['$feature_flag'],
        properties['$feature_flag_error'],
      ]),
    ).toEqual([
      ['open', 'local_evaluation_inconclusive'],
      ['unknown', 'flag_missing'],
    ])
  })

  it.each<[string, Readonly<Record<string, unknown>>, unknown, unknown]>([
    [
      'was incomplete',
      { errorsWhileComputingFlags: true },
      'errors_while_computing_flags',
      'errors_while_computing_flags,flag_missing',
    ],
    ['was complete', {}, undefined, 'flag_missing'],
  ])('says that PostHog’s answer %s, from memory too', async (_case, facts, known, unknown) => {
    const answer = answered({ hero: true }, { requestId: 'request_1', evaluatedAt: 17, ...facts })
    const setup = createFlagClient({}, { flags: answer })
    const open = scopeOpener(setup.client)
    const said: unknown[] = []
    for (const keys of [
      ['hero', 'gone'],
      ['lost', 'lost too'],
    ]) {
      const { scope } = open(pageFacts({ cookie: browserCookie('browser_1') }))
      await scope.ready
      for (const key of keys) scope.flags.getFlag(key)
    }

    for (const { properties } of await setup.exposures()) {
      said.push(properties['$feature_flag_error'])
      expect(properties).toMatchObject({
        $feature_flag_request_id: 'request_1',
        $feature_flag_evaluated_at: 17,
      })
    }
    expect(said).toEqual([known, unknown, unknown, unknown])
    expect(setup.posthog.flagCalls).toHaveLength(1)
  })

  it('is on the events after the read, and not on those before', async () => {
    const setup = await createLocalClient(definitions, { sendFeatureFlagEvent: false })
    const { scope } = visit(setup)

    scope.capture('opened')
    scope.flags.getFlag('hero')
    scope.capture('seen')
    scope.flags.getFlag('off')
    scope.flags.getFlag('open')
    scope.capture('ordered')

    const flagsOf = (properties: Readonly<Record<string, unknown>>) =>
      Object.fromEntries(Object.entries(properties).filter(([name]) => name.startsWith('$feature/')))
    expect((await setup.events()).map(({ event, properties }) => [event, flagsOf(properties)])).toEqual([
      ['opened', {}],
      ['seen', { '$feature/hero': 'blue' }],
      ['ordered', { '$feature/hero': 'blue', '$feature/off': false }],
    ])
  })

  it.each([
    ['before it was loaded', 'never', 200],
    ['when it could not be had', 'documents', 500],
  ] as const)('is none for what was read %s', async (_case, preload, status) => {
    const setup = createFlagClient({}, { flags: status === 500 ? 500 : answered({ hero: true }) })
    const { scope } = visit(setup, { preload })
    await scope.ready

    scope.flags.getFlag('hero')
    scope.flags.isEnabled('hero', { defaultValue: true })
    scope.capture('order placed')

    expect((await setup.events()).map(({ event }) => event)).toEqual(['order placed'])
  })

  it('is none where the application set it, which the events of the request say all the same', async () => {
    const setup = await createLocalClient(definitions)
    setup.client.overrideFeatureFlags({ hero: 'mine' })
    const { scope } = visit(setup)

    scope.flags.getFlag('hero')
    scope.capture('order placed')

    expect(
      (await setup.events()).map(({ event, properties }) => [event, properties['$feature/hero']]),
    ).toEqual([['order placed', 'mine']])
  })

  it('is none where the read, or the client, says so', async () => {
    const setup = await createLocalClient(definitions)
    const quiet = await createLocalClient(definitions, { sendFeatureFlagEvent: false })

    visit(setup).scope.flags.getFlag('hero', { sendFeatureFlagEvents: false })
    visit(quiet).scope.flags.getFlag('hero')

    expect([...(await setup.exposures()), ...(await quiet.exposures())]).toEqual([])
  })

  it('belongs to whom it was evaluated for, although somebody else has signed in', async () => {
    const setup = await createLocalClient(definitions)
    const { scope } = visit(setup)
    const before = scope.flags

    const identified = scope.identify('user_1')
    before.getFlag('hero')
    scope.flags.getFlag('hero')
    await identified

    expect(
      (await setup.exposures()).map(({ distinct_id: id, properties }) => [
        id,
        properties['$hedgerow_id_source'],
        properties['$process_person_profile'],
      ]),
    ).toEqual([
      ['browser_1', 'cookie', false],
      ['user_1', 'resolver', undefined],
    ])
  })
})

describe('a call of the client in a request', () => {
  it('that names nobody, reports the visitor with all that belongs to them', async () => {
    const setup = await createLocalClient(definitions)
    const { scope } = visit(setup)

    const flags = await scope.run(async () => {
      await setup.client.getFeatureFlagResult('off')
      const snapshot = await setup.client.evaluateFlags(undefined, { onlyEvaluateLocally: true })
      snapshot.isEnabled('hero')
      return snapshot
    })
    flags.getFlag('open')

    const events = await setup.exposures()
    expect(events.map(({ distinct_id: id, properties }) => [id, properties['$feature_flag']])).toEqual([
      ['browser_1', 'off'],
      ['browser_1', 'hero'],
      ['browser_1', 'open'],
    ])
    for (const { properties } of events.slice(0, 2)) {
      expect(properties).toMatchObject({
        $hedgerow_id_source: 'cookie',
        $process_person_profile: false,
        $pathname: '/',
      })
    }
  })

  it('that names somebody, reports them, not the visitor', async () => {
    const setup = await createLocalClient(definitions)
    const { scope } = visit(setup)

    await scope.run(() => setup.client.getFeatureFlag('hero', 'user_9'))

    const [event] = await setup.exposures()
    expect(event?.distinct_id).toBe('user_9')
    expect(event?.properties).not.toHaveProperty('$hedgerow_id_source')
    expect(event?.properties).not.toHaveProperty('$process_person_profile')
  })
})

it('a call in a context reports whoever the context is about, with its properties', async () => {
  const { client, exposures } = await createLocalClient(definitions)
  const context = { distinctId: 'user_2', sessionId: 'session_1', properties: { cart: 3 } }

  await client.withContext(context, () => client.getFeatureFlagResult('hero'))

  expect(await exposures()).toMatchObject([
    { distinct_id: 'user_2', properties: { $session_id: 'session_1', cart: 3, $feature_flag: 'hero' } },
  ])
})

import { describe, expect, it } from 'vitest'
import type { EventMessage } from '../../src/index.ts'
import { defined, everyone } from './flag-definitions.ts'
import { createFlagClient, createLocalClient } from './flag-client-setup.ts'

const now = 1_718_454_645_123
const minimal = { minimal_flag_called_events: true }
const library = { $lib: 'hedgerow-node', $lib_version: '0.0.0', $is_server: true, $geoip_disable: true }

/** A flag without an experiment, or with one, or of which neither is said. */
const flag = (key: string, has_experiment?: boolean) => defined(key, [everyone], { id: 7, has_experiment })

/** An answer of PostHog with such a flag. */
const answer = (facts: object, has_experiment?: boolean) => ({
  flags: {
    hero: {
      key: 'hero',
      enabled: true,
      reason: { code: 'condition_match' },
      metadata: { id: 7, version: 3, has_experiment },
    },
  },
  requestId: 'request_1',
  evaluatedAt: 1_718_454_000_000,
  ...facts,
})

/** What a full event has, and a minimal one has not. */
const isFull = (properties: Readonly<Record<string, unknown>>) => Object.hasOwn(properties, '$feature/hero')

describe('a minimal event', () => {
  it('is all that is sent where the definitions ask for it', async () => {
    const { client, exposures } = await createLocalClient({ flags: [flag('hero', false)], ...minimal })

    await client.getFeatureFlag('hero', 'user_1', { groups: { company: 'acme' } })

    expect((await exposures()).map(({ properties }) => properties)).toEqual([
      {
        $feature_flag: 'hero',
        $feature_flag_response: true,
        locally_evaluated: true,
        $feature_flag_id: 7,
        $feature_flag_reason: 'Evaluated locally',
        $feature_flag_evaluated_at: now,
        $feature_flag_has_experiment: false,
        $groups: { company: 'acme' },
        ...library,
      },
    ])
  })

  it('is all that is sent where PostHog’s answer asks for it', async () => {
    const flags = answer({ minimalFlagCalledEvents: true, errorsWhileComputingFlags: true }, false)
    const { client, exposures } = createFlagClient({}, { flags })

    ;(await client.evaluateFlags('user_1')).isEnabled('hero')

    expect((await exposures()).map(({ properties }) => properties)).toEqual([
      {
        $feature_flag: 'hero',
        $feature_flag_response: true,
        locally_evaluated: false,
        $feature_flag_id: 7,
        $feature_flag_version: 3,
        $feature_flag_reason: 'condition_match',
        $feature_flag_request_id: 'request_1',
        $feature_flag_evaluated_at: 1_718_454_000_000,
        $feature_flag_has_experiment: false,
        $feature_flag_error: 'errors_while_computing_flags',
        ...library,
      },
    ])
  })

  it('has of context and registered properties what the list allows', async () => {
    const { client, exposures } = await createLocalClient({ flags: [flag('hero', false)], ...minimal })
    client.register({ tier: 'gold', $pathname: '/registered', utm_source: 'mail' })
    const context = {
      sessionId: 'session_1',
      properties: { cart: 3, $current_url: 'https://shop.example/a', gclid: 'click', $device_id: 'device_1' },
    }

    await client.withContext(context, () => client.getFeatureFlag('hero', 'user_1'))

    const { properties } = (await exposures())[0] ?? {}
    expect(properties).toMatchObject({
      $session_id: 'session_1',
      $current_url: 'https://shop.example/a',
      $device_id: 'device_1',
      $pathname: '/registered',
      utm_source: 'mail',
      gclid: 'click',
    })
    expect(properties).not.toHaveProperty('tier')
    expect(properties).not.toHaveProperty('cart')
  })

  it('is made before before_send, which may add to it', async () => {
    const seen: EventMessage[] = []
    const { client, exposures } = await createLocalClient(
      { flags: [flag('hero', false)], ...minimal },
      {
        before_send: (event) => {
          seen.push(structuredClone(event))
          return { ...event, properties: { ...event.properties, mine: 1 } }
        },
      },
    )
    client.register({ tier: 'gold' })

    await client.getFeatureFlag('hero', 'user_1')

    expect(seen.map(({ properties }) => properties)).toEqual([
      {
        $feature_flag: 'hero',
        $feature_flag_response: true,
        locally_evaluated: true,
        $feature_flag_id: 7,
        $feature_flag_reason: 'Evaluated locally',
        $feature_flag_evaluated_at: now,
        $feature_flag_has_experiment: false,
      },
    ])
    expect((await exposures())[0]?.properties).toMatchObject({ mine: 1, $lib: 'hedgerow-node' })
  })

  it.each([true, undefined])('is none for a flag whose experiment is %s', async (hasExperiment) => {
    const { client, exposures } = await createLocalClient({
      flags: [flag('hero', hasExperiment)],
      ...minimal,
    })
    client.register({ tier: 'gold' })

    await client.getFeatureFlag('hero', 'user_1')

    expect((await exposures())[0]?.properties).toMatchObject({
      '$feature/hero': true,
      $feature_flag_definitions_loaded_at: now,
      tier: 'gold',
    })
  })

  it('is none of another event', async () => {
    const { client, events } = await createLocalClient({ flags: [flag('hero', false)], ...minimal })

    client.capture({
      event: 'order placed',
      distinctId: 'user_1',
      flags: await client.evaluateFlags('user_1'),
    })

    expect((await events()).map(({ properties }) => isFull(properties))).toEqual([true])
  })
})

describe('whether events are minimal', () => {
  it('is what the latest answer said, whichever kind it was', async () => {
    const { client, posthog, exposures } = await createLocalClient({ flags: [flag('hero', false)] })
    const definitions = (facts: object) => ({ flags: [flag('hero', false)], ...facts })
    const read = (distinctId: string) => client.getFeatureFlag('hero', distinctId)
    const reload = () => client.reloadFeatureFlags()
    const ask = () => client.getFeatureFlag('other', 'somebody', { sendFeatureFlagEvents: false })

    await read('at first')
    posthog.definitions = definitions(minimal)
    await reload()
    await read('minimal by definitions')
    posthog.flags = answer({})
    await ask()
    await read('full by answer')
    posthog.flags = answer({ minimalFlagCalledEvents: true })
    await ask()
    await read('minimal by answer')
    posthog.definitions = 500
    await reload()
    posthog.flags = 500
    await ask()
    await read('still minimal, for failures say nothing')
    posthog.definitions = definitions({ minimal_flag_called_events: false })
    await reload()
    await read('full by definitions')

    expect((await exposures()).map((event) => [event.distinct_id, isFull(event.properties)])).toEqual([
      ['at first', true],
      ['minimal by definitions', false],
      ['full by answer', true],
      ['minimal by answer', false],
      ['still minimal, for failures say nothing', false],
      ['full by definitions', true],
    ])
  })

  it('is over when PostHog takes the definitions back', async () => {
    const { client, posthog, exposures } = await createLocalClient({
      flags: [flag('hero', false)],
      ...minimal,
    })
    const flags = await client.evaluateFlags('user_1')

    posthog.definitions = 402
    await client.reloadFeatureFlags()
    flags.isEnabled('hero')

    expect((await exposures()).map(({ properties }) => isFull(properties))).toEqual([true])
  })
})

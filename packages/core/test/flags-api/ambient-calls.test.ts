import { describe, expect, it } from 'vitest'
import type { FlagSnapshot } from '../../src/index.ts'
import { pageFacts, scopeOpener } from '../request/open-scope.ts'
import { defined, onPlan } from './flag-definitions.ts'
import { answered, createFlagClient, createLocalClient, type FlagClientSetup } from './flag-client-setup.ts'

const device = '0190a1b2-0000-7000-8000-000000000001'

/** Half of all devices are in; which ones, hangs on the device's id alone. */
const byDevice = ['a', 'b', 'c', 'd', 'e', 'f'].map((key) =>
  defined(key, [{ properties: [], rollout_percentage: 50 }], { bucketing_identifier: 'device_id' }),
)

function visit({ client }: FlagClientSetup) {
  const browser = JSON.stringify({ distinct_id: 'browser_1', $device_id: device })
  const cookie = `ph_phc_test_posthog=${encodeURIComponent(browser)}`
  return scopeOpener(client, { flags: { preload: 'never' } })(pageFacts({ cookie })).scope
}

function valuesOf(flags: FlagSnapshot): Record<string, unknown> {
  return Object.fromEntries(flags.entries())
}

describe('a call of the client in a request that names nobody', () => {
  it('is about the visitor with their device, and answers what the request’s flags say', async () => {
    const setup = await createLocalClient({ flags: byDevice })
    const scope = visit(setup)

    const [snapshot, all, one] = await scope.run(async () => [
      valuesOf(await setup.client.evaluateFlags()),
      await setup.client.getAllFlags(),
      (await setup.client.getFeatureFlagResult('a'))?.enabled,
    ])

    const inRequest = valuesOf(scope.flags)
    expect(Object.keys(inRequest)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'])
    expect(new Set(Object.values(inRequest))).toEqual(new Set([true, false]))
    expect([snapshot, all, one]).toEqual([inRequest, inRequest, inRequest['a']])
    expect(setup.posthog.paths).toEqual([])
  })

  it('asks PostHog about the visitor with their device, as the request does', async () => {
    const setup = createFlagClient({}, { flags: answered({ hero: true }) })
    const scope = visit(setup)

    await scope.flags.load()
    await scope.run(() => setup.client.evaluateFlags())

    const [ofScope, ofCall] = setup.posthog.flagCalls
    expect(ofCall).toEqual(ofScope)
    expect(ofCall).toMatchObject({ person_properties: { $device_id: device }, $device_id: device })
  })

  it('adds what it says itself', async () => {
    const definitions = { flags: [...byDevice, defined('pro', [onPlan('pro')])] }
    const setup = await createLocalClient(definitions)
    const scope = visit(setup)
    const personProperties = { plan: 'pro' }

    const [flags, onOtherDevice] = await scope.run(async () => [
      await setup.client.getAllFlags(undefined, { personProperties }),
      await setup.client.getAllFlags(undefined, {
        personProperties: { ...personProperties, $device_id: 'x' },
      }),
    ])

    expect(flags).toEqual({ ...valuesOf(scope.flags), pro: true })
    expect(onOtherDevice).not.toEqual(flags)
  })

  it('is about nobody’s device where the context names somebody else', async () => {
    const setup = createFlagClient({}, { flags: answered({}) })
    const { client, posthog } = setup

    await visit(setup).run(() => client.withContext({ distinctId: 'user_2' }, () => client.getAllFlags()))

    expect(posthog.flagCalls).toMatchObject([{ distinct_id: 'user_2', person_properties: {} }])
  })

  it('leaves the request’s flags as they are, and loads nothing for them', async () => {
    const setup = createFlagClient({}, { flags: answered({ hero: true }) })
    const scope = visit(setup)
    const before = scope.flags

    await scope.run(() => setup.client.evaluateFlags())

    expect(scope.flags).toBe(before)
    expect(scope.flags.state).toBe('not-loaded')
  })
})

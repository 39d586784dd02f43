import { describe, expect, it } from 'vitest'
import type { FlagOverridesInput } from '../../src/index.ts'
import { decideGate } from '../../src/index.ts'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'
import { continuous, defined, everyone, nobody } from './flag-definitions.ts'
import { answered, createFlagClient, createLocalClient } from './flag-client-setup.ts'

const definitions = {
  flags: [
    defined('on', [everyone], { filters: { payloads: { true: '"stored"' } } }),
    defined('off', [nobody]),
    continuous('open'),
  ],
}
const keys = ['on', 'off', 'open', 'new']

/** Values of all four flags, with calls that stay here. */
async function valuesWith(...overrides: FlagOverridesInput[]): Promise<unknown[]> {
  const { client, posthog } = await createLocalClient(definitions)
  for (const override of overrides) client.overrideFeatureFlags(override)
  const flags = await client.evaluateFlags('user_1', { onlyEvaluateLocally: true })
  const all = await client.getAllFlags('user_1', { onlyEvaluateLocally: true })
  const values = []
  for (const key of keys) {
    const value = await client.getFeatureFlag(key, 'user_1', { onlyEvaluateLocally: true })
    expect([flags.getFlag(key), all[key]]).toEqual([value, value])
    values.push(value)
  }
  expect(posthog.paths).toEqual([])
  return values
}

describe('values that the application sets', () => {
  it.each<[string, FlagOverridesInput[], unknown[]]>([
    ['none', [], [true, false, undefined, undefined]],
    ['values by key', [{ on: false, off: 'blue', open: true, new: '' }], [false, 'blue', true, '']],
    ['a list', [['off', 'open', 'new']], [true, true, true, true]],
    ['undefined', [{ on: undefined }], [undefined, false, undefined, undefined]],
    ['values by kind', [{ flags: { on: 'blue' } }], ['blue', false, undefined, undefined]],
    ['a list by kind', [{ flags: ['open'] }], [true, false, true, undefined]],
    ['others later', [{ on: false }, { off: true }], [true, true, undefined, undefined]],
    ['an empty object later', [{ on: false }, {}], [true, false, undefined, undefined]],
    ['false later', [{ on: false }, false], [true, false, undefined, undefined]],
    ['false by kind later', [{ on: false }, { flags: false }], [true, false, undefined, undefined]],
    ['payloads later', [{ on: false }, { payloads: { on: 1 } }], [false, false, undefined, undefined]],
    // What types forbid, plain JavaScript still passes.
    [
      'payloads beside undefined',
      [{ on: false }, { flags: undefined, payloads: { on: 1 } } as unknown as FlagOverridesInput],
      [false, false, undefined, undefined],
    ],
    ['payloads cleared later', [{ on: false }, { payloads: false }], [false, false, undefined, undefined]],
  ])('beat everything else: %s', async (_case, overrides, expected) => {
    expect(await valuesWith(...overrides)).toEqual(expected)
  })

  it.each<[FlagOverridesInput, unknown, unknown]>([
    [{ flags: true }, true, undefined],
    [{ payloads: 'blue' }, undefined, 'blue'],
    [{ flags: 'blue', payloads: true }, 'blue', true],
    [{ flags: { flags: 'blue', payloads: false } }, 'blue', false],
    [['flags', 'payloads'], true, true],
    [{ flags: false }, undefined, undefined],
  ])('may be those of flags called `flags` and `payloads`: %j', async (overrides, flags, payloads) => {
    const { client } = await createLocalClient(definitions, { strictLocalEvaluation: true })

    client.overrideFeatureFlags(overrides)

    expect(await client.getFeatureFlag('flags', 'user_1')).toBe(flags)
    expect(await client.getFeatureFlag('payloads', 'user_1')).toBe(payloads)
  })

  it('stay as they are when the application changes its object', async () => {
    const { client } = await createLocalClient(definitions)
    const overrides: Record<string, boolean> = { off: true }

    client.overrideFeatureFlags(overrides)
    overrides['off'] = false
    overrides['on'] = false

    expect(await client.getAllFlags('user_1', { onlyEvaluateLocally: true })).toEqual({ on: true, off: true })
  })

  it('need neither definitions nor an answer', async () => {
    const { client, posthog } = createFlagClient({}, { flags: answered({ hero: 'remote', other: true }) })
    client.overrideFeatureFlags({ hero: 'mine' })

    const values = [
      await client.getFeatureFlag('hero', 'user_1'),
      await client.isFeatureEnabled('hero', 'user_1'),
      await client.getFeatureFlagPayload('hero', 'user_1', 'blue'),
      (await client.evaluateFlags('user_1', { flagKeys: ['hero'] })).getFlag('hero'),
    ]

    expect(values).toEqual(['mine', true, null, 'mine'])
    expect(posthog.paths).toEqual([])
    expect(await client.getAllFlags('user_1')).toEqual({ hero: 'mine', other: true })
  })

  it('spare the request for a flag that could not be decided', async () => {
    const { client, posthog } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ open: 'mine' })

    expect(await client.getAllFlags('user_1')).toEqual({ on: true, off: false, open: 'mine' })
    expect((await client.evaluateFlags('user_1')).unresolvedFlags).toEqual({})
    expect(posthog.paths).toEqual([])
  })

  it('of flags that a call does not want are left out', async () => {
    const { client } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ off: true, new: true })

    expect(await client.getAllFlags('user_1', { flagKeys: ['on', 'off'] })).toEqual({ on: true, off: true })
    expect((await client.evaluateFlags('user_1', { flagKeys: ['on'] })).keys).toEqual(['on'])
  })

  it('are said to be what they are, and explain nothing', async () => {
    const { client } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ on: 'blue' })

    const flags = await client.evaluateFlags('user_1', { onlyEvaluateLocally: true })

    expect(flags.getFlagResult('on')).toMatchObject({ value: 'blue', reason: 'override', origin: undefined })
    expect(flags.explain('on')).toBeUndefined()
    expect(flags.explain('off')).toMatchObject({ value: false })
    expect(await client.getFeatureFlagResult('on', 'user_1')).toEqual({
      key: 'on',
      enabled: true,
      variant: 'blue',
    })
  })

  it('leave snapshots as they are that were made before', async () => {
    const { client } = await createLocalClient(definitions)
    const before = await client.evaluateFlags('user_1', { onlyEvaluateLocally: true })

    client.overrideFeatureFlags({ on: false })
    const during = await client.evaluateFlags('user_1', { onlyEvaluateLocally: true })
    client.overrideFeatureFlags({ on: 'blue', new: true })

    expect([before.getFlag('on'), during.getFlag('on'), during.getFlag('new')]).toEqual([
      true,
      false,
      undefined,
    ])
  })

  it('hold in the scope of a request, where nothing is loaded for them', async () => {
    const { client, posthog } = createFlagClient({}, { flags: answered({ hero: false }) })
    client.overrideFeatureFlags({ hero: 'mine', gone: undefined, lost: undefined })
    const open = scopeOpener(client, { flags: { preload: 'never', defaults: { gone: 'default' } } })
    const { scope } = open(pageFacts({ cookie: browserCookie('browser_1') }))

    const flags = await scope.flags.load('hero')

    expect([flags.getFlag('hero'), flags.getFlag('gone'), flags.state]).toEqual([
      'mine',
      'default',
      'not-loaded',
    ])
    expect(decideGate(flags, { key: 'lost' })).toEqual({ allow: false, reason: 'unknown' })
    expect(posthog.paths).toEqual([])
  })
})

describe('payloads that the application sets', () => {
  it('go with whatever value the flag has', async () => {
    const { client } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ payloads: { on: { size: 1 }, off: 2 } })

    const flags = await client.evaluateFlags('user_1', { onlyEvaluateLocally: true })

    expect(await client.getFeatureFlagResult('on', 'user_1')).toMatchObject({
      enabled: true,
      payload: { size: 1 },
    })
    expect([flags.getFlag('on'), flags.getFlagPayload('on')]).toEqual([true, { size: 1 }])
    expect([flags.getFlag('off'), flags.getFlagPayload('off')]).toEqual([false, 2])
    const { featureFlagPayloads } = await client.getAllFlagsAndPayloads('user_1', {
      onlyEvaluateLocally: true,
    })
    expect(featureFlagPayloads).toEqual({ on: { size: 1 }, off: 2 })
  })

  it('are none where the application set the value alone', async () => {
    const { client } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ on: true })

    expect(await client.getFeatureFlagPayload('on', 'user_1')).toBeNull()
    expect(await client.getFeatureFlagPayload('on', 'user_1', true)).toBeNull()
  })

  it('are given for any value that a call names, and for a flag that is unknown', async () => {
    const { client, posthog } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ payloads: { on: 'mine', new: 'mine too', none: undefined } })

    expect(await client.getFeatureFlagPayload('on', 'user_1', true)).toBe('mine')
    expect(await client.getFeatureFlagPayload('new', 'user_1')).toBe('mine too')
    expect(await client.getFeatureFlagPayload('none', 'user_1')).toBeNull()
    expect(posthog.paths).toEqual([])
  })

  it.each<[FlagOverridesInput, unknown, unknown]>([
    [{ payloads: { on: 'later' } }, 'mine', 'later'],
    [{ payloads: false }, 'mine', null],
    [{ flags: false }, true, 'mine'],
    [{ flags: { on: 'other' } }, 'other', 'mine'],
    [false, true, 'stored'],
  ])('are set and cleared apart from values: %j', async (later, value, payload) => {
    const { client } = await createLocalClient(definitions)
    client.overrideFeatureFlags({ flags: { on: 'mine' }, payloads: { on: 'mine' } })

    client.overrideFeatureFlags(later)

    expect(await client.getFeatureFlag('on', 'user_1')).toBe(value)
    expect(await client.getFeatureFlagPayload('on', 'user_1')).toBe(payload)
  })
})

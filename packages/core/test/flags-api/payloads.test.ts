import { describe, expect, it } from 'vitest'
import { continuous, defined, everyone, onPlan, variants } from './flag-definitions.ts'
import { answered, createFlagClient, createLocalClient } from './flag-client-setup.ts'

const here = { onlyEvaluateLocally: true }

/** A flag that is on for everyone, with this stored payload. */
const withPayload = (payload: unknown) =>
  defined('hero', [everyone], { filters: { payloads: { true: payload } } })

describe('a stored payload', () => {
  it.each<[string, unknown, unknown]>([
    ['JSON', '{"size":[1,2]}', { size: [1, 2] }],
    ['a number in text', '42', 42],
    ['zero in text', '0', 0],
    ['false in text', 'false', false],
    ['text in JSON', '"blue"', 'blue'],
    ['empty text in JSON', '""', ''],
    ['text that is no JSON', '{broken', '{broken'],
    ['an object that was not made text', { size: 1 }, { size: 1 }],
    ['a list that was not made text', [1], [1]],
    ['a number that was not made text', 7, 7],
    ['true that was not made text', true, true],
    ['null in text', 'null', null],
    ['empty text', '', null],
    ['null', null, null],
    ['zero', 0, null],
    ['false', false, null],
    ['nothing', undefined, null],
  ])('that is %s is decoded, or is none', async (_case, stored, expected) => {
    const { client, posthog } = await createLocalClient({ flags: [withPayload(stored)] })

    expect(await client.getFeatureFlagPayload('hero', 'user_1')).toEqual(expected)
    expect((await client.getFeatureFlagResult('hero', 'user_1'))?.payload ?? null).toEqual(expected)
    expect((await client.evaluateFlags('user_1')).getFlagPayload('hero') ?? null).toEqual(expected)
    const { featureFlagPayloads } = await client.getAllFlagsAndPayloads('user_1')
    expect(featureFlagPayloads).toEqual(expected ? { hero: expected } : {})
    expect(posthog.paths).toEqual([])
  })

  it('belongs to the value that the person has', async () => {
    const payloads = { blue: '"for blue"', green: '"for green"', true: '"for true"', false: '"for false"' }
    const { client } = await createLocalClient({
      flags: [
        defined('blue', [everyone], variants('blue', payloads)),
        defined('other', [everyone], variants('red', payloads)),
        defined('on', [everyone], { filters: { payloads } }),
        defined('off', [], { filters: { payloads } }),
      ],
    })

    const payloadsOf = await Promise.all(
      ['blue', 'other', 'on', 'off'].map((key) => client.getFeatureFlagPayload(key, 'user_1')),
    )
    const { featureFlagPayloads } = await client.getAllFlagsAndPayloads('user_1')

    expect(payloadsOf).toEqual(['for blue', null, 'for true', null])
    expect(featureFlagPayloads).toEqual({ blue: 'for blue', on: 'for true' })
  })

  it('is undefined for a flag that is undecided or unknown', async () => {
    const { client } = await createLocalClient({ flags: [defined('hero', [onPlan('pro')])] })

    expect(await client.getFeatureFlagPayload('hero', 'user_1', undefined, here)).toBeUndefined()
    expect(await client.getFeatureFlagPayload('unknown', 'user_1', undefined, here)).toBeUndefined()
    expect((await client.evaluateFlags('user_1', here)).getFlagPayload('hero')).toBeUndefined()
  })

  it('is the caller’s own: changing it changes no later one', async () => {
    const { client } = await createLocalClient(
      { flags: [withPayload('{"list":[]}'), continuous('asked')] },
      {},
      { flags: { asked: { key: 'asked', enabled: true, metadata: { payload: '{"list":[]}' } } } },
    )
    const flags = await client.evaluateFlags('user_1')

    for (const key of ['hero', 'asked']) {
      const first = flags.getFlagPayload(key) as { list: number[] }
      first.list.push(1)
      expect(flags.getFlagPayload(key)).toEqual({ list: [] })
    }
  })
})

describe('the payload of a value that the call names', () => {
  it('is found without an evaluation, for a flag that is undecided too', async () => {
    const payloads = { blue: '"for blue"', true: '"for true"', false: '"for false"' }
    const { client, posthog } = await createLocalClient({
      flags: [{ ...continuous('hero'), filters: { groups: [], payloads } }],
    })

    const values = ['blue', true, 'green', false] as const
    const found = []
    for (const value of values) found.push(await client.getFeatureFlagPayload('hero', 'user_1', value))

    expect(found).toEqual(['for blue', 'for true', null, null])
    expect(posthog.paths).toEqual([])
  })

  it('is PostHog’s own for the person where there is no definition', async () => {
    const { client, posthog } = await createLocalClient(
      { flags: [defined('other')] },
      {},
      {
        flags: { hero: { key: 'hero', enabled: true, metadata: { payload: '"for true"' } } },
      },
    )

    expect(await client.getFeatureFlagPayload('hero', 'user_1', 'blue')).toBe('for true')
    expect(await client.getFeatureFlagPayload('hero', 'user_1', 'blue', here)).toBeUndefined()
    expect(posthog.flagCalls.map((request) => request.flag_keys_to_evaluate)).toEqual([['hero']])
  })
})

describe('a payload that PostHog answers', () => {
  it.each<[string, unknown, unknown, object]>([
    ['JSON', '{"size":1}', { size: 1 }, { hero: { size: 1 } }],
    ['text that is no JSON', 'broken', 'broken', { hero: 'broken' }],
    ['zero', '0', 0, { hero: 0 }],
    ['false', 'false', false, { hero: false }],
    ['nothing', undefined, null, {}],
    ['null', null, null, {}],
  ])('is decoded: %s', async (_case, payload, expected, all) => {
    const flags = { hero: { key: 'hero', enabled: true, metadata: { payload } } }
    const { client } = createFlagClient({}, { flags: { flags } })

    expect(await client.getFeatureFlagPayload('hero', 'user_1')).toEqual(expected)
    expect((await client.getAllFlagsAndPayloads('user_1')).featureFlagPayloads).toEqual(all)
  })

  it('of a flag that is off is none', async () => {
    const flags = { hero: { key: 'hero', enabled: false, metadata: { payload: '"hidden"' } } }
    const { client } = createFlagClient({}, { flags: { flags } })

    expect(await client.getFeatureFlagPayload('hero', 'user_1')).toBeNull()
    expect((await client.getAllFlagsAndPayloads('user_1')).featureFlagPayloads).toEqual({})
  })

  it('is undefined without an answer', async () => {
    const { client } = createFlagClient({}, { flags: 500 })

    expect(await client.getFeatureFlagPayload('hero', 'user_1')).toBeUndefined()
  })

  it('never counts as reading the flag', async () => {
    const { client, exposures } = createFlagClient({}, { flags: answered({ hero: true }) })

    await client.getFeatureFlagPayload('hero', 'user_1')
    await client.getFeatureFlagPayload('hero', 'user_1', true)
    await client.getAllFlagsAndPayloads('user_1')
    ;(await client.evaluateFlags('user_1')).getFlagPayload('hero')

    expect(await exposures()).toEqual([])
  })
})

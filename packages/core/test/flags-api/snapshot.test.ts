import { describe, expect, it } from 'vitest'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'
import { continuous, defined, everyone, nobody, onPlan, variants } from './flag-definitions.ts'
import { answered, createFlagClient, createLocalClient, held } from './flag-client-setup.ts'

const here = { onlyEvaluateLocally: true }
const visitor = () => pageFacts({ cookie: browserCookie('browser_1') })

describe('a snapshot', () => {
  it('stays as it is when other definitions arrive between two reads', async () => {
    const { client, posthog } = await createLocalClient({
      flags: [defined('first', [everyone], variants('a', { a: '"payload a"' })), defined('second')],
    })
    const before = await client.evaluateFlags('user_1', here)
    const scope = scopeOpener(client)(visitor()).scope
    const inScope = scope.flags
    expect(before.getFlag('first')).toBe('a')

    posthog.definitions = { flags: [defined('first', [nobody]), defined('third')] }
    await client.reloadFeatureFlags()
    const after = await client.evaluateFlags('user_1', here)

    for (const flags of [before, inScope, scope.flags]) {
      expect(Object.fromEntries(flags.entries())).toEqual({ first: 'a', second: true })
      expect(flags.getFlagPayload('first')).toBe('payload a')
      expect(flags.explain('second')).toMatchObject({ value: true, because: 'condition' })
      expect(flags.explain('third')).toBeUndefined()
    }
    expect(Object.fromEntries(after.entries())).toEqual({ first: false, third: true })
  })

  it('is of the definitions with which its evaluation began, whatever arrives before PostHog’s answer', async () => {
    const { reply, give } = held()
    const { client, posthog } = await createLocalClient(
      { flags: [defined('hero', [everyone], variants('before')), continuous('open')] },
      {},
      reply,
    )

    const calls = Promise.all([client.evaluateFlags('user_1'), client.getAllFlags('user_1')])
    posthog.definitions = {
      flags: [defined('hero', [everyone], variants('after')), defined('open', [nobody])],
    }
    await client.reloadFeatureFlags()
    give(answered({ open: 'remote' }))
    const [snapshot, all] = await calls

    expect(Object.fromEntries(snapshot.entries())).toEqual({ hero: 'before', open: 'remote' })
    expect(all).toEqual({ open: 'remote', hero: 'before' })
    expect(snapshot.explain('hero')?.value).toBe('before')
    expect(snapshot.explain('open')).toBeUndefined()
  })

  it('keeps its values when PostHog takes the definitions back', async () => {
    const { client, posthog } = await createLocalClient({ flags: [defined('hero')] })
    const flags = await client.evaluateFlags('user_1', here)

    posthog.definitions = 402
    await client.reloadFeatureFlags()

    expect([flags.getFlag('hero'), flags.explain('hero')?.because]).toEqual([true, 'condition'])
    expect(await client.getFeatureFlag('hero', 'user_1', here)).toBeUndefined()
  })

  it('keeps its values when the caller changes what it said of the person', async () => {
    const { client } = await createLocalClient({ flags: [defined('hero', [onPlan('pro')])] })
    const personProperties: Record<string, unknown> = { plan: 'pro' }

    const flags = await client.evaluateFlags('user_1', { ...here, personProperties })
    personProperties['plan'] = 'free'

    expect([flags.getFlag('hero'), flags.explain('hero')?.value]).toEqual([true, true])
  })

  it('keeps its values when the caller changes an object among what it said', async () => {
    const { client } = await createLocalClient({
      flags: [
        defined('early', [
          { properties: [{ key: 'since', operator: 'is_date_before', value: '2024-01-01' }] },
        ]),
        defined('team', [{ properties: [{ key: 'tags', operator: 'icontains', value: 'red' }] }]),
      ],
    })
    const since = new Date('2023-06-01T00:00:00Z')
    const tags = ['red']

    const flags = await client.evaluateFlags('user_1', { ...here, personProperties: { since, tags } })
    since.setFullYear(2025)
    tags[0] = 'blue'

    expect([flags.getFlag('early'), flags.getFlag('team')]).toEqual([true, true])
  })

  it('evaluates its flags in any order with the same values', async () => {
    const keys = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const half = [{ properties: [], rollout_percentage: 50 }]
    const { client } = await createLocalClient({ flags: keys.map((key) => defined(key, half)) })
    const [one, other] = [await client.evaluateFlags('user_1', here), await client.evaluateFlags('user_1')]

    const first = keys.toReversed().map((key) => [key, one.getFlag(key)])

    expect(Object.fromEntries(first)).toEqual(Object.fromEntries(other.entries()))
    expect([...one.entries()]).toEqual([...other.entries()])
    expect(new Set(first.map(([, value]) => value))).toEqual(new Set([true, false]))
  })

  it('of some flags knows no others', async () => {
    const { client } = await createLocalClient({ flags: [defined('a'), defined('b'), defined('c')] })

    const flags = await client.evaluateFlags('user_1', { ...here, flagKeys: ['c', 'a', 'c', 'none'] })

    expect([flags.getFlag('b'), flags.getFlagResult('b').reason]).toEqual([undefined, 'unknown'])
    expect(flags.keys).toEqual(['c', 'a'])
    expect([flags.getFlag('a'), flags.getFlag('b')]).toEqual([true, undefined])
  })

  it('hands out a fresh array of keys each time', async () => {
    const { client } = await createLocalClient({ flags: [defined('a'), defined('b')] })
    const flags = await client.evaluateFlags('user_1')

    flags.keys.push('c')

    expect(flags.keys).toEqual(['a', 'b'])
    expect(flags.keys).not.toBe(flags.keys)
  })

  it('names what could not be decided, and why', async () => {
    const { client } = await createLocalClient({
      flags: [
        defined('on'),
        continuous('sticky'),
        defined('for-pro', [onPlan('pro')]),
        defined('static', [{ properties: [{ key: 'id', type: 'cohort', value: 7 }] }]),
        defined('child', [
          { properties: [{ key: 'sticky', type: 'flag', value: true, dependency_chain: ['sticky'] }] },
        ]),
      ],
    })

    const flags = await client.evaluateFlags('user_1', here)

    expect(flags.keys).toEqual(['on'])
    expect(flags.unresolvedFlags).toEqual({
      sticky: 'experience_continuity',
      'for-pro': 'missing_context',
      static: 'unsupported_definition',
      child: 'unresolved_dependency',
    })
  })

  it('has a default for what is undecided, and for nothing else', async () => {
    const { client } = await createLocalClient({ flags: [defined('off', [nobody]), continuous('open')] })
    const flags = await client.evaluateFlags('user_1', here)
    const on = { defaultValue: true }

    expect([flags.isEnabled('off', on), flags.isEnabled('open', on), flags.isEnabled('new', on)]).toEqual([
      false,
      true,
      true,
    ])
    expect([
      flags.getFlag('off', { defaultValue: 'blue' }),
      flags.getFlag('open', { defaultValue: 'blue' }),
    ]).toEqual([false, 'blue'])
    expect([
      flags.isEnabled('open'),
      flags.getFlag('open'),
      flags.isEnabled('open', { defaultValue: false }),
    ]).toEqual([false, undefined, false])
  })

  it('can be copied and made JSON, flag by flag', async () => {
    const { client } = await createLocalClient(
      { flags: [defined('hero', [everyone], { id: 7, ...variants('blue', { blue: '[1]' }) })] },
      {},
      404,
    )
    const result = (await client.evaluateFlags('user_1')).getFlagResult('hero')

    const expected = {
      key: 'hero',
      value: 'blue',
      payload: [1],
      reason: 'evaluated',
      description: 'Evaluated locally',
      origin: {
        isLocal: true,
        id: 7,
        evaluatedAt: 1_718_454_645_123,
        definitionsLoadedAt: 1_718_454_645_123,
      },
    }
    expect({ ...result }).toEqual(expected)
    expect(JSON.parse(JSON.stringify(result))).toEqual(expected)
  })

  it('has nothing to load', async () => {
    const { client, posthog } = await createLocalClient({ flags: [continuous('open')] })
    const flags = await client.evaluateFlags('user_1', here)

    expect(await flags.load()).toBe(flags)
    expect(await flags.load('open')).toBe(flags)
    expect(posthog.paths).toEqual([])
  })

  it.each(['__proto__', 'constructor', 'toString'])(
    'has no flag %s of its own accord, and has it when defined',
    async (key) => {
      const { client } = await createLocalClient({ flags: [defined('other')] })
      const { client: defining } = await createLocalClient({ flags: [defined(key)] })

      const [without, having] = [
        await client.evaluateFlags('u', here),
        await defining.evaluateFlags('u', here),
      ]

      expect([without.getFlag(key), without.getFlagPayload(key), without.explain(key)]).toEqual([
        undefined,
        undefined,
        undefined,
      ])
      expect([having.getFlag(key), Object.hasOwn(await defining.getAllFlags('u'), key)]).toEqual([true, true])
    },
  )
})

describe('an explanation', () => {
  it('agrees with the value, for every flag that was evaluated here', async () => {
    const { client } = await createLocalClient({
      flags: [
        defined('on'),
        defined('off', [nobody]),
        defined('blue', [onPlan('pro')], variants('blue')),
        defined('for-others', [onPlan('free')]),
        defined('open', [{ properties: [{ key: 'age', operator: 'gt', value: 17 }] }]),
        defined('retired', [everyone], { active: false }),
        continuous('sticky'),
      ],
    })

    const flags = await client.evaluateFlags('user_1', { ...here, personProperties: { plan: 'pro' } })

    const explained = ['on', 'off', 'blue', 'for-others', 'open', 'retired', 'sticky'].map((key) => {
      const explanation = flags.explain(key)
      const { value, undecided } = flags.getFlagResult(key)
      expect([explanation?.value, explanation?.undecided]).toEqual([value, undecided])
      return [key, explanation?.because]
    })
    expect(Object.fromEntries(explained)).toEqual({
      on: 'condition',
      off: 'no-condition',
      blue: 'condition',
      'for-others': 'no-condition',
      open: 'undecided',
      retired: 'disabled',
      sticky: 'undecided',
    })
  })

  it('is none for what PostHog evaluated', async () => {
    const { client } = createFlagClient({}, { flags: answered({ hero: true }) })

    expect((await client.evaluateFlags('user_1')).explain('hero')).toBeUndefined()
  })
})

describe('a slice of a snapshot', () => {
  const definitions = {
    flags: [defined('a'), defined('b', [nobody]), defined('c', [everyone], variants('blue'))],
  }

  it('has the flags that were named, or read', async () => {
    const { client } = await createLocalClient(definitions)
    const flags = await client.evaluateFlags('user_1')
    flags.isEnabled('b')
    flags.getFlag('c')
    flags.getFlagPayload('a')
    flags.getFlagResult('a')

    expect(flags.only(['c', 'a']).keys).toEqual(['c', 'a'])
    expect(flags.onlyAccessed().keys).toEqual(['b', 'c'])
    expect(flags.only(['a', 'b']).onlyAccessed().keys).toEqual(['b'])
    expect(flags.only(['c']).getFlagResult('c')).toEqual(flags.getFlagResult('c'))
    expect(flags.only(['c']).explain('c')).toEqual(flags.explain('c'))
  })

  it('knows nothing of the others', async () => {
    const { client } = await createLocalClient(definitions)
    const slice = (await client.evaluateFlags('user_1')).only(['a'])

    expect([slice.getFlag('c'), slice.isEnabled('c'), slice.getFlagPayload('c'), slice.explain('c')]).toEqual(
      [undefined, false, undefined, undefined],
    )
    expect(await slice.load('c')).toBe(slice)
  })

  it('sends no event for what it left out, and one for what it has', async () => {
    const { client, exposures } = await createLocalClient(definitions)
    const slice = (await client.evaluateFlags('user_1')).only(['a'])

    slice.isEnabled('b')
    slice.getFlag('unknown')
    slice.onlyAccessed().getFlag('c')
    slice.isEnabled('a')

    expect((await exposures()).map(({ properties }) => properties['$feature_flag'])).toEqual(['a'])
  })

  it('keeps what is read of it to itself', async () => {
    const { client } = await createLocalClient(definitions)
    const flags = await client.evaluateFlags('user_1')

    flags.only(['a']).getFlag('a')

    expect(flags.onlyAccessed().keys).toEqual([])
  })

  it('warns of what it cannot have, unless warnings are off', async () => {
    const { client, alerts } = await createLocalClient(definitions)
    const quiet = await createLocalClient(definitions, { featureFlagsLogWarnings: false })

    for (const each of [client, quiet.client]) {
      const flags = await each.evaluateFlags('user_1')
      flags.onlyAccessed()
      flags.only(['a', 'x'])
      flags.only(['1', '2', '3', '4', '5', '6', '7'])
    }

    expect(alerts()).toEqual([
      'flags-snapshot: onlyAccessed() has no flags, because none was read yet',
      'flags-snapshot: only() leaves out flags that are not in the snapshot: x',
      'flags-snapshot: only() leaves out flags that are not in the snapshot: 1, 2, 3, 4, 5 and 2 more',
    ])
    expect(quiet.alerts()).toEqual([])
  })
})

describe('the snapshot of a request', () => {
  it('loads a flag that only PostHog can decide, once, and keeps what was read', async () => {
    const { client, posthog } = await createLocalClient(
      { flags: [defined('hero', [everyone], variants('before')), continuous('open'), continuous('other')] },
      {},
      answered({ hero: 'remote', open: 'remote' }),
    )
    const { scope } = scopeOpener(client, { flags: { preload: 'never' } })(visitor())
    const first = scope.flags
    posthog.definitions = { flags: [defined('hero', [everyone], variants('after'))] }
    await client.reloadFeatureFlags()

    const [loaded, again, all] = [await first.load('open'), await first.load('other'), await first.load()]

    expect(Object.fromEntries(loaded.entries())).toEqual({ hero: 'before', open: 'remote' })
    expect([again, all, scope.flags]).toEqual([loaded, loaded, loaded])
    expect(loaded.explain('hero')?.value).toBe('before')
    expect(posthog.flagCalls).toHaveLength(1)
    expect([first.getFlag('open'), first.unresolvedFlags['open']]).toEqual([
      undefined,
      'experience_continuity',
    ])
  })

  it('asks once, also when PostHog fails', async () => {
    const { client, posthog } = await createLocalClient(
      { flags: [defined('hero'), continuous('open')] },
      {},
      500,
    )
    const { scope } = scopeOpener(client)(visitor())

    const loaded = await scope.flags.load('open')
    await scope.flags.load('open')
    await loaded.load('unknown')

    expect([loaded.state, loaded.getFlag('hero'), loaded.getFlag('open')]).toEqual([
      'loaded',
      true,
      undefined,
    ])
    expect(posthog.flagCalls).toHaveLength(1)
  })
})

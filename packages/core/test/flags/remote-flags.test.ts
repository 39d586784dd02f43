import { createFakeRuntime, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { decideGate, HedgerowClient, type FlagSnapshot, type RequestOptions } from '../../src/index.ts'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'

const hero = { status: 200, body: { flags: { hero: { key: 'hero', enabled: true } } } }

async function start(flags: RequestOptions['flags'] = {}) {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime })
  const open = scopeOpener(client, { flags })
  const visit = (id: string) => open(pageFacts({ cookie: browserCookie(id) })).scope
  return {
    posthog,
    runtime,
    client,
    visit,
    /** The flags of a page of this visitor, when the handler would run. */
    async flagsOf(id: string): Promise<FlagSnapshot> {
      const scope = visit(id)
      await scope.ready
      return scope.flags
    },
    /** A visit that PostHog leaves without an answer until the deadline. */
    async cutOff(id: string): Promise<FlagSnapshot> {
      const scope = visit(id)
      const { ready } = scope
      await runtime.advance(250)
      await ready
      return scope.flags
    },
  }
}

async function answered(body: unknown): Promise<FlagSnapshot> {
  const { posthog, flagsOf } = await start()
  posthog.always('/flags/', { status: 200, body })
  return flagsOf('browser_1')
}

describe('an answer of PostHog', () => {
  it('decides flags with their variants, payloads and reasons', async () => {
    const flags = await answered({
      flags: {
        on: { key: 'on', enabled: true, variant: null, reason: { description: 'Matched condition set 1' } },
        off: { key: 'off', enabled: false, variant: null, reason: { code: 'no_condition_match' } },
        blue: { key: 'blue', enabled: true, variant: 'blue', metadata: { payload: '{"size":[1,2]}' } },
      },
      errorsWhileComputingFlags: false,
    })

    expect(flags.state).toBe('loaded')
    expect(flags.keys).toEqual(['on', 'off', 'blue'])
    expect(flags.getFlagResult('on')).toEqual({
      key: 'on',
      value: true,
      payload: undefined,
      reason: 'evaluated',
      undecided: undefined,
      description: 'Matched condition set 1',
      code: undefined,
      origin: { isLocal: false },
    })
    expect(flags.getFlagResult('off')).toMatchObject({ value: false, description: 'no_condition_match' })
    expect(flags.getFlagResult('blue')).toMatchObject({ value: 'blue', payload: { size: [1, 2] } })
    expect(flags.getFlagResult('other')).toMatchObject({ value: undefined, reason: 'unknown' })
  })

  it('in the older shape decides flags as well', async () => {
    const flags = await answered({
      featureFlags: { on: true, off: false, blue: 'blue', odd: 17 },
      featureFlagPayloads: { on: '[1]', off: '"hidden"', blue: 'no json' },
    })

    expect(flags.keys).toEqual(['on', 'off', 'blue'])
    expect([flags.getFlag('on'), flags.getFlag('off'), flags.getFlag('blue')]).toEqual([true, false, 'blue'])
    expect(['on', 'off', 'blue'].map((key) => flags.getFlagPayload(key))).toEqual([[1], undefined, 'no json'])
  })

  it.each([
    ['JSON', '{"a":1}', { a: 1 }],
    ['a number', '42', 42],
    ['JSON null', 'null', null],
    ['false', 'false', false],
    ['text in JSON', '"blue"', 'blue'],
    ['text that is no JSON', '{broken', '{broken'],
    ['an object that was not made text', { a: 1 }, { a: 1 }],
    ['empty text', '', undefined],
    ['null', null, undefined],
  ])('has the payload %s', async (_case, payload, expected) => {
    const flags = await answered({ flags: { hero: { key: 'hero', enabled: true, metadata: { payload } } } })

    expect(flags.getFlagPayload('hero')).toEqual(expected)
  })

  it('leaves out flags that PostHog could not compute, and keeps the others', async () => {
    const flags = await answered({
      flags: {
        failed: { key: 'failed', enabled: false, failed: true },
        odd: { key: 'odd', enabled: 'yes' },
        text: 'on',
        good: { key: 'good', enabled: true, failed: false },
      },
      errorsWhileComputingFlags: true,
    })

    expect(flags.keys).toEqual(['good'])
    expect(flags.isEnabled('failed', { defaultValue: true })).toBe(true)
    expect(flags.getFlagResult('failed').reason).toBe('unknown')
  })

  it.each([
    [
      'with a used-up quota',
      { flags: { hero: { key: 'hero', enabled: true } }, quotaLimited: ['feature_flags'] },
    ],
    ['with flags that are no object', { flags: null }],
    ['with a list of flags', { flags: [] }],
    ['without flags', { status: 'ok' }],
    ['that is text', '"flags"'],
    ['that is null', 'null'],
  ])('%s decides nothing', async (_case, body) => {
    const flags = await answered(body)

    expect([flags.state, flags.getFlag('hero'), flags.keys]).toEqual(['unavailable', undefined, []])
  })

  it.each([
    [{ flags: {}, quotaLimited: ['feature_flags'] }, 'warn', 'flags-quota', 'quota is used up'],
    [
      { flags: {}, errorsWhileComputingFlags: true },
      'error',
      'flags-incomplete',
      'could not compute some flags',
    ],
  ])('of %j is logged once', async (body, level, code, text) => {
    const { posthog, runtime, flagsOf } = await start()
    posthog.always('/flags/', { status: 200, body })

    await flagsOf('a')
    await flagsOf('b')

    const lines = runtime.lines.filter(({ line }) => line.includes(code))
    expect(lines).toEqual([{ level, line: expect.stringContaining(text) }])
  })

  it('with another used-up quota decides as always', async () => {
    const flags = await answered({ ...hero.body, quotaLimited: ['recordings'] })

    expect(flags.getFlag('hero')).toBe(true)
  })

  it.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
    'has no flag %s of its own accord',
    async (key) => {
      const flags = await answered(hero.body)

      expect([flags.getFlag(key), flags.isEnabled(key), flags.getFlagPayload(key)]).toEqual([
        undefined,
        false,
        undefined,
      ])
    },
  )
})

describe('the memory of answers', () => {
  it('keeps cacheSize visitors, those who came last', async () => {
    const { posthog, flagsOf } = await start({ cacheSize: 2 })

    for (const id of ['a', 'b', 'a', 'c', 'a', 'b']) await flagsOf(id)

    const asked = posthog.flagCalls().map(({ body }) => (body as { distinct_id: string }).distinct_id)
    expect(asked).toEqual(['a', 'b', 'c', 'b'])
  })

  it('serves requests that come at the same time with one call', async () => {
    const { posthog, visit } = await start()
    posthog.always('/flags/', hero)

    const scopes = Array.from({ length: 5 }, () => visit('browser_1'))
    for (const { ready } of scopes) await ready

    expect(scopes.map(({ flags }) => flags.getFlag('hero'))).toEqual([true, true, true, true, true])
    expect(posthog.flagCalls()).toHaveLength(1)
  })

  it('does not keep failures', async () => {
    const { posthog, flagsOf } = await start()
    posthog.answer('/flags/', { status: 500 })
    posthog.always('/flags/', hero)

    expect((await flagsOf('browser_1')).state).toBe('unavailable')
    expect((await flagsOf('browser_1')).getFlag('hero')).toBe(true)
  })

  it('has nothing to wait for when it knows the visitor', async () => {
    const { visit, flagsOf } = await start()
    await flagsOf('browser_1')

    const scope = visit('browser_1')

    expect([scope.ready, scope.flags.state]).toEqual([undefined, 'loaded'])
  })
})

describe('a call that gets no answer', () => {
  it('is left after the deadline, and given up after three seconds', async () => {
    const { posthog, runtime, cutOff, flagsOf } = await start()
    posthog.answer('/flags/', 'hang')
    posthog.always('/flags/', hero)

    expect((await cutOff('browser_1')).state).toBe('unavailable')
    await runtime.advance(2749)
    const joined = cutOff('browser_1') // the call is still under way, so no second one is made
    await posthog.waitFor(() => posthog.flagCalls().length === 1)
    await joined
    await runtime.advance(1)

    expect((await flagsOf('browser_1')).getFlag('hero')).toBe(true)
    expect(posthog.flagCalls()).toHaveLength(2)
  })

  it('leaves no timer behind', async () => {
    const { posthog, runtime, cutOff } = await start()
    posthog.always('/flags/', 'hang')

    await cutOff('browser_1')
    await runtime.advance(3000)

    expect(runtime.timers).toBe(0)
  })

  it('counts for the breaker as soon as a page stopped waiting for it', async () => {
    const { posthog, runtime, visit, flagsOf } = await start()
    posthog.always('/flags/', 'hang')
    const waits = ['a', 'b', 'c', 'd', 'e'].map((id) => visit(id).ready)
    await posthog.waitFor(() => posthog.flagCalls().length === 5)
    await runtime.advance(250)
    for (const wait of waits) await wait

    const sixth = await flagsOf('f')

    expect(sixth.state).toBe('unavailable')
    expect(posthog.flagCalls()).toHaveLength(5)
  })

  it('opens the breaker for pauses that double up to five minutes, until a probe succeeds', async () => {
    const { posthog, runtime, flagsOf } = await start()
    posthog.always('/flags/', { status: 500 })
    for (const id of ['a', 'b', 'c', 'd', 'e']) await flagsOf(id)
    const pauses = [30, 60, 120, 240, 300, 300].map((seconds) => seconds * 1000)

    for (const [probe, pauseMs] of pauses.entries()) {
      await runtime.advance(pauseMs - 1)
      await flagsOf(`early ${probe}`)
      expect(posthog.flagCalls()).toHaveLength(5 + probe)
      await runtime.advance(1)
      await flagsOf(`probe ${probe}`)
      await flagsOf(`after ${probe}`)
      expect(posthog.flagCalls()).toHaveLength(6 + probe)
    }
    posthog.always('/flags/', hero)
    await runtime.advance(300_000)

    expect((await flagsOf('probe')).getFlag('hero')).toBe(true)
    expect((await flagsOf('next')).getFlag('hero')).toBe(true)
  })
})

describe('the gate', () => {
  it.each([
    [{ key: 'on' }, { allow: true, reason: 'enabled' }],
    [{ key: 'off' }, { allow: false, reason: 'disabled' }],
    [{ key: 'off', whenUnknown: 'allow' } as const, { allow: false, reason: 'disabled' }],
    [
      { key: 'blue', variant: 'blue' },
      { allow: true, reason: 'enabled' },
    ],
    [
      { key: 'blue', variant: 'green' },
      { allow: false, reason: 'other-variant' },
    ],
    [
      { key: 'on', variant: 'blue' },
      { allow: false, reason: 'other-variant' },
    ],
    [{ key: 'other' }, { allow: false, reason: 'unknown' }],
    [{ key: 'other', whenUnknown: 'allow' } as const, { allow: true, reason: 'unknown' }],
  ])('for %j decides %j', async (rule, decision) => {
    const { posthog, flagsOf } = await start()
    posthog.flags = { on: true, off: false, blue: 'blue' }

    expect(decideGate(await flagsOf('browser_1'), rule)).toEqual(decision)
  })

  it('tells flags that nobody loaded from flags that could not be had', async () => {
    const unloaded = await start({ preload: 'never' })
    const down = await start()
    await down.posthog.stop()

    expect(decideGate(unloaded.visit('browser_1').flags, { key: 'on' })).toEqual({
      allow: false,
      reason: 'not-loaded',
    })
    expect(decideGate(await down.flagsOf('browser_1'), { key: 'on' })).toEqual({
      allow: false,
      reason: 'unavailable',
    })
  })
})

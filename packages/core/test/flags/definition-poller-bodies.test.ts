import { describe, expect, it } from 'vitest'
import { ConfigError } from '../../src/errors.ts'
import { answer, bodyOf, createPoller, flagFor, keysIn, somebody } from './definition-setup.ts'

describe('a body that cannot be used', () => {
  const syntaxError = () => Promise.reject(new SyntaxError('Unexpected token <'))

  it.each([
    ['is no JSON', { status: 200, json: syntaxError, text: async () => '<html>' }],
    ['is null', answer(200, null)],
    ['is text', answer(200, 'flags')],
    ['is a number', answer(200, 42)],
    ['is a list', answer(200, [flagFor('a')])],
    ['has no flags', answer(200, { cohorts: {} })],
    ['has flags that are null', answer(200, { flags: null })],
    ['has flags that are text', answer(200, { flags: 'a' })],
    ['has flags that are an object', answer(200, { flags: { a: true } })],
  ])('because it %s is an error and changes nothing', async (_case, response) => {
    const { poller, replies, errors, loads, runtime, calls } = createPoller()
    replies.push(answer(200, bodyOf('old'), { ETag: '"v1"' }), response)
    await poller.reload()

    await poller.reload()

    expect([keysIn(poller), poller.state, loads]).toEqual([['old'], 'stale', [1]])
    expect(errors.map(({ code, message }) => [code, message])).toEqual([
      [
        'definitions',
        expect.stringContaining("PostHog's answer with flag definitions cannot be used: the def"),
      ],
    ])
    await runtime.advance(30_000)
    expect(calls[2]?.headers['If-None-Match']).toBe('"v1"')
  })

  it('does not count as loaded', async () => {
    const { poller, replies, calls } = createPoller()
    replies.push(answer(200, {}), answer(200, {}))

    await poller.reload()
    await poller.ensureLoaded()

    expect([poller.state, calls.length]).toEqual(['failed', 2])
  })
})

describe('a hostile body', () => {
  it('with keys of Object.prototype has just these flags', async () => {
    const { poller, replies, runtime } = createPoller()
    const keys = ['__proto__', 'constructor', 'toString', 'hasOwnProperty']
    replies.push(answer(200, JSON.parse(JSON.stringify(bodyOf(...keys)))))

    await poller.reload()

    expect(keysIn(poller)).toEqual(keys)
    expect(poller.current?.set.evaluate('valueOf', somebody, runtime.now())).toBeUndefined()
  })

  it('of any members does not disturb the good flags', async () => {
    const { poller, replies, runtime, alerts } = createPoller()
    const strange = [null, 1, 'text', [], {}, { key: 7 }, { key: 'odd', active: 'yes', filters: 'none' }]
    const flags = [...strange, flagFor('good')]
    replies.push(answer(200, { flags, cohorts: [1], group_type_mapping: 'x', property_matching_version: {} }))

    await poller.reload()

    expect(keysIn(poller)).toEqual(['odd', 'good'])
    expect(poller.current?.set.evaluate('good', somebody, runtime.now())?.value).toBe(true)
    expect(alerts()).toEqual([
      '[hedgerow] definitions-ignored: 6 entries of the flag definitions left out, because a flag is an object with a key',
      '[hedgerow] flags-undecidable: 1 active flag cannot be decided for everyone by local evaluation: "odd" (unsupported_definition)',
    ])
  })

  it('with cohorts nested beyond the stack is survived', async () => {
    const { poller, replies, alerts } = createPoller()
    const depth = 200_000
    const deep = JSON.parse(`${'{"type":"AND","values":['.repeat(depth)}${']}'.repeat(depth)}`) as unknown
    const filters = { groups: [{ properties: [{ key: 'id', type: 'cohort', value: 1 }] }] }
    const body = { flags: [flagFor('deep', { filters }), flagFor('good')], cohorts: { 1: deep } }
    replies.push(answer(200, body), answer(200, body))

    await poller.reload()
    await poller.reload()

    expect([keysIn(poller), poller.state]).toEqual([['deep', 'good'], 'ready'])
    expect(alerts()).toEqual([expect.stringContaining('"deep" (unsupported_definition)')])
  })
})

describe('flags that local evaluation cannot decide', () => {
  const sticky = (key: string, fields = {}) => flagFor(key, { ensure_experience_continuity: true, ...fields })

  it('are named once, and again when their definition changes', async () => {
    const { poller, replies, alerts } = createPoller()
    const odd = flagFor('odd', {
      filters: { groups: [{ properties: [{ key: 'a', operator: 'new', value: 1 }] }] },
    })
    replies.push(answer(200, { flags: [sticky('sticky'), odd, flagFor('fine')] }))
    replies.push(answer(200, { flags: [sticky('sticky'), odd, flagFor('fine'), flagFor('more')] }))
    replies.push(answer(200, { flags: [sticky('sticky', { version: 2 }), odd] }))

    for (let load = 0; load < 3; load++) await poller.reload()

    const line = '[hedgerow] flags-undecidable:'
    expect(alerts()).toEqual([
      `${line} 2 active flags cannot be decided for everyone by local evaluation: "sticky" (experience_continuity), "odd" (unsupported_definition)`,
      `${line} 1 active flag cannot be decided for everyone by local evaluation: "sticky" (experience_continuity)`,
    ])
  })

  it('are counted beyond five, with their keys in one line and cut', async () => {
    const { poller, replies, alerts } = createPoller()
    const keys = ['a\nb', 'x'.repeat(1000), 'c', 'd', 'e', 'f', 'g']
    replies.push(answer(200, { flags: keys.map((key) => sticky(key)) }))

    await poller.reload()

    const named = ['"a\\nb"', `"${'x'.repeat(100)}"`, '"c"', '"d"', '"e"']
    expect(alerts()).toEqual([
      `[hedgerow] flags-undecidable: 7 active flags cannot be decided for everyone by local evaluation: ${named
        .map((name) => `${name} (experience_continuity)`)
        .join(', ')} and 2 more`,
    ])
  })

  it('are nobody’s concern when they are off or for browsers', async () => {
    const { poller, replies, alerts } = createPoller()
    const flags = [sticky('off', { active: false }), sticky('browser', { evaluation_runtime: 'client' })]
    replies.push(answer(200, { flags }))

    await poller.reload()

    expect(alerts()).toEqual([])
  })
})

describe('bundled definitions', () => {
  it('are in force from the beginning, ready without any load', () => {
    const { poller, loads, minimal, runtime } = createPoller({
      secretKey: undefined,
      definitions: { ...bodyOf('a'), minimal_flag_called_events: true },
    })
    poller.start()

    expect([poller.state, keysIn(poller), poller.ensureLoaded()]).toEqual(['ready', ['a'], undefined])
    expect(poller.current).toMatchObject({ loadedAt: runtime.now(), minimalFlagCalledEvents: true })
    expect([loads, minimal, runtime.timers]).toEqual([[], [], 0])
  })

  it('are stale after a failed load, and give way to loaded ones', async () => {
    const { poller, replies } = createPoller({ definitions: bodyOf('bundled') })
    replies.push(500, answer(200, bodyOf('loaded')))
    poller.start()
    const states = [poller.state]

    for (let load = 0; load < 2; load++) {
      await poller.reload()
      states.push(poller.state)
    }

    expect([states, keysIn(poller)]).toEqual([['ready', 'stale', 'ready'], ['loaded']])
  })

  it('may give keys their value for everyone', () => {
    const { poller, runtime } = createPoller({
      definitions: { flags: { on: true, off: false, hero: 'blue' } },
    })

    const values = ['on', 'off', 'hero'].map(
      (key) => poller.current?.set.evaluate(key, somebody, runtime.now())?.value,
    )

    expect(values).toEqual([true, false, 'blue'])
  })

  const shape =
    "definitions must be the body of PostHog's definitions endpoint, an object with a list of flags, but"
  it.each([
    ['a file name', './hedgerow.flags.json', `${shape} the definitions are no object`],
    ['null', null, `${shape} the definitions are no object`],
    ['a list', [], `${shape} the definitions are no object`],
    ['no flags', { cohorts: {} }, `${shape} the definitions have no list of flags`],
    ['flags that are text', { flags: 'a' }, `${shape} the definitions have no list of flags`],
    [
      'a number as a value',
      { flags: { fine: true, hero: 1 } },
      'definitions.flags must give each key true, false or the name of a variant, but "hero" has a value of type number',
    ],
    [
      'no name as a value',
      { flags: { hero: '' } },
      'definitions.flags must give each key true, false or the name of a variant, but "hero" has a value of type string',
    ],
  ])('that are %s are a boot error', (_case, definitions, message) => {
    expect(() => createPoller({ definitions })).toThrow(new ConfigError(message))
  })

  it('with a bad flag warn of that flag alone', async () => {
    const { poller, alerts, runtime } = createPoller({
      definitions: { flags: [flagFor('bad', { filters: 1 }), flagFor('a')] },
    })

    await runtime.settle()

    expect(keysIn(poller)).toEqual(['bad', 'a'])
    expect(alerts()).toEqual([expect.stringContaining('1 active flag cannot be decided')])
    expect(alerts()[0]).toContain('"bad" (unsupported_definition)')
  })
})

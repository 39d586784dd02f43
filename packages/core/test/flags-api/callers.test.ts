import { describe, expect, it } from 'vitest'
import { type AllFlagsOptions, type FetchResponse, HedgerowClient, TransportError } from '../../src/index.ts'
import { inTime } from '../capture/capture-setup.ts'
import { browserCookie, pageFacts, scopeOpener } from '../request/open-scope.ts'
import { defined } from './flag-definitions.ts'
import {
  answered,
  createFlagClient,
  createLocalClient,
  type FlagClientSetup,
  local,
  type Reply,
} from './flag-client-setup.ts'

/** All flag calls, one after another; the clock moves on where they wait for it. */
async function callAll(
  { client, runtime }: Pick<FlagClientSetup, 'client' | 'runtime'>,
  distinctId: string,
  options: AllFlagsOptions = {},
): Promise<unknown[]> {
  const calls: (() => Promise<unknown>)[] = [
    () => client.getFeatureFlag('hero', distinctId, options),
    () => client.isFeatureEnabled('hero', distinctId, options),
    () => client.getFeatureFlagResult('hero', distinctId, options),
    () => client.getFeatureFlagPayload('hero', distinctId, undefined, options),
    () => client.getAllFlags(distinctId, options),
    () => client.getAllFlagsAndPayloads(distinctId, options),
    async () => {
      const flags = await client.evaluateFlags(distinctId, options)
      return [flags.keys, flags.isEnabled('hero'), flags.getFlag('hero')]
    },
  ]
  const answers: unknown[] = []
  for (const call of calls) answers.push(await inTime(runtime, call()))
  return answers
}

const nothing = [
  undefined,
  undefined,
  undefined,
  undefined,
  {},
  { featureFlags: {}, featureFlagPayloads: {} },
  [[], false, undefined],
]

const page = ({ client }: Pick<FlagClientSetup, 'client'>) =>
  scopeOpener(client, { flags: { preload: 'never' } })(pageFacts({ cookie: browserCookie('browser_1') }))
    .scope

describe('a call that names nobody', () => {
  it('is about whoever the context is about', async () => {
    const { client, posthog } = createFlagClient({}, { flags: answered({ hero: true }) })

    const values = await client.withContext({ distinctId: 'user_2' }, async () => [
      await client.getAllFlags(),
      (await client.getAllFlagsAndPayloads()).featureFlags,
      (await client.evaluateFlags()).keys,
      (await client.getFeatureFlagResult('hero'))?.enabled,
    ])

    expect(values).toEqual([{ hero: true }, { hero: true }, ['hero'], true])
    expect(posthog.flagCalls.map((request) => request.distinct_id)).toEqual(Array(4).fill('user_2'))
  })

  it('is about the visitor of the request', async () => {
    const setup = createFlagClient({}, { flags: answered({ hero: true }) })
    const { client, posthog } = setup

    const flags = await page(setup).run(() => client.evaluateFlags())

    expect(flags.keys).toEqual(['hero'])
    expect(posthog.flagCalls).toMatchObject([{ distinct_id: 'browser_1' }])
  })

  it.each([undefined, null, ''])('with %j for an id, too', async (id) => {
    const { client, posthog } = createFlagClient({}, { flags: answered({ hero: true }) })

    await client.withContext({ distinctId: 'user_2' }, () => client.getFeatureFlag('hero', id as string))

    expect(posthog.flagCalls).toMatchObject([{ distinct_id: 'user_2' }])
  })

  it('answers nothing where nobody is known, and says so by name', async () => {
    const setup = createFlagClient({}, { flags: answered({ hero: true }) })
    const { posthog, alerts, events } = setup

    expect(await callAll(setup, '')).toEqual(nothing)
    expect(posthog.paths).toEqual([])
    expect(await events()).toEqual([])
    const missing = 'needs a distinctId, or a context or request to take it from'
    expect(alerts()).toEqual(
      [
        'getFeatureFlag',
        'isFeatureEnabled',
        'getFeatureFlagResult',
        'getFeatureFlagPayload',
        'getAllFlags',
        'getAllFlagsAndPayloads',
        'evaluateFlags',
      ].map((method) => `flags-nobody: ${method} ${missing}`),
    )
  })
})

it.each<unknown>([{}, [], true, Object.create(null)])('an id that is none names nobody: %j', async (id) => {
  const setup = createFlagClient({}, { flags: answered({ hero: true }) })

  expect(await callAll(setup, id as string)).toEqual(nothing)
  expect(setup.posthog.paths).toEqual([])
  expect(setup.alerts()).toHaveLength(7)
})

it.each<[string, unknown]>([
  ['a symbol', Symbol('hero')],
  ['a BigInt', 5n],
  ['a number', 5],
  ['an object without text', Object.create(null)],
  ['undefined', undefined],
])('a key that is %s names no flag, and nothing is sent of it', async (_case, key) => {
  const { client, exposures } = await createLocalClient({ flags: [defined('hero')] }, {}, answered({}))
  const named = key as string

  const answers = [
    await client.getFeatureFlag(named, 'user_1'),
    await client.isFeatureEnabled(named, 'user_1'),
    await client.getFeatureFlagResult(named, 'user_1'),
    await client.getFeatureFlagPayload(named, 'user_1'),
  ]
  const { flags } = page({ client })

  for (const snapshot of [await client.evaluateFlags('user_1'), flags]) {
    answers.push(snapshot.getFlag(named), snapshot.getFlagPayload(named))
    expect(snapshot.isEnabled(named)).toBe(false)
  }
  expect(answers).toEqual(Array(8).fill(undefined))
  expect(await exposures()).toEqual([])
})

describe('a call about somebody', () => {
  it('is about them, whoever the context and the request are about', async () => {
    const setup = createFlagClient({}, { flags: answered({ hero: true }) })
    const { client, posthog } = setup

    await page(setup).run(() =>
      client.withContext({ distinctId: 'user_2' }, () => client.getFeatureFlag('hero', 'user_3')),
    )

    expect(posthog.flagCalls).toMatchObject([{ distinct_id: 'user_3' }])
  })

  it('sends what is known of them', async () => {
    const { client, posthog } = createFlagClient({ disableGeoip: false }, { flags: answered({}) })

    await client.getFeatureFlag('hero', 17 as unknown as string, {
      groups: { company: 5, none: undefined as unknown as string },
      personProperties: { plan: 'pro' },
      groupProperties: { company: { seats: 3 } },
      disableGeoip: true,
    })

    expect(posthog.flagCalls).toEqual([
      {
        token: 'phc_test',
        distinct_id: '17',
        groups: { company: '5' },
        person_properties: { plan: 'pro' },
        group_properties: { company: { $group_key: '5', seats: 3 } },
        geoip_disable: true,
        flag_keys_to_evaluate: ['hero'],
        evaluation_runtime: 'server',
      },
    ])
  })

  it('keeps to what was known of them when it was made', async () => {
    const definitions = { flags: [defined('hero', [{ properties: [{ key: 'plan', value: 'pro' }] }])] }
    const { client } = createFlagClient(local, { definitions })
    const personProperties = { plan: 'pro' }

    const value = client.getFeatureFlag('hero', 'user_1', { personProperties, onlyEvaluateLocally: true })
    personProperties.plan = 'free'

    expect(await value).toBe(true)
  })
})

describe('a client that is off', () => {
  it.each<[string, string, boolean]>([
    ['by its option', 'phc_test', true],
    ['by a blank token', ' ', false],
  ])('%s answers nothing and asks nobody', async (_case, token, disabled) => {
    const { runtime, posthog } = createFlagClient({ ...local, disabled: true })
    const client = new HedgerowClient(token, { ...local, disabled, runtime, host: 'http://127.0.0.1:8010' })

    expect(await callAll({ client, runtime }, 'user_1')).toEqual(nothing)
    expect(client.isLocalEvaluationReady()).toBe(false)
    expect(await client.waitForLocalEvaluationReady(10)).toBe(false)
    await expect(client.reloadFeatureFlags()).resolves.toBeUndefined()
    expect(await client.getRemoteConfigPayload('config')).toBeUndefined()
    expect(posthog.paths).toEqual([])
    expect(client.stats().calls).toEqual({ batch: 0, flags: 0, definitions: 0 })
  })

  it('for captures alone still evaluates flags', async () => {
    const { client, events } = await createLocalClient({ flags: [defined('hero')] })
    await client.disable()

    expect(await client.getFeatureFlag('hero', 'user_1')).toBe(true)
    expect(await events()).toEqual([])
  })
})

describe('whatever becomes of a request', () => {
  const neverEnds = new Promise<FetchResponse>(() => {})
  const broken: [string, unknown][] = [
    ['a failure of the network', () => Promise.reject(new Error('reset'))],
    [
      'a fetch that throws',
      () => {
        throw new TypeError('no network')
      },
    ],
    ['a fetch that rejects with nothing', () => Promise.reject()],
    ['nothing', () => undefined],
    ['a text', () => Promise.resolve('flags')],
    ['a response without a body', () => Promise.resolve({ status: 200 })],
    [
      'a body that rejects',
      () => Promise.resolve({ status: 200, json: () => Promise.reject(new Error('cut')) }),
    ],
    ['a body that is null', () => Promise.resolve({ status: 200, json: () => Promise.resolve(null) })],
    [
      'a body of another shape',
      () => Promise.resolve({ status: 200, json: () => Promise.resolve({ flags: 7 }) }),
    ],
    ['no answer', () => neverEnds],
    ['a body that never ends', () => Promise.resolve({ status: 200, json: () => neverEnds })],
    ...[302, 400, 401, 402, 403, 404, 408, 413, 429, 500, 502, 503, 504].map((status): [string, unknown] => [
      `a ${status}`,
      () =>
        Promise.resolve({ status, json: () => Promise.reject(new Error('not read')), text: () => neverEnds }),
    ]),
  ]

  it.each(broken)('no call rejects, none hangs: %s', async (_case, fetch) => {
    const outcomes: unknown[] = []
    for (const options of [{}, local]) {
      // A user's mock may be anything.
      const setup = createFlagClient({ ...options, fetch: fetch as () => Promise<FetchResponse> })
      outcomes.push(await callAll(setup, 'user_1'))
      await inTime(setup.runtime, setup.client.reloadFeatureFlags())
    }

    expect(outcomes).toEqual([nothing, nothing])
  })

  it.each<[string, Reply, number, string, number, boolean]>([
    ['a refusal', 503, 503, 'api_error_503', 1, true],
    ['a refusal for good', 401, 401, 'api_error_401', 1, false],
    ['a gateway that does not get through', 502, 502, 'api_error_502', 3, true],
    ['a failure of the network', new Error('reset'), -1, 'connection_error', 3, true],
    ['no answer', new Promise(() => {}), -1, 'timeout', 3, true],
    ['flags of another shape', { flags: 7 }, 200, 'unknown_error', 1, false],
  ])(
    'the application hears of %s, once for each call',
    async (_case, flags, status, code, attempts, retryable) => {
      const heard: unknown[] = []
      const onError = (...[at, message]: [number, string, unknown]) => heard.push([at, message])
      const { client, runtime } = createFlagClient({ onError, featureFlagsRequestMaxRetries: 2 }, { flags })
      client.on('error', (error) => {
        if (error instanceof TransportError) heard.push([error.status, error.attempts, error.retryable])
      })

      await inTime(runtime, client.getFeatureFlag('hero', 'user_1'))
      await inTime(runtime, client.evaluateFlags('user_1'))

      const message = `PostHog did not evaluate flags (${code}); they are undecided`
      const once = [
        [status, attempts, retryable],
        [status, message],
      ]
      expect(heard).toEqual([...once, ...once])
    },
  )

  it('the application hears of a subject that is too large to ask about, which no other try would help', async () => {
    const { client, posthog } = createFlagClient({}, { flags: answered({ hero: true }) })
    const heard: unknown[] = []
    client.on('error', (error) => {
      if (error instanceof TransportError) heard.push([error.status, error.attempts, error.retryable])
    })

    await client.getFeatureFlag('hero', 'user_1', {
      personProperties: { notes: 'x'.repeat(5 * 1024 * 1024) },
    })

    expect(heard).toEqual([[-1, 0, false]])
    expect(posthog.flagCalls).toEqual([])
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['a text', 'groups'],
    ['null for everything', { groups: null, personProperties: null, groupProperties: null, flagKeys: null }],
    ['texts for everything', { groups: 'a', personProperties: 'b', groupProperties: 'c', flagKeys: 'd' }],
    ['null for a group’s properties', { groups: { company: 'acme' }, groupProperties: { company: null } }],
    ['properties that throw', { personProperties: new Proxy({ plan: 'pro' }, { ownKeys: fail, get: fail }) }],
    [
      'a property that throws',
      {
        personProperties: {
          get plan() {
            throw new Error('sentinel')
          },
        },
      },
    ],
  ])('no call rejects for the sake of its options: %s', async (_case, options) => {
    const setup = await createLocalClient({ flags: [defined('hero')] })

    const answers = await callAll(setup, 'user_1', options as AllFlagsOptions)

    expect(answers[0]).toBe(true)
    expect(answers[4]).toEqual({ hero: true })
  })

  it.each<[string, unknown]>([
    ['an option that throws', Object.defineProperty({}, 'groups', { get: fail, enumerable: true })],
    ['options that throw', new Proxy({}, { ownKeys: fail, get: fail })],
    ['a group that is no text', { groups: { company: Object.create(null) as unknown } }],
  ])(
    'what cannot be read is answered with nothing, and said without its content: %s',
    async (_case, options) => {
      const setup = await createLocalClient({ flags: [defined('hero')] })

      expect(await callAll(setup, 'user_1', options as AllFlagsOptions)).toEqual(nothing)
      expect(setup.alerts()).toHaveLength(7)
      expect(setup.alerts()[6]).toBe(
        'flags-unreadable: evaluateFlags was given an id or options that cannot be read',
      )
    },
  )
})

function fail(): never {
  throw new Error('sentinel')
}

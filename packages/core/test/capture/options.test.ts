import { describe, expect, it } from 'vitest'
import { createFakeRuntime } from 'testkit'
import type { FakeRuntime } from 'testkit'
import { ConfigError, HedgerowClient } from '../../src/index.ts'
import type { ClientOptions } from '../../src/index.ts'
import { alertsOf, captureThrough, inTime, poorResponse, sentIn } from './capture-setup.ts'

/** Options as a caller without types may write them. */
type UntypedOptions = Record<string, unknown>

function create(
  token: unknown,
  options: UntypedOptions = {},
): { client: HedgerowClient; runtime: FakeRuntime } {
  const runtime = createFakeRuntime({ fetch: () => Promise.reject(new Error('no network in this test')) })
  return { client: new HedgerowClient(token as string, { runtime, ...options }), runtime }
}

/** What construction says against these options. */
function messageOf(options: UntypedOptions): string {
  try {
    create('phc_valid', options)
    return 'nothing was thrown'
  } catch (error) {
    return error instanceof ConfigError && error.code === 'config' ? error.message : 'no ConfigError'
  }
}

describe('a token that cannot work', () => {
  const missing = 'the project token is missing or blank'
  const secret = 'the project token is a secret key (phx_ or phs_)'
  const none = 'the project token is no token (at most 64 visible ASCII characters)'

  it.each([
    [undefined, missing],
    [null, missing],
    ['', missing],
    [' \t\n', missing],
    [42, missing],
    [{}, missing],
    ['phx_personal-key-sentinel', secret],
    [' phs_secret-key-sentinel', secret],
    [`phc_${'sentinel'.repeat(20)}`, none],
    ['phc_sentinel with spaces', none],
    ['phc_sentinel\u{1F994}', none],
  ])('%j is one error line, and a client that does nothing', async (token, problem) => {
    let requests = 0
    const { client, runtime } = create(token, {
      flushAt: 1,
      fetch: () => {
        requests += 1
        return Promise.resolve(poorResponse(200))
      },
    })

    client.capture({ event: 'a', distinctId: 'user_1' })
    client.capture({ event: 'b' })
    client.identify({ distinctId: 'user_1' })
    client.alias({ distinctId: 'user_1', alias: 'anon_1' })
    client.groupIdentify({ groupType: 'company', groupKey: 'acme' })
    await runtime.advance(60_000)
    const report = await client.flush()
    await client.shutdown()

    expect(alertsOf(runtime)).toEqual([
      `error [hedgerow] disabled: ${problem}, so nothing will be captured; pass the project token (phc_…) of your PostHog project`,
    ])
    expect(JSON.stringify(runtime.lines)).not.toContain('sentinel')
    expect(requests).toBe(0)
    expect(runtime.timers).toBe(0)
    expect(report).toMatchObject({ sent: 0, pending: 0 })
    expect(client.stats()).toMatchObject({ accepted: 0, refused: { disabled: 5 }, calls: { batch: 0 } })
  })

  it('is not one with spaces around it, which are cut off', async () => {
    const bodies: string[] = []
    const runtime = createFakeRuntime()
    const client = new HedgerowClient('  phc_trimmed \n', {
      runtime,
      disableCompression: true,
      fetch: async (_url, init) => {
        bodies.push(String(init.body))
        return poorResponse(200)
      },
    })

    client.capture({ event: 'a', distinctId: 'user_1' })
    await inTime(runtime, client.flush())

    expect(bodies[0]).toMatch(/^\{"api_key":"phc_trimmed",/)
  })

  it('disabled by option is silent', () => {
    const { client, runtime } = create('phc_valid', { disabled: true })

    client.capture({ event: 'a', distinctId: 'user_1' })

    expect(runtime.lines).toEqual([])
    expect(client.stats()).toMatchObject({ accepted: 0, refused: { disabled: 1 } })
  })
})

describe('a project token in the place of a secret key', () => {
  it.each(['secretKey', 'personalApiKey'])('stops the boot as %s, without its value', (name) => {
    expect(messageOf({ [name]: 'phc_sentinel' })).toBe(
      `${name} must be a secret key (phx_… or phs_…), got a project token (phc_…); project tokens are public and go into the first argument`,
    )
  })

  it.each(['phx_key', 'phs_key', '', undefined])('%j is accepted', (secretKey) => {
    expect(messageOf({ secretKey })).toBe('nothing was thrown')
  })
})

describe('a number out of range', () => {
  const huge = Number.MAX_SAFE_INTEGER

  it.each([
    ['flushAt', 0, 1, huge, 1],
    ['flushAt', -5, 1, huge, 1],
    ['flushAt', 2.5, 1, huge, 2],
    ['flushInterval', -1, 0, 2_147_483_647, 0],
    ['flushInterval', Infinity, 0, 2_147_483_647, 2_147_483_647],
    ['maxBatchSize', 0, 1, huge, 1],
    ['maxQueueSize', -1, 1, huge, 1],
    ['requestTimeout', 0, 1, 2_147_483_647, 1],
    ['fetchRetryCount', -1, 0, huge, 0],
    ['fetchRetryDelay', -Infinity, 0, 2_147_483_647, 0],
  ])('as %s of %d is moved into range with one warning', (name, given, min, max, used) => {
    const { runtime } = create('phc_valid', { [name]: given })

    expect(alertsOf(runtime)).toEqual([
      `warn [hedgerow] options: ${name} must be a whole number from ${min} to ${max}, got ${given}; using ${used}`,
    ])
  })

  it('is used as it was moved', async () => {
    const sizes: number[] = []
    const { client, runtime } = captureThrough(
      async (_url, init) => {
        sizes.push(sentIn(init).length)
        return poorResponse(503)
      },
      { maxBatchSize: 0, fetchRetryCount: -3, flushAt: 1000 },
    )

    for (const event of ['a', 'b']) client.capture({ event, distinctId: 'user_1' })
    await inTime(runtime, client.shutdown())

    expect(sizes).toEqual([1, 1])
  })

  it.each(['maxQueueBytes', 'maxBatchBytes', 'maxEventBytes', 'maxConcurrentRequests'])(
    'stops the boot as %s, an option of our own',
    (name) => {
      for (const given of [0, -1, 1.5, Infinity, Number.NaN]) {
        expect(messageOf({ [name]: given })).toBe(
          `${name} must be a whole number of at least 1, got ${given}`,
        )
      }
    },
  )
})

describe('a value of the wrong type stops the boot', () => {
  it.each([
    ['flushAt', '20', 'a number', 'a value of type string'],
    ['flushInterval', null, 'a number', 'null'],
    ['maxBatchSize', Number.NaN, 'a number', 'NaN'],
    ['maxQueueSize', {}, 'a number', 'a value of type object'],
    ['requestTimeout', 10n, 'a number', 'a value of type bigint'],
    ['fetchRetryCount', true, 'a number', 'a value of type boolean'],
    ['fetchRetryDelay', [], 'a number', 'a value of type object'],
    ['disableGeoip', 'yes', 'true or false', 'a value of type string'],
    ['disableCompression', 1, 'true or false', 'a value of type number'],
    ['isServer', null, 'true or false', 'null'],
    ['disabled', 'false', 'true or false', 'a value of type string'],
    ['maxQueueBytes', '1', 'a whole number of at least 1', 'a value of type string'],
    ['maxBatchBytes', null, 'a whole number of at least 1', 'null'],
    ['maxEventBytes', {}, 'a whole number of at least 1', 'a value of type object'],
    ['maxConcurrentRequests', '2', 'a whole number of at least 1', 'a value of type string'],
    ['before_send', 'sentinel', 'a function', 'a value of type string'],
    ['before_send', [() => null, {}], 'a function', 'a value of type object'],
    ['onError', 'sentinel', 'a function', 'a value of type string'],
    ['onError', [() => undefined], 'a function', 'a value of type object'],
    ['fetch', 'sentinel', 'a function', 'a value of type string'],
    ['secretKey', 42, 'a string', 'a value of type number'],
    ['personalApiKey', {}, 'a string', 'a value of type object'],
    ['runtime', null, 'an object', 'null'],
    ['runtime', 'sentinel', 'an object', 'a value of type string'],
  ])('%s: %o', (name, given, expected, got) => {
    expect(messageOf({ [name]: given })).toBe(`${name} must be ${expected}, got ${got}`)
  })

  it('a part of the runtime that is no function', () => {
    expect(messageOf({ runtime: { now: 5 } })).toBe(
      'runtime.now must be a function, got a value of type number',
    )
  })

  it('a log level that there is not', () => {
    expect(messageOf({ logLevel: 'verbose' })).toBe('logLevel must be one of debug, info, warn, error')
  })

  it('options that are no object', () => {
    expect(() => new HedgerowClient('phc_valid', null as unknown as ClientOptions)).toThrow(
      new ConfigError('options must be an object, got null'),
    )
  })
})

describe('the host', () => {
  it.each([
    'eu.i.posthog.com',
    'ftp://127.0.0.1',
    '/ingest',
    'https://',
    'http://[',
    'https:eu.i.posthog.com',
  ])('%j stops the boot, without its value', (host) => {
    expect(messageOf({ host })).toBe(
      'host must be an absolute URL with its scheme, such as https://eu.i.posthog.com',
    )
  })

  it('never appears in a message with what it may carry', () => {
    expect(messageOf({ host: 'user:sentinel@127.0.0.1' })).not.toContain('sentinel')
  })
})

describe('other options', () => {
  it('that are unknown are one warning each', () => {
    const { runtime } = create('phc_valid', { flushat: 3, apiHost: 'sentinel' })

    expect(alertsOf(runtime)).toEqual([
      'warn [hedgerow] options: unknown option flushat is ignored; check its spelling',
      'warn [hedgerow] options: unknown option apiHost is ignored; check its spelling',
    ])
  })

  it('that are undefined mean their defaults', async () => {
    const names = ['host', 'secretKey', 'personalApiKey', 'flushAt', 'flushInterval', 'maxBatchSize']
    names.push('maxQueueSize', 'requestTimeout', 'fetchRetryCount', 'fetchRetryDelay', 'disableGeoip')
    names.push('isServer', 'disabled', 'before_send', 'maxQueueBytes', 'maxBatchBytes', 'maxEventBytes')
    names.push('maxConcurrentRequests', 'logLevel', 'onError')
    const urls: string[] = []
    const bodies: string[] = []
    const { client, runtime } = captureThrough(
      async (url, init) => {
        urls.push(url)
        bodies.push(String(init.body))
        return poorResponse(200)
      },
      { ...Object.fromEntries(names.map((name) => [name, undefined])) },
    )

    for (let index = 0; index < 19; index += 1) client.capture({ event: 'a', distinctId: 'user_1' })
    await runtime.advance(4999)
    const early = urls.length
    await runtime.advance(1)

    expect(runtime.lines).toEqual([])
    expect(early).toBe(0)
    expect(urls).toEqual(['https://us.i.posthog.com/batch/'])
    expect(bodies[0]).toContain('"$is_server":true,"$geoip_disable":true')
  })

  it('let the log level decide what is written', () => {
    const { runtime } = create('phc_valid', { logLevel: 'error', flushat: 3 })

    expect(runtime.lines).toEqual([])
  })

  it('survive a log sink that throws', () => {
    const log = () => {
      throw new Error('disk full')
    }

    expect(() => new HedgerowClient('', { runtime: { log } })).not.toThrow()
  })
})

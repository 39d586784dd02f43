import { describe, expect, it, vi } from 'vitest'
import { ConfigError, HedgerowClient } from '../../src/index.ts'
import type { CaptureMessage, ClientOptions, Listener } from '../../src/index.ts'
import { createClient, mockFetch, sentBy } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

describe('the class', () => {
  it('may be subclassed, and a subclass may name itself', async () => {
    class ShopAnalytics extends HedgerowClient {
      override getLibraryId(): string {
        return 'shop-analytics'
      }
      override getLibraryVersion(): string {
        return '1.2.3'
      }
    }
    const fetch = mockFetch()
    const client = new ShopAnalytics('T', { host: 'http://example.com', fetch, disableCompression: true })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(client).toBeInstanceOf(HedgerowClient)
    expect(sentBy(fetch)[0]?.properties).toMatchObject({ $lib: 'shop-analytics', $lib_version: '1.2.3' })
    expect(fetch.mock.calls[0]?.[1].headers['User-Agent']).toBe('shop-analytics/1.2.3')
  })

  it('lets a subclass say its name under capture v1 too', async () => {
    class ShopAnalytics extends HedgerowClient {
      override getLibraryId(): string {
        return 'shop-analytics'
      }
      override getLibraryVersion(): string {
        return '1.2.3'
      }
    }
    const fetch = mockFetch(400)
    const client = new ShopAnalytics('T', {
      host: 'http://example.com',
      fetch,
      captureMode: 'v1',
      logLevel: 'error',
      onError: () => undefined,
    })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(fetch.mock.calls[0]?.[1].headers['PostHog-Sdk-Info']).toBe('shop-analytics/1.2.3')
  })

  it('lets a subclass extend methods through super', async () => {
    const heard: string[] = []
    class ShopAnalytics extends HedgerowClient {
      constructor(token: string, options: ClientOptions) {
        super(token, options)
        super.on('capture', () => heard.push('own listener'))
      }
      override capture(message: CaptureMessage): void {
        super.capture({ ...message, properties: { shop: 'north', ...message.properties } })
      }
      override on(name: string, listener: Listener): () => void {
        heard.push(`on ${name}`)
        return super.on(name, listener)
      }
    }
    const fetch = mockFetch()
    const client = new ShopAnalytics('T', { host: 'http://example.com', fetch, disableCompression: true })

    client.on('capture', () => heard.push('listener'))
    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(heard).toEqual(['on capture', 'own listener', 'listener'])
    expect(sentBy(fetch)[0]?.properties).toMatchObject({ shop: 'north' })
  })

  it.each([
    'capture',
    'captureImmediate',
    'identify',
    'identifyImmediate',
    'alias',
    'aliasImmediate',
    'groupIdentify',
    'groupIdentifyImmediate',
    'setPersonProperties',
    'unsetPersonProperties',
    'captureException',
    'captureExceptionImmediate',
    'register',
    'unregister',
    'withContext',
    'enterContext',
    'getContext',
    'on',
    'flush',
    'shutdown',
    'debug',
    'enable',
    'disable',
    'getLibraryId',
    'getLibraryVersion',
  ] as const)('has %s on its prototype, where it can be spied on', async (name) => {
    const spy = vi.spyOn(HedgerowClient.prototype, name)
    const { client } = createClient()

    expect(client[name]).toBe(spy)
    expect(Object.hasOwn(client, name)).toBe(false)
    await client.shutdown()
  })

  it('is replaced by a spy’s own implementation', () => {
    const capture = vi.spyOn(HedgerowClient.prototype, 'capture').mockImplementation(() => undefined)
    const { client } = createClient()

    client.capture({ distinctId: 'user_1', event: 'order placed' })

    expect(capture).toHaveBeenCalledExactlyOnceWith({ distinctId: 'user_1', event: 'order placed' })
    expect(client.stats()).toMatchObject({ accepted: 0 })
  })
})

describe('construction', () => {
  it.each(['', '   '])('with the token %j throws nothing, and nothing is ever requested', async (token) => {
    vi.spyOn(console, 'error').mockImplementation(() => undefined)
    const fetch = mockFetch()
    const client = new HedgerowClient(token, { fetch, flushAt: 1 })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.captureImmediate({ distinctId: 'user_1', event: 'order placed' })
    await client.captureExceptionImmediate(new Error('out of stock'))
    await client.shutdown()

    expect(fetch).not.toHaveBeenCalled()
  })

  it.each(['secretKey', 'personalApiKey'])('with a project token as %s throws', (name) => {
    expect(() => new HedgerowClient('T', { [name]: 'phc_public' })).toThrow(ConfigError)
  })

  it('with fetchRetryCount 0 means one request', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { client, fetch } = createClient({ fetchRetryCount: 0 }, mockFetch(503))

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await expect(client.flush()).rejects.toMatchObject({ status: 503 })

    expect(fetch).toHaveBeenCalledTimes(1)
  })

  it('with options that are undefined means their defaults', async () => {
    const { client, fetch } = createClient({
      flushAt: undefined,
      flushInterval: undefined,
      isServer: undefined,
    })

    for (let n = 0; n < 20; n += 1) client.capture({ distinctId: 'user_1', event: `event ${n}` })
    await client.shutdown()

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(sentBy(fetch)).toHaveLength(20)
    expect(sentBy(fetch)[0]?.properties).toMatchObject({ $is_server: true })
  })
})

describe('the capture mode', () => {
  const v0 = 'http://example.com/batch/'
  const v1 = 'http://example.com/i/v1/analytics/events'

  /** Where a client sends that was made with this environment; what the environment says later must not matter. */
  async function urlWith(environment: string | undefined, captureMode?: 'v0' | 'v1') {
    vi.stubEnv('POSTHOG_CAPTURE_MODE', environment)
    const { client, fetch } = createClient({ captureMode, onError: () => undefined }, mockFetch(400))
    vi.stubEnv('POSTHOG_CAPTURE_MODE', environment === 'v1' ? 'v0' : 'v1')
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()
    return fetch.mock.calls[0]?.[0]
  }

  it('is v0 unless told otherwise', async () => {
    expect(await urlWith(undefined)).toBe(v0)
  })

  it('is what the environment said at construction', async () => {
    expect(await urlWith('v1')).toBe(v1)
  })

  it('is v0 when the environment names none that there is', async () => {
    expect(await urlWith('v2')).toBe(v0)
  })

  it('is the option’s above all', async () => {
    expect(await urlWith('v1', 'v0')).toBe(v0)
    expect(await urlWith('v0', 'v1')).toBe(v1)
  })
})

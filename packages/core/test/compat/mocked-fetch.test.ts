import { describe, expect, it, vi } from 'vitest'
import { HedgerowClient } from '../../src/index.ts'
import { createClient, libraryProperties, mockFetch, sentBy, uuidv7 } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

describe('a mocked fetch', () => {
  it('is called with the URL and a plain init', async () => {
    const { client, fetch } = createClient()

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(fetch).toHaveBeenCalledTimes(1)
    expect(fetch).toHaveBeenCalledWith(
      'http://example.com/batch/',
      expect.objectContaining({ method: 'POST', signal: expect.any(AbortSignal) }),
    )
    expect(fetch.mock.calls[0]).toHaveLength(2)
    expect(fetch.mock.calls[0]?.[0]).toBe('http://example.com/batch/')
    const init = fetch.mock.calls[0]?.[1]
    expect(Object.getPrototypeOf(init?.headers)).toBe(Object.prototype)
    expect(init?.headers).toStrictEqual({
      'Content-Type': 'application/json',
      'User-Agent': 'hedgerow-node/0.0.0',
    })
    expect(init?.body).toBeTypeOf('string')
    expect(init?.signal).toBeInstanceOf(AbortSignal)
    expect(init?.signal.aborted).toBe(false)
  })

  it('receives exactly the caller’s properties and those of the library', async () => {
    const { client, fetch } = createClient()

    client.capture({
      distinctId: 'user_1',
      event: 'order placed',
      properties: { total: 42 },
      groups: { company: 'acme' },
    })
    await client.flush()

    expect(JSON.parse(String(fetch.mock.calls[0]?.[1].body))).toStrictEqual({
      api_key: 'T',
      batch: [
        {
          distinct_id: 'user_1',
          event: 'order placed',
          properties: { total: 42, $groups: { company: 'acme' }, ...libraryProperties },
          uuid: expect.stringMatching(uuidv7),
          timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
        },
      ],
      sent_at: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    })
  })

  it('is called unbound', async () => {
    const receivers: unknown[] = []
    const { client } = createClient({
      fetch: function (this: unknown) {
        receivers.push(this)
        return mockFetch()('', { method: 'POST', headers: {}, signal: new AbortController().signal })
      },
    })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(receivers).toEqual([undefined])
  })

  it('may answer with a real Response', async () => {
    const { client } = createClient({ fetch: async () => new Response('{"status":1}', { status: 200 }) })

    client.capture({ distinctId: 'user_1', event: 'order placed' })

    expect(await client.flush()).toMatchObject({ sent: 1, pending: 0 })
  })

  it('may be put in place of the global one, before or after the client is made', async () => {
    const [first, second] = [mockFetch(), mockFetch()]
    vi.stubGlobal('fetch', first)
    const client = new HedgerowClient('T', { host: 'http://example.com', disableCompression: true })

    client.capture({ distinctId: 'user_1', event: 'first' })
    await client.flush()
    vi.stubGlobal('fetch', second)
    client.capture({ distinctId: 'user_1', event: 'second' })
    await client.flush()

    expect(sentBy(first).map(({ event }) => event)).toEqual(['first'])
    expect(sentBy(second).map(({ event }) => event)).toEqual(['second'])
  })

  it('may be a typed global fetch', async () => {
    const fetch = vi.spyOn(globalThis, 'fetch').mockResolvedValue(new Response('{"status":1}'))
    const client = new HedgerowClient('T', { host: 'http://example.com', fetch: globalThis.fetch })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(fetch.mock.calls.map(([url]) => url)).toEqual(['http://example.com/batch/'])
    expect(fetch.mock.calls[0]?.[1]?.headers).toMatchObject({ 'Content-Encoding': 'gzip' })
  })

  it('is sent no body of text and told the encoding unless compression is off', async () => {
    const { client, fetch } = createClient({ disableCompression: false })

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    const [, init] = fetch.mock.calls[0]!
    expect(init.headers).toStrictEqual({
      'Content-Type': 'application/json',
      'User-Agent': 'hedgerow-node/0.0.0',
      'Content-Encoding': 'gzip',
    })
    expect(init.body).toBeInstanceOf(Uint8Array)
  })
})

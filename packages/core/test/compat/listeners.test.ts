import { describe, expect, it, vi } from 'vitest'
import type { BeforeSend, EventMessage, HedgerowError, Listener, WireEvent } from '../../src/index.ts'
import { createClient, libraryProperties, mockFetch, sentBy, uuidv7 } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

const common = {
  distinct_id: 'user_1',
  uuid: expect.stringMatching(uuidv7),
  timestamp: expect.stringMatching(/Z$/),
}

describe('on', () => {
  it('hears of events as they are queued, in the shape in which they are sent', () => {
    const { client, fetch } = createClient()
    const [capture, identify, alias] = [vi.fn<Listener>(), vi.fn<Listener>(), vi.fn<Listener>()]
    client.on('capture', capture)
    client.on('identify', identify)
    client.on('alias', alias)

    client.capture({ distinctId: 'user_1', event: 'order placed', properties: { total: 42 } })
    client.identify({ distinctId: 'user_1', properties: { plan: 'pro' } })
    client.alias({ distinctId: 'user_1', alias: 'anon_1' })

    expect(fetch).not.toHaveBeenCalled()
    expect(capture.mock.calls).toEqual([
      [{ ...common, event: 'order placed', properties: { total: 42, ...libraryProperties } }],
    ])
    expect(identify.mock.calls).toEqual([
      [
        {
          ...common,
          event: '$identify',
          properties: { $set: { plan: 'pro' }, $set_once: {}, ...libraryProperties },
        },
      ],
    ])
    expect(alias.mock.calls).toEqual([
      [
        {
          ...common,
          event: '$create_alias',
          properties: { distinct_id: 'user_1', alias: 'anon_1', ...libraryProperties },
        },
      ],
    ])
  })

  it('hears of groups, person properties and exceptions as captures', async () => {
    const { client } = createClient()
    const names: string[] = []
    client.on('capture', (event: WireEvent) => names.push(event.event))

    client.groupIdentify({ groupType: 'company', groupKey: 'acme' })
    client.setPersonProperties({ distinctId: 'user_1', properties: { plan: 'pro' } })
    client.captureException(new Error('out of stock'), 'user_1')
    await client.captureImmediate({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(names.toSorted()).toEqual(['$exception', '$groupidentify', '$set', 'order placed'])
  })

  it('hears what was queued with the uuid that is sent', async () => {
    const { client, fetch } = createClient()
    const uuids: string[] = []
    client.on('capture', ({ uuid }: WireEvent) => uuids.push(uuid))

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(uuids).toHaveLength(1)
    expect(sentBy(fetch).map(({ uuid }) => uuid)).toEqual(uuids)
  })

  it('hears of errors, with their status', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const { client } = createClient({}, mockFetch(401))
    const errors: unknown[] = []
    client.on('error', (error: HedgerowError & { status: number }) => errors.push([error.name, error.status]))
    client.on('error', (error: Error) => errors.push(error instanceof Error))

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(errors).toEqual([['TransportError', 401], true])
  })

  it('hears of flushes', async () => {
    const { client } = createClient()
    const flushed = vi.fn<Listener>()
    client.on('flush', flushed)

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.flush()

    expect(flushed).toHaveBeenCalledExactlyOnceWith({
      sent: 1,
      dropped: 0,
      spooled: 0,
      pending: 0,
      timedOut: false,
    })
  })

  it('hears of everything under *, the name first', async () => {
    vi.spyOn(console, 'warn').mockImplementation(() => undefined)
    const fetch = mockFetch()
    fetch.mockImplementationOnce(mockFetch(400))
    const { client } = createClient({}, fetch)
    const heard: string[] = []
    client.on('*', (name: string, payload: object) => heard.push(`${name} ${typeof payload}`))

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()
    client.identify({ distinctId: 'user_1' })
    client.alias({ distinctId: 'user_1', alias: 'anon_1' })
    await client.flush()

    expect(heard).toEqual([
      'capture object',
      'error object',
      'identify object',
      'alias object',
      'flush object',
    ])
  })

  it('returns what ends the listening', () => {
    const { client } = createClient()
    const [first, second] = [vi.fn<Listener>(), vi.fn<Listener>()]
    const unsubscribe = client.on('capture', first)
    client.on('capture', second)

    client.capture({ distinctId: 'user_1', event: 'order placed' })
    unsubscribe()
    client.capture({ distinctId: 'user_1', event: 'order placed' })

    expect(first).toHaveBeenCalledTimes(1)
    expect(second).toHaveBeenCalledTimes(2)
  })

  it('hears a notice instead of an event while the client is disabled', async () => {
    const { client, fetch } = createClient()
    const heard: unknown[] = []
    client.on('capture', (notice: unknown) => heard.push(typeof notice))

    await client.disable()
    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(heard).toEqual(['string'])
    expect(fetch).not.toHaveBeenCalled()
  })
})

describe('before_send', () => {
  /** What the hook sees of one capture with everything that a caller can give. */
  function seen(): EventMessage[] {
    const messages: EventMessage[] = []
    const { client } = createClient({
      before_send: (message) => {
        messages.push(message)
        return message
      },
    })
    client.register({ shop: 'north', level: 'registered' })
    client.withContext({ sessionId: 'session_1', properties: { page: 'cart', level: 'context' } }, () =>
      client.capture({
        distinctId: 'user_1',
        event: 'order placed',
        properties: { total: 42, level: 'caller' },
        groups: { company: 'acme' },
        timestamp: new Date('2024-01-02T03:04:05.006Z'),
        disableGeoip: true,
        uuid: '00000000-0000-4000-8000-000000000001',
      }),
    )
    return messages
  }

  it('receives the message with registered, context and caller’s properties, and none of the library', () => {
    expect(seen()).toEqual([
      {
        distinctId: 'user_1',
        event: 'order placed',
        properties: { shop: 'north', page: 'cart', total: 42, level: 'caller', $session_id: 'session_1' },
        groups: { company: 'acme' },
        timestamp: new Date('2024-01-02T03:04:05.006Z'),
        disableGeoip: true,
        uuid: '00000000-0000-4000-8000-000000000001',
      },
    ])
  })

  it('may be several functions, each given what the one before returned, until one refuses', async () => {
    const tag =
      (name: string): BeforeSend =>
      (message) => ({ ...message, properties: { ...message.properties, [name]: true } })
    const refuse: BeforeSend = (message) => (message.event === 'debug' ? null : message)
    const last = vi.fn<BeforeSend>((message) => message)
    const { client, fetch } = createClient({ before_send: [tag('first'), tag('second'), refuse, last] })

    client.capture({ distinctId: 'user_1', event: 'debug' })
    client.capture({ distinctId: 'user_1', event: 'order placed' })
    await client.shutdown()

    expect(last).toHaveBeenCalledTimes(1)
    expect(sentBy(fetch)).toMatchObject([
      { event: 'order placed', properties: { first: true, second: true } },
    ])
  })

  it('sees immediate events and exceptions, and may change them', async () => {
    const { client, fetch } = createClient({
      before_send: (message) => ({ ...message, event: `shop ${message.event}` }),
    })

    await client.captureImmediate({ distinctId: 'user_1', event: 'order placed' })
    await client.captureExceptionImmediate(new Error('out of stock'), 'user_1')

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['shop order placed', 'shop $exception'])
  })
})

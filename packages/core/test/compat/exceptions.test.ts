import { describe, expect, it, vi } from 'vitest'
import { scopeOpener } from '../request/open-scope.ts'
import { createClient, libraryProperties, sentBy, uuidv7 } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

interface ExceptionEntry {
  readonly type: string
  readonly value: string
  readonly mechanism: object
  readonly stacktrace?: { readonly type: string; readonly frames: readonly Frame[] }
}

interface Frame {
  readonly filename: string
  readonly function: string
  readonly in_app: boolean
  readonly context_line?: string
}

/** The exception list of an event, each entry beside its innermost frame. */
function entriesOf(event: { properties: Readonly<Record<string, unknown>> } | undefined) {
  // What was sent is for each test's expectations to judge.
  const list = (event?.properties['$exception_list'] ?? []) as ExceptionEntry[]
  return list.map(({ stacktrace, ...entry }) => ({ entry, frame: stacktrace?.frames.at(-1) }))
}

describe('captureException', () => {
  it('sends the error with its stack, for the person and with the properties and uuid given', async () => {
    const { client, fetch } = createClient()
    const uuid = '00000000-0000-4000-8000-000000000001'

    client.captureException(new RangeError('out of stock'), 'user_1', { cart: 'cart_1' }, uuid)
    await client.flush()

    const [event] = sentBy(fetch)
    expect(event).toEqual({
      event: '$exception',
      distinct_id: 'user_1',
      properties: {
        cart: 'cart_1',
        $exception_list: expect.any(Array),
        $exception_level: 'error',
        ...libraryProperties,
      },
      uuid,
      timestamp: expect.stringMatching(/Z$/),
    })
    expect(entriesOf(event)).toEqual([
      {
        entry: {
          type: 'RangeError',
          value: 'out of stock',
          mechanism: { type: 'generic', handled: true, synthetic: false, exception_id: 0 },
        },
        frame: expect.objectContaining({
          platform: 'node:javascript',
          filename: 'test/compat/exceptions.test.ts',
          module: 'test.compat:exceptions.test',
          function: expect.any(String),
          lineno: expect.any(Number),
          colno: expect.any(Number),
          in_app: true,
          context_line: expect.stringContaining("client.captureException(new RangeError('out of stock')"),
          pre_context: expect.any(Array),
          post_context: expect.any(Array),
        }),
      },
    ])
  })

  it('sends causes and the members of an AggregateError behind it', async () => {
    const { client, fetch } = createClient()
    const cause = new TypeError('no such basket', { cause: 'text' })

    client.captureException(new Error('out of stock', { cause }), 'user_1')
    client.captureException(new AggregateError([new Error('first'), new Error('second')], 'both'), 'user_1')
    await client.flush()

    const [chain, group] = sentBy(fetch).map((event) =>
      entriesOf(event).map(({ entry: { type, value, mechanism } }) => ({ type, value, mechanism })),
    )
    expect(chain).toMatchObject([
      { type: 'Error', value: 'out of stock', mechanism: { type: 'generic', exception_id: 0 } },
      {
        type: 'TypeError',
        value: 'no such basket',
        mechanism: { type: 'chained', source: 'cause', synthetic: false, exception_id: 1, parent_id: 0 },
      },
      { type: 'Error', value: 'text', mechanism: { source: 'cause', synthetic: true, parent_id: 1 } },
    ])
    expect(group).toMatchObject([
      { type: 'AggregateError', value: 'both' },
      { value: 'first', mechanism: { type: 'chained', source: 'member', exception_id: 1, parent_id: 0 } },
      { value: 'second', mechanism: { type: 'chained', source: 'member', exception_id: 2, parent_id: 0 } },
    ])
  })

  it.each<[string, unknown, string, string]>([
    ['a text', 'out of stock', 'Error', 'out of stock'],
    ['a text that names an error', 'TypeError: no such basket', 'TypeError', 'no such basket'],
    ['a number', 404, 'Error', 'Primitive value captured as exception: 404'],
    ['nothing', undefined, 'Error', 'Primitive value captured as exception: undefined'],
    ['an object', { code: 1, at: 'cart' }, 'Error', 'Object captured as exception with keys: at, code'],
  ])('sends %s with the stack of the reporting code', async (_what, thrown, type, value) => {
    const { client, fetch } = createClient()

    client.captureException(thrown, 'user_1') // the line that is shown
    await client.flush()

    expect(entriesOf(sentBy(fetch)[0])).toMatchObject([
      {
        entry: { type, value, mechanism: { handled: true, synthetic: true, exception_id: 0 } },
        frame: {
          filename: 'test/compat/exceptions.test.ts',
          context_line: "    client.captureException(thrown, 'user_1') // the line that is shown",
        },
      },
    ])
  })

  it('sends the same error once', async () => {
    const { client, fetch } = createClient()
    const error = new Error('out of stock')

    client.captureException(error, 'user_1')
    client.captureException(error, 'user_1')
    await client.flush()
    client.captureException(error, 'user_1')
    await client.captureExceptionImmediate(error, 'user_1')
    client.captureException(new Error('out of stock'), 'user_1')
    await client.flush()

    expect(sentBy(fetch)).toHaveLength(2)
  })

  it('lets the caller’s properties win over its own', async () => {
    const { client, fetch } = createClient()

    client.captureException(new Error('out of stock'), 'user_1', { $exception_level: 'warning' })
    await client.flush()

    expect(sentBy(fetch)[0]?.properties).toMatchObject({ $exception_level: 'warning' })
    expect(entriesOf(sentBy(fetch)[0])).toHaveLength(1)
  })

  it('belongs to nobody without an id', async () => {
    const { client, fetch } = createClient()

    client.captureException(new Error('out of stock'))
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        distinct_id: expect.stringMatching(uuidv7),
        properties: { $process_person_profile: false },
      },
    ])
  })

  it('takes id, session and properties from the context of the call', async () => {
    const { client, fetch } = createClient()
    client.register({ shop: 'north' })

    client.withContext(
      { distinctId: 'user_1', sessionId: 'session_1', properties: { page: 'cart', level: 'context' } },
      () => client.captureException(new Error('out of stock'), undefined, { level: 'caller' }),
    )
    client.unregister('shop')
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        distinct_id: 'user_1',
        properties: { shop: 'north', page: 'cart', level: 'caller', $session_id: 'session_1' },
      },
    ])
  })

  it('belongs to the visitor of the request', async () => {
    const { client, fetch } = createClient()
    const { scope } = scopeOpener(client, { flags: { preload: 'never' } })()

    scope.run(() => client.captureException(new Error('out of stock')))
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        event: '$exception',
        distinct_id: scope.distinctId,
        properties: { $current_url: 'http://localhost:3000/', $session_id: scope.sessionId },
      },
    ])
  })

  it('has the properties and the time of the call, whatever happens to them afterwards', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: new Date('2024-06-15T12:30:45.123Z') })
    const { client, fetch } = createClient()
    const properties = { cart: { items: ['hat'] }, step: 1 }

    client.captureException(new Error('out of stock'), 'user_1', properties)
    properties.cart.items.push('coat')
    properties.step = 2
    vi.setSystemTime('2024-06-15T13:00:00.000Z')
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      { timestamp: '2024-06-15T12:30:45.123Z', properties: { cart: { items: ['hat'] }, step: 1 } },
    ])
  })

  it('loses no more than a property that cannot be read', async () => {
    const { client, fetch } = createClient()
    const properties = {
      cart: 'cart_1',
      get broken(): string {
        throw new Error('sentinel')
      },
    }

    client.captureException(new Error('first'), 'user_1', properties)
    await client.captureExceptionImmediate(new Error('second'), 'user_1', properties)
    await client.flush()

    expect(sentBy(fetch)).toHaveLength(2)
    for (const event of sentBy(fetch)) {
      expect(event.properties).toMatchObject({ cart: 'cart_1', broken: '[Unserializable]' })
    }
  })

  it.each(['flush', 'shutdown'] as const)('is delivered by a %s right after it', async (end) => {
    const { client, fetch } = createClient()

    client.captureException(new Error('out of stock'), 'user_1')
    await client[end]()

    expect(sentBy(fetch).map(({ event }) => event)).toEqual(['$exception'])
  })

  it('is delivered without source lines when these cannot be read in time', async () => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date'] })
    let reads = 0
    const readFile = () => {
      reads += 1
      return new Promise<undefined>(() => undefined)
    }
    const { client, fetch } = createClient({ runtime: { readFile } })

    client.captureException(new Error('out of stock'), 'user_1')
    const flushed = client.flush()
    for (let turn = 0; turn < 100_000 && reads === 0; turn += 1)
      await new Promise((next) => setImmediate(next))
    await vi.advanceTimersByTimeAsync(2000)
    await flushed
    await client.shutdown()

    const [first] = entriesOf(sentBy(fetch)[0])
    expect(first?.frame).toMatchObject({ filename: 'test/compat/exceptions.test.ts' })
    expect(first?.frame).not.toHaveProperty('context_line')
    expect(vi.getTimerCount()).toBe(0)
  })
})

describe('captureExceptionImmediate', () => {
  it('has sent the exception, alone, when it resolves', async () => {
    const { client, fetch } = createClient()
    client.capture({ distinctId: 'user_1', event: 'queued' })

    const returned = await client.captureExceptionImmediate(new Error('out of stock'), 'user_1', { step: 1 })

    expect(returned).toBeUndefined()
    expect(fetch).toHaveBeenCalledTimes(1)
    expect(sentBy(fetch)).toMatchObject([
      { event: '$exception', distinct_id: 'user_1', properties: { step: 1 } },
    ])
    await client.shutdown()
  })

  it('is waited for by a shutdown right after it', async () => {
    const { client, fetch } = createClient()

    void client.captureExceptionImmediate('out of stock', 'user_1')
    await client.shutdown()

    expect(sentBy(fetch)).toMatchObject([{ event: '$exception', distinct_id: 'user_1' }])
  })

  it('has the stack of the reporting code for a value without one', async () => {
    const { client, fetch } = createClient()

    await client.captureExceptionImmediate('out of stock', 'user_1') // the line that is shown

    expect(entriesOf(sentBy(fetch)[0])).toMatchObject([
      {
        frame: {
          context_line:
            "    await client.captureExceptionImmediate('out of stock', 'user_1') // the line that is shown",
        },
      },
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { DropError } from '../../src/index.ts'
import type { CaptureMessage, ClientStats } from '../../src/index.ts'
import { alertsOf, eventsOf, inTime, startCapture } from './capture-setup.ts'
import type { CaptureSetup, SentEvent } from './capture-setup.ts'
import { duplicateKeys } from './duplicate-keys.ts'

const first = neighbour('first', '00000000-0000-7000-8000-000000000001')
const last = neighbour('last', '00000000-0000-7000-8000-000000000002')

function neighbour(event: string, uuid: string) {
  const message = { event, distinctId: 'user_1', uuid, properties: { text: 'a "quoted" ü\u{1F994}' } }
  const text =
    `{"distinct_id":"user_1","event":"${event}","properties":{"text":"a \\"quoted\\" ü\u{1F994}","$lib":"hedgerow-node",` +
    `"$lib_version":"0.0.0","$is_server":true,"$geoip_disable":true},"uuid":"${uuid}","timestamp":"2024-06-15T12:30:45.123Z"}`
  return { message, text }
}

/** What became of one odd event that was captured between two ordinary ones. */
interface Aftermath {
  /** The odd event as it was sent; undefined when it was not. */
  readonly event: SentEvent | undefined
  readonly stats: ClientStats
  readonly alerts: string[]
  readonly errors: CaptureSetup['errors']
  readonly captureMs: number
}

/** Captures it, and checks that its neighbours go out byte for byte in the same batch. */
async function captureBetween(odd: unknown, options: object = {}): Promise<Aftermath> {
  const { client, server, runtime, errors } = await startCapture(options)
  client.capture(first.message)
  const start = performance.now()
  client.capture(odd as CaptureMessage)
  const captureMs = performance.now() - start
  client.capture(last.message)
  await inTime(runtime, client.flush())

  const [request] = server.batches()
  const raw = request!.rawBody.toString()
  expect(server.batches()).toHaveLength(1)
  expect(raw).toContain(`"batch":[${first.text},`)
  expect(raw).toContain(`,${last.text}],"sent_at"`)
  expect(duplicateKeys(raw)).toEqual([])
  const event = eventsOf(request).find(({ event }) => event !== 'first' && event !== 'last')
  return { event, stats: client.stats(), alerts: alertsOf(runtime), errors, captureMs }
}

/** The value of one property after its journey. */
async function journey(value: unknown): Promise<unknown> {
  const { event, stats, alerts } = await captureBetween({
    event: 'odd',
    distinctId: 'u',
    properties: { value, beside: 1 },
  })
  expect(stats).toMatchObject({ accepted: 3, sent: 3, refused: {}, dropped: {} })
  expect(alerts).toEqual([])
  expect(event?.properties['beside']).toBe(1)
  return event?.properties['value']
}

describe('a message that is no event is refused alone, with one warning', () => {
  const noName = 'event must be a non-empty string'
  const noId = 'distinctId must be a non-empty string'

  it.each([
    ['no name', { distinctId: 'u' }, noName],
    ['an empty name', { distinctId: 'u', event: '' }, noName],
    ['a name that is no text', { distinctId: 'u', event: 42 }, noName],
    ['a name that is an object', { distinctId: 'u', event: { toString: () => 'a' } }, noName],
    ['an id that is an object', { distinctId: { id: 1 }, event: 'odd' }, noId],
    ['an id that is a boolean', { distinctId: true, event: 'odd' }, noId],
    ['an id that is a symbol', { distinctId: Symbol('u'), event: 'odd' }, noId],
    ['nothing', undefined, noName],
    ['null', null, noName],
    ['a text', 'order placed', noName],
    ['a number', 42, noName],
    ['a list', ['odd'], noName],
    ['a function', () => undefined, noName],
  ])('%s', async (_name, odd, problem) => {
    const { event, stats, alerts } = await captureBetween(odd)

    expect(event).toBeUndefined()
    expect(stats).toMatchObject({ accepted: 2, sent: 2, refused: { invalid: 1 }, pending: 0 })
    expect(alerts).toHaveLength(1)
    expect(alerts[0]).toContain(`warn [hedgerow] invalid-event: an event is not sent: ${problem}`)
  })
})

describe('parts of a message that are no such thing are left out', () => {
  it.each([
    ['null', null],
    ['a text', 'text'],
    ['a number', 42],
    ['a list', [1, 2]],
    ['a Date', new Date(0)],
    ['an object that converts itself to a list', { toJSON: () => [1] }],
  ])('properties that are %s', async (_name, properties) => {
    const { event } = await captureBetween({ event: 'odd', distinctId: 'u', properties })

    expect(Object.keys(event?.properties ?? {}).sort()).toEqual([
      '$geoip_disable',
      '$is_server',
      '$lib',
      '$lib_version',
    ])
  })

  it.each([
    ['null', null],
    ['a text', 'acme'],
    ['a list', ['acme']],
  ])('groups that are %s', async (_name, groups) => {
    const { event } = await captureBetween({ event: 'odd', distinctId: 'u', groups })

    expect(event?.properties).not.toHaveProperty('$groups')
  })

  it('a number as id becomes text', async () => {
    const { event } = await captureBetween({ event: 'odd', distinctId: 42 })

    expect(event?.distinct_id).toBe('42')
  })
})

describe('a value that JSON has not is repaired', () => {
  const shared = { name: 'shared' }
  const circular: Record<string, unknown> = { name: 'loop' }
  circular['self'] = circular
  circular['list'] = [circular]
  const failure = new RangeError('out of stock')
  failure.stack = 'RangeError: out of stock\n    at shop'

  it.each<[string, unknown, unknown]>([
    ['BigInt', 12345678901234567890n, '12345678901234567890'],
    ['BigInt inside', { a: [1n] }, { a: ['1'] }],
    ['functions', { f: () => 1, a: 1 }, { a: 1 }],
    ['functions in a list', [() => 1, 1], [null, 1]],
    ['symbols', { s: Symbol('s'), a: 1 }, { a: 1 }],
    ['symbols in a list', [Symbol('s'), 1], [null, 1]],
    ['symbols as keys', { [Symbol('s')]: 1, a: 1 }, { a: 1 }],
    ['undefined', { u: undefined, a: 1 }, { a: 1 }],
    ['undefined in a list', [undefined], [null]],
    ['NaN and infinities', [Number.NaN, Infinity, -Infinity, -0], [null, null, null, 0]],
    ['an Error', failure, { name: 'RangeError', message: 'out of stock', stack: failure.stack }],
    ['a cycle', circular, { name: 'loop', self: '[Circular]', list: ['[Circular]'] }],
    ['the same object twice', { a: shared, b: [shared] }, { a: { name: 'shared' }, b: [{ name: 'shared' }] }],
    ['a Map', new Map([['a', 1]]), {}],
    ['a Set', new Set([1]), {}],
    ['a Date', new Date(Date.UTC(2024, 0, 2)), '2024-01-02T00:00:00.000Z'],
    ['an invalid Date', new Date(Number.NaN), null],
    ['a URL', new URL('http://127.0.0.1/a?b=1'), 'http://127.0.0.1/a?b=1'],
    ['a Buffer', Buffer.from([1, 2]), { type: 'Buffer', data: [1, 2] }],
    ['bytes', new Uint8Array([1, 2]), { 0: 1, 1: 2 }],
    ['a sparse list', Object.assign([], { 2: 'c' }), [null, null, 'c']],
    ['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
    ['a lone surrogate', { '\ud83e': 'a\udd94b' }, { '\ufffd': 'a\ufffdb' }],
    ['text that only looks like an escaped surrogate', '\\ud83e', '\\ud83e'],
    [
      'a __proto__ key',
      JSON.parse('{"__proto__":{"admin":true},"a":1}'),
      JSON.parse('{"__proto__":{"admin":true},"a":1}'),
    ],
    [
      'a __proto__ key to repair',
      { ...JSON.parse('{"__proto__":1}'), b: 1n },
      { ...JSON.parse('{"__proto__":1}'), b: '1' },
    ],
  ])('%s', async (_name, value, expected) => {
    expect(await journey(value)).toEqual(expected)
  })

  it('fields of an object of a class, not what it inherits', async () => {
    class Order {
      total = 42
      #secret = 'sentinel'
      get secret(): string {
        return this.#secret
      }
    }

    expect(await journey(new Order())).toEqual({ total: 42 })
  })

  it('what an object makes of itself, once', async () => {
    const itself = { hidden: true, toJSON: (): unknown => ({ shown: 1n, toJSON: () => 'twice' }) }
    const same = { a: 1n, toJSON: () => same }
    const list = Object.assign([1], { toJSON: () => ({ failure }) })

    expect(await journey({ itself, same, list })).toEqual({
      itself: { shown: '1' },
      same: { a: '1' },
      list: { failure: { name: 'RangeError', message: 'out of stock', stack: failure.stack } },
    })
  })

  it('a getter or toJSON that throws costs its own value', async () => {
    const value = {
      get broken(): string {
        throw new Error('sentinel')
      },
      converter: {
        toJSON: () => {
          throw new Error('sentinel')
        },
      },
      list: Object.assign([1], {
        toJSON: () => {
          throw new Error('sentinel')
        },
      }),
      fine: 1,
    }

    expect(await journey(value)).toEqual({
      broken: '[Unserializable]',
      converter: '[Unserializable]',
      list: '[Unserializable]',
      fine: 1,
    })
  })

  it('a getter that throws only when read again costs its own value', async () => {
    let reads = 0
    const value = {
      get moody(): number {
        reads += 1
        if (reads > 1) throw new Error('sentinel')
        return 1
      },
      fine: 1,
    }

    expect(await journey(value)).toEqual({ moody: '[Unserializable]', fine: 1 })
  })

  it('hostile proxies cost their own value', async () => {
    const refuse = () => {
      throw new Error('sentinel')
    }
    const { proxy: revoked, revoke } = Proxy.revocable({}, {})
    revoke()

    const value = {
      keys: new Proxy({ a: 1 }, { ownKeys: refuse }),
      members: new Proxy({ a: 1 }, { get: refuse }),
      prototype: new Proxy({}, { getPrototypeOf: refuse }),
      list: new Proxy([1], { get: refuse }),
      revoked,
      fine: 1,
    }

    expect(await journey(value)).toMatchObject({
      keys: '[Unserializable]',
      members: { a: '[Unserializable]' },
      prototype: {},
      list: '[Unserializable]',
      revoked: '[Unserializable]',
      fine: 1,
    })
  })

  it('nesting deeper than any reader goes is cut off', async () => {
    let deep: unknown = 'bottom'
    for (let depth = 0; depth < 100_000; depth += 1) deep = depth % 2 === 0 ? [deep] : { deep }

    const text = JSON.stringify(await journey(deep))

    expect(text).toContain('[Too deep]')
    expect(text).not.toContain('bottom')
  })

  it('nesting that others manage arrives whole', async () => {
    let nested: unknown = 'bottom'
    for (let depth = 0; depth < 150; depth += 1) nested = [nested]

    expect(await journey(nested)).toEqual(nested)
  })
})

describe('an event that is too large is dropped alone, quickly, and reported', () => {
  const growing: Record<string, unknown> = { leaf: 'x' }
  let doubled: Record<string, unknown> = growing
  for (let level = 0; level < 40; level += 1) doubled = { left: doubled, right: doubled }

  it.each<[string, () => unknown]>([
    ['a text of 30 MB', () => 'x'.repeat(30_000_000)],
    ['a text of 30 MB with a value to repair', () => ({ a: 1n, text: 'x'.repeat(30_000_000) })],
    ['a list of 3 million', () => Array.from({ length: 3_000_000 }, () => 0)],
    ['a list of 4 billion holes', () => Object.assign([], { length: 2 ** 32 - 1 })],
    ['a Buffer of 30 MB', () => Buffer.alloc(30_000_000)],
    ['bytes of 30 MB', () => new Uint8Array(30_000_000)],
    ['the message of an Error', () => Object.assign(new Error('x'.repeat(30_000_000)), { stack: '' })],
    ['a cycle beside it', () => ({ circular: circularOf(), text: 'x'.repeat(30_000_000) })],
  ])('%s', async (_name, make) => {
    const value = make()

    const { event, stats, alerts, errors, captureMs } = await captureBetween({
      event: 'odd',
      distinctId: 'u',
      properties: { value },
    })

    const message = '1 event was dropped, because it is larger than maxEventBytes (1048576 bytes)'
    expect(captureMs).toBeLessThan(100)
    expect(event).toBeUndefined()
    expect(stats).toMatchObject({ accepted: 3, sent: 2, dropped: { 'too-large': 1 }, pending: 0 })
    expect(alerts).toEqual([`warn [hedgerow] too-large: ${message}`])
    expect(errors).toMatchObject([{ status: -1, message, error: { reason: 'too-large', dropped: 1 } }])
    expect(errors[0]?.error).toBeInstanceOf(DropError)
  })

  it.each<[string, object]>([
    ['as it is', {}],
    ['with a value to repair', { a: 1n }],
  ])('an object that doubles forty times, %s: the work ends where the size does', async (_how, beside) => {
    const { stats, captureMs } = await captureBetween({
      event: 'odd',
      distinctId: 'u',
      properties: { ...beside, doubled },
    })

    // Without a bound it would be a matter of hours.
    expect(captureMs).toBeLessThan(10_000)
    expect(stats).toMatchObject({ accepted: 3, sent: 2, dropped: { 'too-large': 1 }, pending: 0 })
  })

  it('counts bytes, not letters', async () => {
    const odd = { event: 'odd', distinctId: 'u', properties: { value: 'ü'.repeat(1000) } }

    const fits = await captureBetween(odd, { maxEventBytes: 2300 })
    const exceeds = await captureBetween(odd, { maxEventBytes: 2000 })

    expect(fits.stats).toMatchObject({ sent: 3, dropped: {} })
    expect(exceeds.stats).toMatchObject({ sent: 2, dropped: { 'too-large': 1 } })
  })
})

describe('a uuid', () => {
  it.each([
    ['0190163d-8694-4ad4-b6a3-5cca0d9ba2b1', '0190163d-8694-4ad4-b6a3-5cca0d9ba2b1'],
    ['0190163D-8694-0AD4-06A3-5CCA0D9BA2B1', '0190163d-8694-0ad4-06a3-5cca0d9ba2b1'],
    ['00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000'],
  ])('%s of the right shape is kept in lower case', async (uuid, sent) => {
    const { event } = await captureBetween({ event: 'odd', distinctId: 'u', uuid })

    expect(event?.uuid).toBe(sent)
  })

  it.each<[unknown]>([
    ['not-a-uuid'],
    ['0190163d86944ad4b6a35cca0d9ba2b1'],
    ['{0190163d-8694-4ad4-b6a3-5cca0d9ba2b1}'],
    ['0190163d-8694-4ad4-b6a3-5cca0d9ba2b1\n'],
    ['0190163d-8694-4ad4-b6a3-5cca0d9ba2bg'],
    [''],
    [42],
    [null],
    [{}],
  ])('%j of another shape is replaced', async (uuid) => {
    const { event, alerts } = await captureBetween({ event: 'odd', distinctId: 'u', uuid })

    expect(event?.uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(alerts).toEqual([])
  })
})

function circularOf(): object {
  const circular: Record<string, unknown> = {}
  circular['self'] = circular
  return circular
}

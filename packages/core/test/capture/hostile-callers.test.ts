import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { ConfigError, HedgerowClient } from '../../src/index.ts'
import type { CaptureMessage, ClientOptions } from '../../src/index.ts'
import { alertsOf, captureThrough, inTime, poorResponse, sentIn } from './capture-setup.ts'
import type { SentEvent } from './capture-setup.ts'
import { duplicateKeys } from './duplicate-keys.ts'

const refuse = (): never => {
  throw new Error('sentinel')
}
const unreadable = {
  get broken() {
    return refuse()
  },
  fine: 1,
}
const order = { distinctId: 'user_1', event: 'order placed' }

const unhandled: unknown[] = []
const note = (reason: unknown) => {
  unhandled.push(reason)
}
beforeEach(() => {
  unhandled.length = 0
  process.on('unhandledRejection', note)
})
afterEach(() => {
  process.off('unhandledRejection', note)
})

/** A client on a healthy service, with what arrived there. */
function healthy(options: ClientOptions = {}) {
  const bodies: string[] = []
  const events: SentEvent[] = []
  const setup = captureThrough((_url, init) => {
    bodies.push(String(init.body))
    events.push(...sentIn(init))
    return Promise.resolve(poorResponse(200))
  }, options)
  return { ...setup, bodies, events }
}

describe('options that cannot be read', () => {
  it.each<[string, unknown]>([
    ['a getter that throws', Object.defineProperty({}, 'flushAt', { get: refuse, enumerable: true })],
    ['a list that cannot be looked at', { before_send: revokedList() }],
    ['a function that refuses to be bound', { runtime: { now: new Proxy(() => 0, { get: refuse }) } }],
  ])('are a ConfigError that keeps the cause: %s', (_name, options) => {
    const create = () => new HedgerowClient('phc_hostile', options as ClientOptions)

    expect(create).toThrow(ConfigError)
    expect(create).toThrow('options must be readable, but reading one of them threw; pass a plain object')
    expect(create).toThrow(expect.objectContaining({ cause: expect.any(Error) }))
  })

  it('of a request layer too', () => {
    const { client } = healthy()

    expect(() => client.requestLayer(unreadable as object)).toThrow(ConfigError)
  })

  it('a list of four billion holes is refused at once', () => {
    const holes = Object.assign([], { length: 2 ** 32 - 1 })

    expect(() => healthy({ custom_blocked_useragents: holes })).toThrow(ConfigError)
  })
})

describe('properties', () => {
  it.each<[string, () => object]>([
    ['that convert themselves twice', () => ({ toJSON: () => ({ toJSON: () => ({ $lib: 'own' }) }) })],
    ['that look different each time', changingProxy],
  ])('%s bring no key twice', async (_name, properties) => {
    const { client, runtime, bodies, events } = healthy()

    client.capture({ ...order, properties: properties() as NonNullable<CaptureMessage['properties']> })
    await inTime(runtime, client.flush())

    expect(duplicateKeys(bodies[0] ?? '')).toEqual([])
    expect(events[0]?.properties).toMatchObject({ $lib: 'hedgerow-node', $is_server: true })
  })

  it('a member toJSON among registered ones does not speak for the others', async () => {
    const { client, runtime, events } = healthy()

    client.register({ toJSON: () => ({ $lib: 'own' }), plan: 'pro' })
    client.capture({ ...order, properties: { $lib: 'own', total: 42 } })
    await inTime(runtime, client.flush())

    expect(events[0]?.properties).toMatchObject({ $lib: 'hedgerow-node', plan: 'pro', total: 42 })
  })

  it('that are registered lose only what cannot be read', async () => {
    const { client, runtime, events } = healthy()

    client.register(unreadable)
    client.unregister({ toString: refuse } as unknown as string)
    client.capture(order)
    await inTime(runtime, client.flush())

    expect(events[0]?.properties).toMatchObject({ broken: '[Unserializable]', fine: 1 })
  })

  it('to remove are found in a list of four billion holes at once', async () => {
    const { client, runtime, events } = healthy()
    const properties = Object.assign(['plan'], { length: 2 ** 32 - 1 })

    client.unsetPersonProperties({ distinctId: 'user_1', properties })
    await inTime(runtime, client.flush())

    expect(events[0]?.properties['$unset']).toEqual(['plan'])
  })
})

describe('a context that cannot be read', () => {
  it.each<[string, object, object]>([
    ['its data', unreadable, {}],
    ['its options', {}, unreadable],
    ['its signal', {}, { signal: new Proxy({}, { get: refuse }) }],
    ['its properties', { properties: unreadable }, {}],
  ])('runs its callback all the same: %s', async (_name, data, options) => {
    const { client, runtime, events } = healthy()

    const returned = client.withContext(data, () => (client.capture(order), client.getContext(), 7), options)
    await inTime(runtime, client.flush())

    expect(returned).toBe(7)
    expect(events).toHaveLength(1)
  })
})

describe('functions that answer with a promise that rejects', () => {
  // As JavaScript without types has them, where `void` is expected.
  const reject = (): unknown => Promise.reject(new Error('sentinel'))
  const hook = reject as () => undefined

  it('cost nobody anything but one line', async () => {
    const { client, runtime } = captureThrough(() => Promise.resolve(poorResponse(400)), {
      onError: hook,
      waitUntil: hook,
      fetchRetryCount: 0,
    })
    client.on('capture', hook)

    client.capture(order)
    await expect(inTime(runtime, client.flush())).rejects.toMatchObject({ status: 400 })
    await runtime.settle()

    expect(unhandled).toEqual([])
    expect(alertsOf(runtime)).toContain(
      'error [hedgerow] listener-failed: a listener of capture threw; it must handle its own errors',
    )
    expect(alertsOf(runtime)).toContain(
      'error [hedgerow] listener-failed: onError threw; it must handle its own errors',
    )
  })

  it('for before_send and the log too', async () => {
    const runtime = { log: hook }
    const { client } = healthy({ before_send: hook, runtime, logLevel: 'debug' })

    client.capture(order)
    await new Promise((resolve) => setImmediate(resolve))

    expect(unhandled).toEqual([])
    expect(client.stats()).toMatchObject({ accepted: 0, refused: { invalid: 1 } })
  })
})

describe('shutdown', () => {
  it.each([Number.NaN, '2000', 1n, null, {}])('ends although its time is %s', async (timeoutMs) => {
    const { client, runtime } = healthy()

    client.capture(order)
    const report = await inTime(runtime, client.shutdown(timeoutMs as number))

    expect(report).toMatchObject({ sent: 1, pending: 0, timedOut: false })
    expect(runtime.timers).toBe(0)
  })

  it('cuts off no request that begins as it ends', async () => {
    const sentTwice: number[] = []
    for (let turns = 0; turns < 30; turns += 1) {
      const sent: string[] = []
      const { client, runtime } = captureThrough(
        async (_url, init) => {
          sent.push(...sentIn(init).map(({ event }) => event))
          if (sent.length > 1) return poorResponse(200)
          void afterTurns(turns, () => client.captureImmediate({ ...order, event: 'late' }))
          throw new TypeError('connection refused')
        },
        { fetchRetryCount: 0 },
      )
      client.capture(order)
      await inTime(runtime, client.shutdown())
      await inTime(runtime, client.shutdown())
      if (sent.filter((event) => event === 'late').length !== 1) sentTwice.push(turns)
    }

    expect(sentTwice).toEqual([])
  })
})

it('an answer whose body cannot be looked at has counted', async () => {
  const response = Object.defineProperty(poorResponse(200), 'body', { get: refuse })
  const { client, runtime } = captureThrough(() => Promise.resolve(response))

  client.capture(order)
  await inTime(runtime, client.flush())

  expect(client.stats()).toMatchObject({ sent: 1, pending: 0, calls: { batch: 1 } })
})

it('an event that only capture v1 writes longer than maxEventBytes is dropped as too large', async () => {
  const message = { ...order, timestamp: '9', properties: { $ignore_sent_at: 0, $process_person_profile: 0 } }
  const v0 = healthy()
  v0.client.capture(message)
  await inTime(v0.runtime, v0.client.flush())
  const maxEventBytes = JSON.stringify(v0.events[0]).length

  const { client } = healthy({ captureMode: 'v1', maxEventBytes })
  client.capture(message)

  expect(client.stats()).toMatchObject({ accepted: 1, dropped: { 'too-large': 1 } })
})

function revokedList(): unknown {
  const { proxy, revoke } = Proxy.revocable([], {})
  revoke()
  return proxy
}

function changingProxy(): object {
  const keys = ['a', 'b', '$lib', '$is_server']
  let looks = 0
  return new Proxy(
    {},
    {
      ownKeys: () => [keys[Math.min(looks++, 3)] ?? 'a'],
      getOwnPropertyDescriptor: () => ({ value: 1, enumerable: true, configurable: true }),
      get: (_target, key) => (key === 'toJSON' ? undefined : 1),
    },
  )
}

/** Turns of the queue of promises, not of the event loop. */
async function afterTurns(turns: number, action: () => unknown): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await Promise.resolve()
  await action()
}

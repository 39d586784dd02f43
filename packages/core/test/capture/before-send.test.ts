import { describe, expect, it } from 'vitest'
import type { BeforeSend, ClientOptions, EventMessage } from '../../src/index.ts'
import { alertsOf, inTime, startCapture } from './capture-setup.ts'
import type { CaptureSetup, SentEvent } from './capture-setup.ts'

const message = { event: 'a', distinctId: 'user_1', properties: { own: 1 } }

/** What is sent of one capture; the hook may be anything. */
async function sentWith(hook: unknown): Promise<{ events: SentEvent[]; setup: CaptureSetup }> {
  const setup = await startCapture({ before_send: hook } as ClientOptions)
  setup.client.capture(structuredClone(message))
  await inTime(setup.runtime, setup.client.flush())
  return { events: setup.server.events(), setup }
}

describe('before_send', () => {
  it('sees the event before groups and the library’s properties are added', async () => {
    const seen: EventMessage[] = []
    const setup = await startCapture({
      before_send: (event) => {
        seen.push(structuredClone(event))
        return event
      },
    })

    setup.client.capture({ ...message, groups: { company: 'acme' }, uuid: 'mine', disableGeoip: false })

    expect(seen).toEqual([
      {
        distinctId: 'user_1',
        event: 'a',
        properties: { own: 1 },
        groups: { company: 'acme' },
        timestamp: undefined,
        uuid: 'mine',
        disableGeoip: false,
      },
    ])
  })

  it('may change every part of the event', async () => {
    const uuid = '00000000-0000-7000-8000-000000000001'
    const { events } = await sentWith(() => ({
      distinctId: 'user_2',
      event: 'b',
      properties: { other: 2, $lib: 'forged' },
      groups: { company: 'acme' },
      timestamp: '2025-01-02T08:34:05+05:30',
      disableGeoip: false,
      uuid,
    }))

    expect(events).toEqual([
      {
        distinct_id: 'user_2',
        event: 'b',
        properties: {
          other: 2,
          $groups: { company: 'acme' },
          $lib: 'hedgerow-node',
          $lib_version: '0.0.0',
          $is_server: true,
        },
        timestamp: '2025-01-02T03:04:05.000Z',
        uuid,
      },
    ])
  })

  it('may change the event in place without changing the caller’s object', async () => {
    const setup = await startCapture({
      before_send: (event) => {
        event.event = 'b'
        event.properties['own'] = 2
        return event
      },
    })
    const mine = structuredClone(message)

    setup.client.capture(mine)
    await inTime(setup.runtime, setup.client.flush())

    expect(mine).toEqual(message)
    expect(setup.server.events()).toMatchObject([{ event: 'b', properties: { own: 2 } }])
  })

  it('is called in the order of the list, each with what the one before returned', async () => {
    const add =
      (step: number): BeforeSend =>
      (event) => ({ ...event, properties: { ...event.properties, steps: [...stepsOf(event), step] } })

    const { events } = await sentWith([add(1), add(2), add(3)])

    expect(events[0]?.properties['steps']).toEqual([1, 2, 3])
  })

  it('ends the list when one of it refuses the event', async () => {
    let calls = 0

    const { events, setup } = await sentWith([() => null, () => (calls += 1)])

    expect(events).toEqual([])
    expect(calls).toBe(0)
    expect(setup.client.stats()).toMatchObject({ accepted: 0, refused: { 'before-send': 1 } })
  })

  it.each<[string, unknown]>([
    ['null', null],
    ['nothing', undefined],
    ['false', false],
    ['a text', 'a'],
    ['a number', 1],
    ['a list', [message]],
    ['a function', () => message],
  ])('refuses the event by returning %s, silently', async (_name, result) => {
    const { events, setup } = await sentWith(() => result)

    expect(events).toEqual([])
    expect(alertsOf(setup.runtime)).toEqual([])
    expect(setup.client.stats()).toMatchObject({ accepted: 0, refused: { 'before-send': 1 }, pending: 0 })
  })

  it.each<[string, unknown]>([
    ['an object without a name', { distinctId: 'u', properties: {} }],
    ['an object without an id', { event: 'a', properties: {} }],
    ['a promise', Promise.resolve(message)],
    ['an event whose properties are no object', undefined],
  ])('that returns %s costs at most its own event', async (name, result) => {
    const setup = await startCapture({
      before_send: (event) =>
        event.event === 'fine' ? event : ((result ?? { ...event, properties: 'none' }) as EventMessage),
    })

    setup.client.capture(message)
    setup.client.capture({ event: 'fine', distinctId: 'u' })
    await inTime(setup.runtime, setup.client.flush())

    const kept = name === 'an event whose properties are no object'
    expect(setup.server.events().map(({ event }) => event)).toEqual(kept ? ['a', 'fine'] : ['fine'])
    expect(setup.client.stats().refused).toEqual(kept ? {} : { invalid: 1 })
  })

  it('that throws refuses its event alone, with one line that carries nothing of it', async () => {
    const setup = await startCapture({
      before_send: (event) => {
        if (event.event === 'a') throw new Error('sentinel')
        return event
      },
    })

    setup.client.capture(message)
    setup.client.capture({ event: 'fine', distinctId: 'u' })
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events().map(({ event }) => event)).toEqual(['fine'])
    expect(setup.client.stats()).toMatchObject({ accepted: 1, refused: { 'before-send': 1 } })
    expect(alertsOf(setup.runtime)).toEqual([
      'error [hedgerow] before-send-failed: before_send threw, so its event is not sent; it must handle its own errors',
    ])
  })

  it('sees identify, alias and groupIdentify too', async () => {
    const seen: string[] = []
    const setup = await startCapture({
      before_send: (event) => {
        seen.push(event.event)
        return event
      },
    })

    setup.client.identify({ distinctId: 'u' })
    setup.client.alias({ distinctId: 'u', alias: 'v' })
    setup.client.groupIdentify({ groupType: 'company', groupKey: 'acme' })

    expect(seen).toEqual(['$identify', '$create_alias', '$groupidentify'])
  })
})

describe('listeners', () => {
  it('hear of an event as it is queued, in the shape in which it is sent', async () => {
    const setup = await startCapture()
    const heard: unknown[] = []
    for (const name of ['capture', 'identify', 'alias']) {
      setup.client.on(name, (event) => heard.push([name, event]))
    }

    setup.client.capture({ ...message, properties: { when: new Date(0), many: 1n }, groups: { c: 'a' } })
    setup.client.identify({ distinctId: 'user_1' })
    setup.client.alias({ distinctId: 'user_1', alias: 'b' })
    setup.client.groupIdentify({ groupType: 'company', groupKey: 'acme' })
    await inTime(setup.runtime, setup.client.flush())

    const [captured, identified, aliased, grouped] = setup.server.events()
    expect(captured?.properties).toMatchObject({ when: '1970-01-01T00:00:00.000Z', many: '1' })
    expect(heard).toEqual([
      ['capture', captured],
      ['identify', identified],
      ['alias', aliased],
      ['capture', grouped],
    ])
  })

  it('that change what they are given change nothing that is sent', async () => {
    const setup = await startCapture()
    setup.client.on('capture', (event) => Object.assign(event as object, { event: 'forged' }))

    setup.client.capture(message)
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()).toMatchObject([{ event: 'a' }])
  })

  it('hear of an event whose property cannot be read, which is sent and not refused', async () => {
    const setup = await startCapture()
    const heard: unknown[] = []
    setup.client.on('capture', (event) => heard.push(event))
    const properties = {
      get broken(): string {
        throw new Error('sentinel')
      },
    }

    setup.client.capture({ ...message, properties })
    await inTime(setup.runtime, setup.client.flush())

    expect(heard).toMatchObject([{ properties: { broken: '[Unserializable]' } }])
    expect(setup.server.events()).toHaveLength(1)
    expect(setup.client.stats()).toMatchObject({ accepted: 1, sent: 1, refused: {} })
    expect(alertsOf(setup.runtime)).toEqual([])
  })

  it('are no longer called once removed, one by one', async () => {
    const setup = await startCapture()
    const heard: string[] = []
    const remove = setup.client.on('capture', () => heard.push('first'))
    setup.client.on('capture', () => heard.push('second'))

    setup.client.capture(message)
    remove()
    remove()
    setup.client.capture(message)

    expect(heard).toEqual(['first', 'second', 'second'])
  })

  it('may add listeners while they are called', async () => {
    const setup = await startCapture()
    let calls = 0
    const addAnother = () => {
      calls += 1
      if (calls > 100) throw new Error('it goes on and on')
      setup.client.on('capture', () => addAnother())
    }
    addAnother()

    setup.client.capture(message)
    setup.client.capture(message)

    expect(calls).toBe(4)
  })

  it('that throw cost neither the event, nor its caller, nor other listeners', async () => {
    const setup = await startCapture({
      onError: () => {
        throw new Error('sentinel')
      },
    })
    const heard: string[] = []
    const fail = () => {
      throw new Error('sentinel')
    }
    for (const name of ['capture', 'error', 'flush', '*']) {
      setup.client.on(name, fail)
      setup.client.on(name, () => heard.push(name))
    }
    setup.server.answer('/batch/', { status: 400 })

    setup.client.capture(message)
    await expect(inTime(setup.runtime, setup.client.flush())).rejects.toMatchObject({ status: 400 })
    setup.client.capture(message)
    await inTime(setup.runtime, setup.client.flush())

    expect(heard).toEqual(['capture', '*', 'error', '*', 'capture', '*', 'flush', '*'])
    expect(setup.server.events()).toHaveLength(1)
    const lines = alertsOf(setup.runtime)
    expect(lines).toContain(
      'error [hedgerow] listener-failed: a listener of capture threw; it must handle its own errors',
    )
    expect(lines).toContain('error [hedgerow] listener-failed: onError threw; it must handle its own errors')
    expect(JSON.stringify(lines)).not.toContain('sentinel')
  })
})

function stepsOf(event: EventMessage): unknown[] {
  const steps = event.properties['steps']
  return Array.isArray(steps) ? steps : []
}

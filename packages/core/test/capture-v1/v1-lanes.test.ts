import { describe, expect, it } from 'vitest'
import type { Answer } from 'testkit'
import type { ClientOptions, EventMessage } from '../../src/index.ts'
import { inTime, namesOf, startCapture } from '../capture/capture-setup.ts'
import { answerV1InTurn, captureAll, rejectionOf, startV1 } from './v1-setup.ts'

function renameWith(names: Readonly<Record<string, string>>): (event: EventMessage) => EventMessage {
  return (event) => ({ ...event, event: names[event.event] ?? event.event })
}

describe('AI events of a client that speaks v1', () => {
  it('go by v0, and the others by v1', async () => {
    const setup = await startV1()

    captureAll(setup, 'a', '$ai_generation', 'b', '$ai_trace')
    await inTime(setup.runtime, setup.client.flush())

    expect(namesOf(setup.server.v1Batches())).toEqual([['a', 'b']])
    expect(namesOf(setup.server.batches())).toEqual([['$ai_generation', '$ai_trace']])
    expect(setup.server.batches()[0]?.path).toBe('/batch/')
    expect(setup.server.events()[0]).toMatchObject({
      distinct_id: 'user_1',
      properties: { $lib: 'hedgerow-node', $is_server: true },
    })
  })

  it('are told by the name that before_send gives', async () => {
    const setup = await startV1({ before_send: renameWith({ chat: '$ai_generation', $ai_trace: 'trace' }) })

    captureAll(setup, 'chat', '$ai_trace')
    await inTime(setup.runtime, setup.client.captureImmediate({ event: 'chat', distinctId: 'user_1' }))
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.v1Events().map(({ event }) => event)).toEqual(['trace'])
    expect(setup.server.v1Events()[0]?.options).toEqual({})
    expect(setup.server.events().map(({ event }) => event)).toEqual(['$ai_generation', '$ai_generation'])
    expect(setup.server.events()[0]).not.toHaveProperty('options')
  })

  it('have a queue of their own: its failure resends nothing that v1 has delivered', async () => {
    const setup = await startV1({ fetchRetryCount: 0 })
    setup.server.answer('/batch/', 'disconnect')

    captureAll(setup, 'a', '$ai_trace')
    const error = await rejectionOf(inTime(setup.runtime, setup.client.flush()))
    const kept = setup.client.stats()
    await inTime(setup.runtime, setup.client.flush())

    expect(error).toMatchObject({ status: -1, report: { sent: 1, pending: 1 } })
    expect(kept).toMatchObject({ accepted: 2, sent: 1, pending: 1 })
    expect(namesOf(setup.server.v1Batches())).toEqual([['a']])
    expect(namesOf(setup.server.batches())).toEqual([['$ai_trace'], ['$ai_trace']])
    expect(setup.client.stats()).toMatchObject({ sent: 2, pending: 0, pendingBytes: 0 })
  })

  it('are not resent by a failure of v1', async () => {
    const setup = await startV1({ fetchRetryCount: 0 })
    answerV1InTurn(setup, 'disconnect')

    captureAll(setup, 'a', '$ai_trace')
    await rejectionOf(inTime(setup.runtime, setup.client.flush()))
    await inTime(setup.runtime, setup.client.flush())

    expect(namesOf(setup.server.batches())).toEqual([['$ai_trace']])
    expect(namesOf(setup.server.v1Batches())).toEqual([['a'], ['a']])
  })

  it('are part of flush and shutdown, of their report, and leave no timer', async () => {
    const setup = await startV1()
    const refused: Answer = { status: 400 }
    setup.server.answer('/batch/', refused)

    captureAll(setup, 'a', '$ai_trace')
    const report = await inTime(setup.runtime, setup.client.shutdown())

    expect(report).toEqual({ sent: 1, dropped: 1, spooled: 0, pending: 0, timedOut: false })
    expect(setup.runtime.timers).toBe(0)
  })

  it('that outlast the others in a shutdown do not leave behind what is captured meanwhile', async () => {
    const setup = await startV1({ flushInterval: 60_000 })
    setup.server.answer('/batch/', { status: 503 })

    captureAll(setup, 'a', '$ai_trace')
    const ended = setup.client.shutdown()
    await setup.runtime.settle()
    captureAll(setup, 'late')
    const report = await inTime(setup.runtime, ended)

    expect(report).toEqual({ sent: 3, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(setup.runtime.timers).toBe(0)
  })

  it('in a client that speaks v0 share the queue with all others', async () => {
    const setup = await startV1({ captureMode: 'v0' })

    captureAll(setup, 'a', '$ai_trace')
    await inTime(setup.runtime, setup.client.flush())

    expect(namesOf(setup.server.requests)).toEqual([['a', '$ai_trace']])
  })
})

describe('an event on its way to v1', () => {
  it('leaves the objects of the caller and of before_send as they were', async () => {
    const seen: EventMessage[] = []
    const setup = await startV1({
      before_send: (event) => {
        seen.push(event)
        return event
      },
    })
    const properties = { $session_id: 's', $window_id: 'w', $cookieless_mode: 'true', $set: { plan: 'pro' } }

    setup.client.capture({ event: 'a', distinctId: 'user_1', properties })
    await inTime(setup.runtime, setup.client.flush())

    const unchanged = { $session_id: 's', $window_id: 'w', $cookieless_mode: 'true', $set: { plan: 'pro' } }
    expect(properties).toEqual(unchanged)
    expect(seen[0]?.properties).toEqual(unchanged)
    expect(setup.server.v1Events()[0]?.options).toEqual({ cookieless_mode: true })
  })

  it('is what listeners hear of in the form of v0, before it is sent', async () => {
    const setup = await startV1()
    const heard: unknown[] = []
    setup.client.on('capture', (event) => heard.push(event))

    setup.client.capture({ event: 'a', distinctId: 'user_1', properties: { $session_id: 's' } })

    expect(heard).toEqual([
      {
        event: 'a',
        distinct_id: 'user_1',
        uuid: expect.any(String),
        timestamp: '2024-06-15T12:30:45.123Z',
        properties: {
          $session_id: 's',
          $lib: 'hedgerow-node',
          $lib_version: expect.any(String),
          $is_server: true,
          $geoip_disable: true,
        },
      },
    ])
    expect(setup.server.requests).toEqual([])
  })

  it('is the same in every request that carries it, after an outage too', async () => {
    const setup = await startV1({ fetchRetryCount: 1 })
    answerV1InTurn(setup, 'disconnect', 'disconnect')

    captureAll(setup, 'a')
    await rejectionOf(inTime(setup.runtime, setup.client.flush()))
    await inTime(setup.runtime, setup.client.flush())

    const texts = setup.server
      .v1Batches()
      .map(({ rawBody }) => /"batch":\[(.*)\]\}$/.exec(rawBody.toString())?.[1])
    expect(texts).toHaveLength(3)
    expect(texts[0]).toMatch(/^\{"event":"a",/)
    expect(new Set(texts).size).toBe(1)
  })
})

describe('which protocol is spoken', () => {
  const pathFor = async (options: ClientOptions, mode: string | undefined): Promise<string[]> => {
    const env = { POSTHOG_CAPTURE_MODE: mode }
    const { client, server, runtime } = await startCapture(options, { env })
    client.capture({ event: 'a', distinctId: 'user_1' })
    await inTime(runtime, client.flush())
    return server.requests.map(({ path }) => path)
  }

  it.each([
    ['v1', '/i/v1/analytics/events'],
    ['v0', '/batch/'],
    [undefined, '/batch/'],
    ['', '/batch/'],
    ['V1', '/batch/'],
    [' v1', '/batch/'],
    ['v2', '/batch/'],
  ])('POSTHOG_CAPTURE_MODE of %j means %s', async (mode, path) => {
    expect(await pathFor({}, mode)).toEqual([path])
  })

  it.each([
    ['v0', 'v1', '/batch/'],
    ['v1', 'v0', '/i/v1/analytics/events'],
    [undefined, 'v1', '/i/v1/analytics/events'],
  ] as const)('the option %j wins over the environment with %j', async (captureMode, mode, path) => {
    expect(await pathFor({ captureMode }, mode)).toEqual([path])
  })

  it('is read in the constructor, and what the environment says later changes nothing', async () => {
    const env: Record<string, string | undefined> = { POSTHOG_CAPTURE_MODE: 'v1' }
    const { client, server, runtime } = await startCapture({}, { env })

    env['POSTHOG_CAPTURE_MODE'] = 'v0'
    client.capture({ event: 'a', distinctId: 'user_1' })
    await inTime(runtime, client.flush())

    expect(server.requests.map(({ path }) => path)).toEqual(['/i/v1/analytics/events'])
  })

  it('is one of two, or the boot stops', async () => {
    const captureMode = 'v2' as 'v1'

    await expect(startCapture({ captureMode })).rejects.toThrow('captureMode must be one of v0, v1')
  })
})

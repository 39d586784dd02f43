import { describe, expect, it } from 'vitest'
import { inTime, namesOf, startCapture } from '../capture/capture-setup.ts'
import { pageFacts, scopeOpener } from '../request/open-scope.ts'
import { captureAll } from './v1-setup.ts'

const notice = 'The client is disabled, so this event is not captured.'

describe('disable', () => {
  it('refuses events from then on, and those that are queued still go', async () => {
    const setup = await startCapture({ flushInterval: 5000 })

    captureAll(setup, 'before')
    await setup.client.disable()
    captureAll(setup, 'meanwhile', 'meanwhile')
    await setup.runtime.advance(5000)

    expect(namesOf(setup.server.batches())).toEqual([['before']])
    expect(setup.client.stats()).toMatchObject({
      accepted: 1,
      sent: 1,
      dropped: {},
      refused: { 'opted-out': 2 },
      pending: 0,
    })
    expect(setup.runtime.lines).toEqual([])
  })

  it('covers every kind of event', async () => {
    const { client, server, runtime } = await startCapture()
    await client.disable()

    client.capture({ event: 'a', distinctId: 'user_1' })
    client.identify({ distinctId: 'user_1', properties: { plan: 'pro' } })
    client.alias({ distinctId: 'user_1', alias: 'anon_1' })
    client.groupIdentify({ groupType: 'company', groupKey: 'acme' })
    client.setPersonProperties({ distinctId: 'user_1', properties: { plan: 'pro' } })
    client.unsetPersonProperties({ distinctId: 'user_1', properties: ['plan'] })
    await client.captureImmediate({ event: 'a', distinctId: 'user_1' })
    await inTime(runtime, client.shutdown())

    expect(server.requests).toEqual([])
    expect(client.stats()).toMatchObject({ accepted: 0, refused: { 'opted-out': 7 } })
  })

  it('lets listeners hear a notice in place of the event', async () => {
    const { client } = await startCapture()
    const heard: unknown[][] = []
    for (const name of ['capture', 'identify', 'alias']) {
      client.on(name, (...payload) => heard.push([name, ...payload]))
    }
    client.on('*', (...payload) => heard.push(['*', ...payload]))
    await client.disable()

    client.capture({ event: 'a', distinctId: 'user_1' })
    client.identify({ distinctId: 'user_1' })
    client.alias({ distinctId: 'user_1', alias: 'anon_1' })

    expect(heard).toEqual([
      ['capture', notice],
      ['*', 'capture', notice],
      ['identify', notice],
      ['*', 'identify', notice],
      ['alias', notice],
      ['*', 'alias', notice],
    ])
  })

  it('shows no event to before_send', async () => {
    let seen = 0
    const setup = await startCapture({
      before_send: (event) => {
        seen += 1
        return event
      },
    })
    await setup.client.disable()

    captureAll(setup, 'a')

    expect(seen).toBe(0)
  })

  it('holds for the pageviews of request scopes, which make no flag request either', async () => {
    const { client, server, runtime } = await startCapture()
    await client.disable()
    const { scope, end } = scopeOpener(client, { flags: { preload: 'always' } })(pageFacts())

    scope.capture('a')
    end()
    await inTime(runtime, client.shutdown())

    expect(server.requests).toEqual([])
    expect(client.stats()).toMatchObject({ accepted: 0, calls: { batch: 0, flags: 0 } })
  })

  it('holds until enable', async () => {
    const setup = await startCapture()

    await setup.client.disable()
    captureAll(setup, 'meanwhile')
    await setup.client.enable()
    captureAll(setup, 'after')
    await inTime(setup.runtime, setup.client.flush())

    expect(namesOf(setup.server.batches())).toEqual([['after']])
    expect(setup.client.stats()).toMatchObject({ accepted: 1, refused: { 'opted-out': 1 } })
  })

  it('works within the call, before its promise resolves', async () => {
    const setup = await startCapture()

    void setup.client.disable()
    captureAll(setup, 'meanwhile')
    void setup.client.enable()
    captureAll(setup, 'after')
    await inTime(setup.runtime, setup.client.flush())

    expect(namesOf(setup.server.batches())).toEqual([['after']])
  })
})

describe('defaultOptIn', () => {
  it('false begins as after disable', async () => {
    const setup = await startCapture({ defaultOptIn: false })
    const heard: unknown[] = []
    setup.client.on('capture', (payload) => heard.push(payload))

    captureAll(setup, 'before')
    await setup.client.enable()
    captureAll(setup, 'after')
    await inTime(setup.runtime, setup.client.flush())

    expect(heard).toMatchObject([notice, { event: 'after' }])
    expect(namesOf(setup.server.batches())).toEqual([['after']])
    expect(setup.client.stats()).toMatchObject({ accepted: 1, refused: { 'opted-out': 1 } })
  })

  it('changes nothing about a client that is disabled for good', async () => {
    const setup = await startCapture({ disabled: true, defaultOptIn: true })

    await setup.client.enable()
    captureAll(setup, 'a')
    await inTime(setup.runtime, setup.client.shutdown())

    expect(setup.server.requests).toEqual([])
    expect(setup.client.stats()).toMatchObject({ accepted: 0, refused: { disabled: 1 } })
  })
})

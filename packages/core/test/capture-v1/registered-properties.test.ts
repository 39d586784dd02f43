import { describe, expect, it } from 'vitest'
import { inTime, startCapture } from '../capture/capture-setup.ts'
import type { CaptureSetup } from '../capture/capture-setup.ts'
import { duplicateKeys } from '../capture/duplicate-keys.ts'
import { pageFacts, scopeOpener } from '../request/open-scope.ts'
import { captureAll } from './v1-setup.ts'

/** Properties of all events, without those of the library. */
async function propertiesSent({ client, server, runtime }: CaptureSetup): Promise<Record<string, unknown>[]> {
  await inTime(runtime, client.flush())
  for (const { rawBody } of server.requests) expect(duplicateKeys(rawBody.toString())).toEqual([])
  return [...server.events(), ...server.v1Events()].map(({ properties }) => {
    const {
      $lib: _lib,
      $lib_version: _version,
      $is_server: _server,
      $geoip_disable: _geoip,
      ...own
    } = properties
    return own
  })
}

describe.each(['v0', 'v1'] as const)('registered properties in capture %s', (captureMode) => {
  it('are in every event until they are unregistered', async () => {
    const setup = await startCapture({ captureMode })

    captureAll(setup, 'before')
    setup.client.register({ shop: 'north', plan: 'free' })
    captureAll(setup, 'a')
    setup.client.register({ plan: 'pro' })
    captureAll(setup, 'b')
    setup.client.unregister('shop')
    setup.client.unregister('unheard-of')
    captureAll(setup, 'c')
    setup.client.unregister('plan')
    captureAll(setup, 'd')

    expect(await propertiesSent(setup)).toEqual([
      {},
      { shop: 'north', plan: 'free' },
      { shop: 'north', plan: 'pro' },
      { plan: 'pro' },
      {},
    ])
  })

  it('lie beneath those of the context, and these beneath those of the event', async () => {
    const setup = await startCapture({ captureMode })
    const { client } = setup
    client.register({ a: 'registered', b: 'registered', c: 'registered' })

    client.withContext({ properties: { b: 'context', c: 'context' } }, () => {
      client.capture({ event: 'a', distinctId: 'user_1', properties: { c: 'event' } })
    })

    expect(await propertiesSent(setup)).toEqual([{ a: 'registered', b: 'context', c: 'event' }])
  })

  it('lie beneath those of a request scope, and are in its own events too', async () => {
    const setup = await startCapture({ captureMode })
    const { client } = setup
    client.register({ $pathname: 'registered', shop: 'north' })
    const { scope, end } = scopeOpener(client, { flags: { preload: 'never' } })(
      pageFacts({}, { path: '/shop' }),
    )

    scope.run(() => client.capture({ event: 'within' }))
    scope.capture('of the scope')
    end()
    client.capture({ event: 'outside', distinctId: 'user_1' })

    expect(await propertiesSent(setup)).toMatchObject([
      { $pathname: '/shop', shop: 'north' },
      { $pathname: '/shop', shop: 'north' },
      { $pathname: '/shop', shop: 'north' },
      { $pathname: 'registered', shop: 'north' },
    ])
  })

  it('cannot take the place of groups', async () => {
    const setup = await startCapture({ captureMode })
    setup.client.register({ $groups: { company: 'registered' } })

    setup.client.capture({ event: 'a', distinctId: 'user_1', groups: { company: 'acme' } })
    captureAll(setup, 'b')

    expect(await propertiesSent(setup)).toEqual([
      { $groups: { company: 'acme' } },
      { $groups: { company: 'registered' } },
    ])
  })
})

describe('registered properties', () => {
  it('cannot take the place of what the library says of itself', async () => {
    const setup = await startCapture()
    setup.client.register({ $lib: 'mine', $lib_version: '9', $is_server: false, $geoip_disable: false })

    captureAll(setup, 'a')
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()[0]?.properties).toEqual({
      $lib: 'hedgerow-node',
      $lib_version: expect.stringMatching(/^\d/),
      $is_server: true,
      $geoip_disable: true,
    })
  })

  it('do not say that an event without an id belongs to somebody, but the event itself may', async () => {
    const setup = await startCapture()
    setup.client.register({ $process_person_profile: true })

    setup.client.capture({ event: 'a' })
    setup.client.capture({ event: 'b', properties: { $process_person_profile: true } })

    expect(await propertiesSent(setup)).toEqual([
      { $process_person_profile: false },
      { $process_person_profile: true },
    ])
  })

  it('give way to the session of the context', async () => {
    const setup = await startCapture()
    setup.client.register({ $session_id: 'registered' })

    setup.client.withContext({ sessionId: 'context' }, () => captureAll(setup, 'a'))

    expect(await propertiesSent(setup)).toEqual([{ $session_id: 'context' }])
  })

  it('are not part of $identify, $create_alias and $groupidentify, nor is the context', async () => {
    const setup = await startCapture()
    const { client } = setup
    client.register({ shop: 'north' })

    client.withContext({ properties: { page: 'home' } }, () => {
      client.identify({ distinctId: 'user_1', properties: { plan: 'pro' } })
      client.alias({ distinctId: 'user_1', alias: 'anon_1' })
      client.groupIdentify({ groupType: 'company', groupKey: 'acme', properties: { seats: 3 } })
    })

    expect(await propertiesSent(setup)).toEqual([
      { $set: { plan: 'pro' }, $set_once: {} },
      { distinct_id: 'user_1', alias: 'anon_1' },
      { $group_type: 'company', $group_key: 'acme', $group_set: { seats: 3 } },
    ])
  })

  it('are shown to before_send, merged', async () => {
    const seen: unknown[] = []
    const setup = await startCapture({
      before_send: (event) => {
        seen.push(event.properties)
        return event
      },
    })
    setup.client.register({ shop: 'north', plan: 'free' })

    setup.client.capture({ event: 'a', distinctId: 'user_1', properties: { plan: 'pro' } })

    expect(seen).toEqual([{ shop: 'north', plan: 'pro' }])
  })

  it('are those of the moment of register, whatever becomes of the object', async () => {
    const setup = await startCapture()
    const properties: Record<string, unknown> = { shop: 'north' }
    setup.client.register(properties)

    properties['shop'] = 'south'
    properties['late'] = true
    captureAll(setup, 'a')

    expect(await propertiesSent(setup)).toEqual([{ shop: 'north' }])
  })

  it.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'shop'],
    ['a number', 5],
  ])('may be %s, which adds nothing', async (_name, value) => {
    const setup = await startCapture()
    setup.client.register({ shop: 'north' })

    setup.client.register(value as unknown as Record<string, unknown>)
    captureAll(setup, 'a')

    expect(await propertiesSent(setup)).toEqual([{ shop: 'north' }])
  })
})

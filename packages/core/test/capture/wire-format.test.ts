import { readFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { FetchInit } from '../../src/index.ts'
import { captureThrough, eventsOf, inTime, poorResponse, startCapture, token } from './capture-setup.ts'
import type { CaptureSetup } from './capture-setup.ts'
import { duplicateKeys } from './duplicate-keys.ts'

const version = (
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { version: string }
).version
const library = { $lib: 'hedgerow-node', $lib_version: version, $is_server: true }

/** Everything that one call of the client makes its `fetch` see. */
async function recordedCall(options: object, overrides: object = {}) {
  const calls: { self: unknown; parameters: unknown[] }[] = []
  const recorder = {
    fetch: function (this: unknown, ...parameters: unknown[]) {
      calls.push({ self: this, parameters })
      return Promise.resolve(poorResponse(200))
    },
  }
  const { client, runtime } = captureThrough(recorder.fetch, { ...options }, overrides)
  client.capture({
    distinctId: 'user_1',
    event: 'order placed',
    uuid: '00000000-0000-7000-8000-000000000001',
  })
  await inTime(runtime, client.flush())
  const [call] = calls
  expect(calls).toHaveLength(1)
  const [url, init] = call!.parameters as [string, FetchInit]
  return { url, init, self: call!.self, count: call!.parameters.length }
}

async function propertiesSent(setup: CaptureSetup): Promise<Readonly<Record<string, unknown>>[]> {
  await inTime(setup.runtime, setup.client.flush())
  return setup.server.events().map(({ properties }) => properties)
}

describe('what fetch is given', () => {
  const json =
    `{"api_key":"${token}","batch":[{"distinct_id":"user_1","event":"order placed","properties":{"$lib":"hedgerow-node",` +
    `"$lib_version":"${version}","$is_server":true,"$geoip_disable":true},"uuid":"00000000-0000-7000-8000-000000000001",` +
    `"timestamp":"2024-06-15T12:30:45.123Z"}],"sent_at":"2024-06-15T12:30:45.123Z"}`

  it('is exactly a URL and an init with a plain text body when compression is off', async () => {
    const { url, init, self, count } = await recordedCall({ disableCompression: true })

    expect(self).toBeUndefined()
    expect(count).toBe(2)
    expect(url).toBe('http://127.0.0.1:8010/batch/')
    expect(Object.keys(init).sort()).toEqual(['body', 'headers', 'method', 'signal'])
    expect(init.method).toBe('POST')
    expect(Object.getPrototypeOf(init.headers)).toBe(Object.prototype)
    expect(init.headers).toEqual({
      'Content-Type': 'application/json',
      'User-Agent': `hedgerow-node/${version}`,
    })
    expect(init.body).toBe(json)
    expect(init.signal).toBeInstanceOf(AbortSignal)
  })

  it('is compressed bytes and a Content-Encoding by default', async () => {
    const { init } = await recordedCall({ disableCompression: undefined })

    expect(init.headers).toEqual({
      'Content-Type': 'application/json',
      'User-Agent': `hedgerow-node/${version}`,
      'Content-Encoding': 'gzip',
    })
    expect(init.body).toBeInstanceOf(Uint8Array)
    expect(gunzipSync(init.body as Uint8Array).toString()).toBe(json)
  })

  it.each([
    ['rejects', () => Promise.reject(new Error('no compression here'))],
    [
      'throws',
      () => {
        throw new Error('no compression here')
      },
    ],
  ])('is plain text without a Content-Encoding where compressing %s', async (_how, gzip) => {
    const { init } = await recordedCall({ disableCompression: false }, { gzip })

    expect(init.body).toBe(json)
    expect(init.headers).not.toHaveProperty('Content-Encoding')
  })

  it.each([
    ['http://127.0.0.1:8010/', 'http://127.0.0.1:8010/batch/'],
    [' http://127.0.0.1:8010/// ', 'http://127.0.0.1:8010/batch/'],
    ['http://127.0.0.1:8010/ingest', 'http://127.0.0.1:8010/ingest/batch/'],
    ['https://eu.i.posthog.com', 'https://eu.i.posthog.com/batch/'],
    ['  ', 'https://us.i.posthog.com/batch/'],
    [undefined, 'https://us.i.posthog.com/batch/'],
  ])('for host %j is the URL %s', async (host, expected) => {
    const { url } = await recordedCall({ host })

    expect(url).toBe(expected)
  })
})

describe('the properties of an event', () => {
  it('are the caller’s, the groups and those of the library, and nothing else is in the event', async () => {
    const setup = await startCapture()

    setup.client.capture({
      distinctId: 'user_1',
      event: 'order placed',
      properties: { total: 42 },
      groups: { company: 'acme', seats: 3 },
    })
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()).toEqual([
      {
        distinct_id: 'user_1',
        event: 'order placed',
        properties: {
          total: 42,
          $groups: { company: 'acme', seats: 3 },
          ...library,
          $geoip_disable: true,
        },
        uuid: expect.stringMatching(/^[0-9a-f-]{36}$/),
        timestamp: '2024-06-15T12:30:45.123Z',
      },
    ])
  })

  it('cannot override those of the library, which are in the text once', async () => {
    const setup = await startCapture()

    setup.client.capture({
      distinctId: 'user_1',
      event: 'a',
      groups: { company: 'acme' },
      properties: {
        $lib: 'forged',
        $lib_version: '9.9.9',
        $is_server: false,
        $geoip_disable: false,
        $groups: { company: 'forged' },
        own: 1,
      },
    })
    await inTime(setup.runtime, setup.client.flush())

    const [request] = setup.server.batches()
    expect(duplicateKeys(request!.rawBody.toString())).toEqual([])
    expect(eventsOf(request)[0]?.properties).toEqual({
      own: 1,
      $groups: { company: 'acme' },
      ...library,
      $geoip_disable: true,
    })
  })

  it('are in the text once too when an object converts itself', async () => {
    const setup = await startCapture()
    const order = { internal: true, toJSON: () => ({ $lib: 'forged', total: 42 }) }

    setup.client.capture({ distinctId: 'user_1', event: 'a', properties: order })
    await inTime(setup.runtime, setup.client.flush())

    const [request] = setup.server.batches()
    expect(duplicateKeys(request!.rawBody.toString())).toEqual([])
    expect(eventsOf(request)[0]?.properties).toEqual({ total: 42, ...library, $geoip_disable: true })
  })

  it('keep the caller’s own $groups when no groups are given', async () => {
    const setup = await startCapture()

    setup.client.capture({ distinctId: 'u', event: 'a', properties: { $groups: { company: 'own' } } })
    setup.client.capture({ distinctId: 'u', event: 'b', groups: {}, properties: { $groups: { c: 'd' } } })
    setup.client.capture({ distinctId: 'u', event: 'c', groups: {} })

    const [first, second, third] = await propertiesSent(setup)
    expect(first?.['$groups']).toEqual({ company: 'own' })
    expect(second?.['$groups']).toEqual({ c: 'd' })
    expect(third).not.toHaveProperty('$groups')
  })

  it('turn GeoIP off by default; the client and each call may say otherwise', async () => {
    const byDefault = await startCapture()
    const allowed = await startCapture({ disableGeoip: false })

    for (const { client } of [byDefault, allowed]) {
      client.capture({ distinctId: 'u', event: 'a' })
      client.capture({ distinctId: 'u', event: 'b', disableGeoip: false })
      client.capture({ distinctId: 'u', event: 'c', disableGeoip: true })
    }

    const off = { ...library, $geoip_disable: true }
    expect(await propertiesSent(byDefault)).toEqual([off, library, off])
    expect(await propertiesSent(allowed)).toEqual([library, library, off])
  })

  it('say nothing of a server when isServer is false', async () => {
    const setup = await startCapture({ isServer: false })

    setup.client.capture({ distinctId: 'u', event: 'a' })

    const [properties] = await propertiesSent(setup)
    expect(properties).toEqual({ $lib: 'hedgerow-node', $lib_version: version, $geoip_disable: true })
  })

  it('are those of the moment of capture: later changes change nothing', async () => {
    const setup = await startCapture()
    const message = {
      distinctId: 'user_1',
      event: 'a',
      properties: { list: [1], nested: { value: 'before' } },
      groups: { company: 'before' },
      timestamp: new Date('2024-01-01T00:00:00.000Z'),
    }

    setup.client.capture(message)
    message.event = 'b'
    message.properties.list.push(2)
    message.properties.nested.value = 'after'
    message.groups.company = 'after'
    message.timestamp.setFullYear(1999)
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()).toMatchObject([
      {
        event: 'a',
        properties: { list: [1], nested: { value: 'before' }, $groups: { company: 'before' } },
        timestamp: '2024-01-01T00:00:00.000Z',
      },
    ])
  })
})

describe('events of other calls', () => {
  it('identify sets the properties of a person', async () => {
    const setup = await startCapture()

    setup.client.identify({ distinctId: 'user_1', properties: { plan: 'pro', $anon_distinct_id: 'anon_1' } })
    setup.client.identify({ distinctId: 'user_1', properties: { $set: { a: 1 }, $set_once: { b: 2 }, c: 3 } })
    setup.client.identify({ distinctId: 'user_1' })
    await inTime(setup.runtime, setup.client.flush())

    const off = { ...library, $geoip_disable: true }
    expect(setup.server.events().map(({ event, distinct_id }) => [event, distinct_id])).toEqual([
      ['$identify', 'user_1'],
      ['$identify', 'user_1'],
      ['$identify', 'user_1'],
    ])
    expect(setup.server.events().map(({ properties }) => properties)).toEqual([
      { $set: { plan: 'pro' }, $set_once: {}, $anon_distinct_id: 'anon_1', ...off },
      { $set: { a: 1 }, $set_once: { b: 2 }, ...off },
      { $set: {}, $set_once: {}, ...off },
    ])
  })

  it('alias names the id to keep twice, and the other one', async () => {
    const setup = await startCapture()

    setup.client.alias({ distinctId: 'user_1', alias: 'anon_1', disableGeoip: false })
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()).toMatchObject([
      {
        event: '$create_alias',
        distinct_id: 'user_1',
        properties: { distinct_id: 'user_1', alias: 'anon_1', ...library },
      },
    ])
    expect(setup.server.events()[0]?.properties).not.toHaveProperty('$geoip_disable')
  })

  it('groupIdentify belongs to an id made of the group unless one is given', async () => {
    const setup = await startCapture()

    setup.client.groupIdentify({ groupType: 'company', groupKey: 'acme', properties: { seats: 3 } })
    setup.client.groupIdentify({ groupType: 'company', groupKey: 'acme', distinctId: 'user_1' })
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()).toMatchObject([
      {
        event: '$groupidentify',
        distinct_id: '$company_acme',
        properties: { $group_type: 'company', $group_key: 'acme', $group_set: { seats: 3 } },
      },
      { distinct_id: 'user_1', properties: { $group_set: {} } },
    ])
  })

  it('a capture without an id belongs to nobody, each time to another nobody', async () => {
    const setup = await startCapture()

    setup.client.capture({ event: 'a' })
    setup.client.capture({ event: 'b', distinctId: '' })
    await inTime(setup.runtime, setup.client.flush())

    const [first, second] = setup.server.events()
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
    expect(first?.distinct_id).toMatch(uuid)
    expect(second?.distinct_id).toMatch(uuid)
    expect(first?.distinct_id).not.toBe(second?.distinct_id)
    expect(first?.properties['$process_person_profile']).toBe(false)
    expect(second?.properties['$process_person_profile']).toBe(false)
  })
})

import { describe, expect, it } from 'vitest'
import type { HedgerowClient } from '../../src/index.ts'
import { inTime, startCapture } from '../capture/capture-setup.ts'

/** All that a caller without types might pass. */
type Untyped = Record<string, unknown>

async function sentBy(act: (client: HedgerowClient) => void, captureMode: 'v0' | 'v1' = 'v0') {
  const { client, server, runtime } = await startCapture({
    captureMode,
    isServer: false,
    disableGeoip: false,
  })
  const heard: unknown[] = []
  client.on('*', (name) => heard.push(name))
  act(client)
  await inTime(runtime, client.flush())
  const events = [...server.events(), ...server.v1Events()].map(({ event, distinct_id, properties }) => {
    const { $lib: _lib, $lib_version: _version, ...own } = properties
    return { event, distinct_id, properties: own }
  })
  return { events, heard, stats: client.stats() }
}

describe.each(['v0', 'v1'] as const)('person properties in capture %s', (captureMode) => {
  const user = { distinctId: 'user_1' }

  it.each([
    ['to set', { properties: { plan: 'pro' } }, { $set: { plan: 'pro' } }],
    ['to set once', { propertiesOnce: { source: 'ad' } }, { $set_once: { source: 'ad' } }],
    [
      'of both kinds',
      { properties: { plan: 'pro' }, propertiesOnce: { source: 'ad' } },
      { $set: { plan: 'pro' }, $set_once: { source: 'ad' } },
    ],
    [
      'to set, and an empty list of others',
      { properties: { plan: null }, propertiesOnce: {} },
      { $set: { plan: null } },
    ],
  ])('%s are one $set event', async (_name, message, properties) => {
    const { events, heard } = await sentBy(
      (client) => client.setPersonProperties({ ...user, ...message }),
      captureMode,
    )

    expect(events).toEqual([{ event: '$set', distinct_id: 'user_1', properties }])
    expect(heard).toEqual(['capture', 'flush'])
  })

  it.each([
    ['one name', ['plan'], ['plan']],
    [
      'several names, of which blank ones are left out',
      ['plan', '', ' ', '\t', 'source'],
      ['plan', 'source'],
    ],
    ['names with spaces in them', [' plan '], [' plan ']],
  ])('to remove are one $set event: %s', async (_name, properties, $unset) => {
    const { events } = await sentBy(
      (client) => client.unsetPersonProperties({ ...user, properties }),
      captureMode,
    )

    expect(events).toEqual([{ event: '$set', distinct_id: 'user_1', properties: { $unset } }])
  })
})

describe('nothing is sent, counted or heard', () => {
  it.each<[string, Untyped]>([
    ['no properties', {}],
    ['empty ones', { properties: {}, propertiesOnce: {} }],
    ['undefined ones', { properties: undefined, propertiesOnce: undefined }],
  ])('for %s to set', async (_name, message) => {
    const { events, heard, stats } = await sentBy((client) =>
      client.setPersonProperties({ distinctId: 'user_1', ...message }),
    )

    expect(events).toEqual([])
    expect(heard).toEqual(['flush'])
    expect(stats).toMatchObject({ accepted: 0, refused: {} })
  })

  it.each<[string, unknown]>([
    ['no names', []],
    ['blank names', ['', ' ', '\n']],
    ['what are no names', [null, undefined, 5, {}]],
  ])('for %s to remove', async (_name, properties) => {
    const { events, heard, stats } = await sentBy((client) =>
      client.unsetPersonProperties({ distinctId: 'user_1', properties: properties as string[] }),
    )

    expect(events).toEqual([])
    expect(heard).toEqual(['flush'])
    expect(stats).toMatchObject({ accepted: 0, refused: {} })
  })
})

describe('the person whose properties they are', () => {
  it('is that of the context when none is named', async () => {
    const { events } = await sentBy((client) =>
      client.withContext({ distinctId: 'user_2' }, () => {
        client.setPersonProperties({ properties: { plan: 'pro' } })
        client.unsetPersonProperties({ properties: ['plan'] })
      }),
    )

    expect(events).toEqual([
      { event: '$set', distinct_id: 'user_2', properties: { $set: { plan: 'pro' } } },
      { event: '$set', distinct_id: 'user_2', properties: { $unset: ['plan'] } },
    ])
  })
})

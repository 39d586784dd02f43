import { describe, expect, it } from 'vitest'
import type { ClientOptions } from '../../src/index.ts'
import { type Question, startFlagsApi } from './flags-api-setup.ts'

/** The one request of a question. */
async function requestFor(question: Question, options: ClientOptions = {}) {
  const { server, ask } = await startFlagsApi(options)
  await ask(question)
  expect(server.flagCalls()).toHaveLength(1)
  const { method, path, headers, body, rawBody } = server.flagCalls()[0]!
  return { method, path, headers, body, text: rawBody.toString() }
}

/** A caller's object of any kind, as JavaScript lets it through. */
const anything = (value: unknown) => value as Readonly<Record<string, never>>

describe('a request for flags', () => {
  it('names project, person, device and the one flag (request_with_person_properties_device_id)', async () => {
    const { body } = await requestFor({
      personProperties: { $device_id: 'device_1' },
      flagKeys: ['hero'],
    })

    expect(body).toEqual({
      token: 'phc_test',
      distinct_id: 'user_1',
      groups: {},
      person_properties: { $device_id: 'device_1' },
      group_properties: {},
      geoip_disable: true,
      flag_keys_to_evaluate: ['hero'],
      $device_id: 'device_1',
      evaluation_runtime: 'server',
    })
  })

  it('goes to /flags/ with v=2 and nowhere else (flags_request_uses_v2_query_param, …_not_decide)', async () => {
    const { server, ask } = await startFlagsApi()

    await ask()

    expect(server.requests.map(({ method, path }) => [method, path])).toEqual([['POST', '/flags/?v=2']])
  })

  it('carries no secret (flags_request_omits_authorization_header)', async () => {
    const { headers, text } = await requestFor({}, { secretKey: 'phs_secret' })

    expect(headers.authorization).toBeUndefined()
    expect(text).not.toContain('phs_secret')
    expect(headers).toMatchObject({
      'content-type': 'application/json',
      'user-agent': 'hedgerow-node/1.2.3',
    })
    expect(headers['content-encoding']).toBeUndefined()
  })

  it('carries the token of the client (token_in_flags_body_matches_init)', async () => {
    expect((await requestFor({})).body).toMatchObject({ token: 'phc_test' })
  })

  it('carries groups and their properties (groups_round_trip)', async () => {
    const { body } = await requestFor({
      groups: { company: 'acme' },
      groupProperties: { company: { plan: 'enterprise' } },
    })

    expect(body).toMatchObject({
      groups: { company: 'acme' },
      group_properties: { company: { $group_key: 'acme', plan: 'enterprise' } },
    })
  })

  it('has no groups where none are given (groups_default_to_empty_object)', async () => {
    expect((await requestFor({})).body).toMatchObject({ groups: {}, group_properties: {} })
  })

  it.each([true, false])('says geoip_disable %s when asked to (disable_geoip_…)', async (disableGeoip) => {
    expect((await requestFor({ disableGeoip })).body).toMatchObject({ geoip_disable: disableGeoip })
  })

  it('names the flags asked for alone (flag_keys_to_evaluate_contains_only_requested_key)', async () => {
    const { body } = await requestFor({ flagKeys: ['hero'] })

    expect(body).toMatchObject({ flag_keys_to_evaluate: ['hero'] })
  })

  it('is made anew for each question (two_flag_calls_produce_two_remote_requests)', async () => {
    const { server, calls, ask } = await startFlagsApi()

    await ask({ flagKeys: ['hero'] })
    await ask({ flagKeys: ['hero'] })

    expect(server.flagCalls()).toHaveLength(2)
    expect(calls.count).toBe(2)
  })

  it('has its members in the order that recorded requests have, without spaces', async () => {
    const { text } = await requestFor(
      {
        groups: { company: 'acme' },
        personProperties: { plan: 'pro', $device_id: 'device_1' },
        groupProperties: { company: { plan: 'enterprise' } },
        flagKeys: ['hero', 'other'],
      },
      { evaluationContexts: ['backend'] },
    )

    expect(text).toBe(
      '{"token":"phc_test","distinct_id":"user_1","groups":{"company":"acme"},' +
        '"person_properties":{"plan":"pro","$device_id":"device_1"},' +
        '"group_properties":{"company":{"$group_key":"acme","plan":"enterprise"}},' +
        '"geoip_disable":true,"flag_keys_to_evaluate":["hero","other"],' +
        '"$device_id":"device_1","evaluation_contexts":["backend"],"evaluation_runtime":"server"}',
    )
  })

  it('for every flag leaves out what it has no value for', async () => {
    const { text } = await requestFor({ personProperties: { $device_id: '' } }, { evaluationContexts: [] })

    expect(text).toBe(
      '{"token":"phc_test","distinct_id":"user_1","groups":{},"person_properties":{"$device_id":""},' +
        '"group_properties":{},"geoip_disable":true,"evaluation_runtime":"server"}',
    )
  })

  it('was begun before the call returned', async () => {
    const { calls, ask } = await startFlagsApi()

    const answer = ask()

    expect(calls.count).toBe(1)
    await answer
  })
})

describe('the groups of a request', () => {
  it.each([
    ['a group key of the caller wins, in its place', { company: { plan: 'pro', $group_key: 'own' } }, 'own'],
    ['a group without properties has its key', {}, 'acme'],
    ['properties that are no object are none', { company: anything('text') }, 'acme'],
  ])('%s', async (_name, groupProperties, key) => {
    const { text } = await requestFor({ groups: { company: 'acme' }, groupProperties })

    expect(text).toContain(`"group_properties":{"company":{"$group_key":"${key}"`)
  })

  it('are those that the subject belongs to, whatever other groups have properties', async () => {
    const { body } = await requestFor({
      groups: { company: 'acme', constructor: 'odd' },
      groupProperties: { team: { size: 3 } },
    })

    expect(body).toMatchObject({
      group_properties: { company: { $group_key: 'acme' }, constructor: { $group_key: 'odd' } },
    })
    expect(body).not.toHaveProperty('group_properties.team')
  })
})

describe('properties that are no JSON', () => {
  const cycle: Record<string, unknown> = { name: 'ring' }
  cycle['self'] = cycle
  const broken = {
    fine: 1,
    get broken(): never {
      throw new Error('sentinel')
    },
  }
  const refuse = () => {
    throw new Error('sentinel')
  }
  const proxy = new Proxy({}, { get: refuse, ownKeys: refuse })

  it.each([
    ['a BigInt', { id: 12345678901234567890n }, { id: '12345678901234567890' }],
    ['a cycle', cycle, { name: 'ring', self: '[Circular]' }],
    ['a getter that throws', broken, { fine: 1, broken: '[Unserializable]' }],
    ['a function and undefined', { call: () => 1, none: undefined, fine: 1 }, { fine: 1 }],
    ['half a character', { name: 'a\ud83e' }, { name: 'a\ufffd' }],
    ['a proxy that refuses', proxy, {}],
    ['no object', 'text', {}],
  ])('are repaired, of a person as of a group: %s', async (_name, properties, expected) => {
    const { body } = await requestFor({
      groups: { company: 'acme' },
      personProperties: anything(properties),
      groupProperties: { company: anything(properties) },
    })

    expect(body).toMatchObject({ person_properties: expected })
    expect(body).toMatchObject({ group_properties: { company: { $group_key: 'acme', ...expected } } })
  })

  it('cost the question when they are too large, and not a request', async () => {
    const { server, calls, ask } = await startFlagsApi()
    const many = Array.from({ length: 5 }, () => 'x'.repeat(1024 * 1024))

    const answer = await ask({ personProperties: { many } })

    expect(answer.failure).toMatchObject({ code: 'unknown_error', status: -1 })
    expect([server.flagCalls().length, calls.count]).toEqual([0, 0])
  })
})

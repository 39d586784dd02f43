import { describe, expect, it } from 'vitest'
import type { FlagCallOptions } from '../../src/index.ts'
import { inTime, startCapture, token } from '../capture/capture-setup.ts'
import type { CaptureSetup } from '../capture/capture-setup.ts'

const on = { status: 200, body: { featureFlags: { hero: true } } }

/** The contract's own settings, among them that addresses may be looked up where nobody says otherwise. */
function start(): Promise<CaptureSetup> {
  return startCapture({ flushAt: 100, flushInterval: 500, fetchRetryCount: 3, disableGeoip: false })
}

/** Asks for one flag, and hands on what was asked and answered. */
async function ask(setup: CaptureSetup, options: FlagCallOptions = {}) {
  const value = await inTime(setup.runtime, setup.client.getFeatureFlag('hero', 'user_1', options))
  const [request] = setup.server.flagCalls()
  // What the client sent is for each test's expectations to judge.
  return { value, request, body: request?.body as Record<string, unknown> | undefined }
}

describe('what a request for a flag carries', () => {
  it('request_with_person_properties_device_id: subject, device and key, in one request', async () => {
    const setup = await start()

    const { body } = await ask(setup, { personProperties: { $device_id: 'device_1' }, disableGeoip: true })

    expect(setup.server.flagCalls()).toHaveLength(1)
    expect(body).toMatchObject({
      token,
      distinct_id: 'user_1',
      person_properties: { $device_id: 'device_1' },
      groups: {},
      group_properties: {},
      geoip_disable: true,
      flag_keys_to_evaluate: ['hero'],
    })
  })

  it('flags_request_uses_v2_query_param: version 2 of the endpoint', async () => {
    const { request } = await ask(await start())

    expect(new URL(request?.path ?? '', 'http://127.0.0.1').searchParams.get('v')).toBe('2')
  })

  it('flags_request_hits_flags_path_not_decide: nothing goes to the older endpoint', async () => {
    const setup = await start()

    await ask(setup)

    const paths = setup.server.requests.map(({ path }) => path.split('?')[0])
    expect(paths).toEqual(['/flags/'])
  })

  it('flags_request_omits_authorization_header: the token in the body is all there is', async () => {
    const { request } = await ask(await start())

    expect(request?.headers).not.toHaveProperty('authorization')
  })

  it('token_in_flags_body_matches_init: the project token', async () => {
    const { body } = await ask(await start())

    expect(body?.['token']).toBe(token)
  })

  it('groups_round_trip: groups and their properties arrive', async () => {
    const groups = { company: 'acme' }
    const groupProperties = { company: { plan: 'enterprise' } }

    const { body } = await ask(await start(), { groups, groupProperties })

    expect(body).toMatchObject({ groups, group_properties: groupProperties })
  })

  it('groups_default_to_empty_object: both are there, and empty', async () => {
    const { body } = await ask(await start())

    expect(body).toMatchObject({ groups: {}, group_properties: {} })
    expect([body?.['groups'], body?.['group_properties']]).toEqual([{}, {}])
  })

  it('disable_geoip_false_propagates_to_geoip_disable_false: the call’s own wish', async () => {
    const { body } = await ask(await start(), { disableGeoip: false })

    expect(body?.['geoip_disable']).toBe(false)
  })

  it('disable_geoip_omitted_defaults_to_false: the client’s, as the contract sets it', async () => {
    const { body } = await ask(await start())

    expect(body?.['geoip_disable']).toBe(false)
  })

  it('flag_keys_to_evaluate_contains_only_requested_key: that key', async () => {
    const { body } = await ask(await start())

    expect(body?.['flag_keys_to_evaluate']).toEqual(['hero'])
  })
})

describe('when flags are asked for', () => {
  it('no_flags_request_on_init_alone: not by a new client', async () => {
    const setup = await start()

    await setup.runtime.advance(5000)

    expect(setup.server.requests).toEqual([])
  })

  it('no_flags_request_on_normal_capture: not by a capture', async () => {
    const setup = await start()

    setup.client.capture({ distinctId: 'user_1', event: 'test_event' })
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()).toHaveLength(1)
    expect(setup.server.flagCalls()).toEqual([])
  })

  it('two_flag_calls_produce_two_remote_requests: no answer is kept for the next call', async () => {
    const setup = await start()

    await ask(setup)
    await ask(setup)

    expect(setup.server.flagCalls()).toHaveLength(2)
  })

  it.each([502, 504])('retries_flags_on_%i: asked once more, and answered', async (status) => {
    const setup = await start()
    setup.server.answer('/flags/', { status }, on)

    const { value } = await ask(setup)

    expect(setup.server.flagCalls()).toHaveLength(2)
    expect(value).toBe(true)
  })
})

describe('what comes of an answer', () => {
  it('mock_response_value_is_returned_to_caller: the variant', async () => {
    const setup = await start()
    setup.server.answer('/flags/', { status: 200, body: { featureFlags: { hero: 'variant-a' } } })

    const { value } = await ask(setup)

    expect(value).toBe('variant-a')
  })

  it('get_feature_flag_captures_feature_flag_called_event: one event with key and value', async () => {
    const setup = await start()
    setup.server.answer('/flags/', on)

    await ask(setup)
    await inTime(setup.runtime, setup.client.flush())

    expect(setup.server.events()).toMatchObject([
      {
        event: '$feature_flag_called',
        distinct_id: 'user_1',
        properties: { $feature_flag: 'hero', $feature_flag_response: true },
      },
    ])
  })
})

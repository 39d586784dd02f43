import { describe, expect, it } from 'vitest'
import { ConfigError, type FetchInit, HedgerowClient } from '../../src/index.ts'
import { inTime } from '../capture/capture-setup.ts'
import { createFlagClient, local, type Reply } from './flag-client-setup.ts'

/** Remote config is asked for at its own address; definitions would be the default here. */
const asking = (definitions: Reply) =>
  createFlagClient({ ...local, enableLocalEvaluation: false }, { definitions })

describe('the payload of a remote config flag', () => {
  it('is asked for with the secret key, by token and flag, and nothing else is', async () => {
    const calls: [string, FetchInit][] = []
    const client = new HedgerowClient('phc_test', {
      ...local,
      enableLocalEvaluation: false,
      host: 'http://127.0.0.1:8010',
      fetch: async (url, init) => {
        calls.push([url, init])
        return { status: 200, json: async () => '{"size":1}', text: async () => '' }
      },
    })

    const payload = await client.getRemoteConfigPayload('shop/config & more')

    expect(payload).toEqual({ size: 1 })
    expect(calls).toEqual([
      [
        'http://127.0.0.1:8010/api/projects/@current/feature_flags/shop%2Fconfig%20%26%20more/remote_config?token=phc_test',
        {
          method: 'GET',
          headers: {
            'Content-Type': 'application/json',
            'User-Agent': 'hedgerow-node/0.0.0',
            Authorization: 'Bearer phs_flags_test',
          },
          signal: expect.any(AbortSignal),
        },
      ],
    ])
  })

  it.each<[string, unknown, unknown]>([
    ['JSON in JSON', '{"size":[1]}', { size: [1] }],
    ['a text in JSON', '"blue"', 'blue'],
    ['a text that is no JSON', 'blue', 'blue'],
    ['an object', { size: 1 }, { size: 1 }],
    ['null', null, null],
    ['a number', 7, 7],
  ])('is decoded, twice where it is text: %s', async (_case, body, expected) => {
    const { client } = asking(Promise.resolve({ status: 200, json: async () => body, text: async () => '' }))

    expect(await client.getRemoteConfigPayload('config')).toEqual(expected)
  })

  it.each<[string, Reply]>([
    ...[401, 403, 404, 429, 500, 503].map((status): [string, Reply] => [`a ${status}`, status]),
    ['a failure of the network', new Error('reset')],
    ['no answer', new Promise(() => {})],
    [
      'a body that is no JSON',
      Promise.resolve({
        status: 200,
        json: () => Promise.reject(new SyntaxError('unexpected token')),
        text: async () => '<html>',
      }),
    ],
  ])('is undefined after %s', async (_case, reply) => {
    const { client, runtime } = asking(reply)

    expect(await inTime(runtime, client.getRemoteConfigPayload('config'))).toBeUndefined()
  })

  it('needs a secret key', async () => {
    const { client, posthog } = createFlagClient()

    const payload = client.getRemoteConfigPayload('config')

    await expect(payload).rejects.toThrow(ConfigError)
    await expect(payload).rejects.toThrow('getRemoteConfigPayload needs the secretKey option')
    expect(posthog.paths).toEqual([])
  })
})

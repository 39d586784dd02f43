import { describe, expect, it } from 'vitest'
import type { FlagFile } from '../src/index.ts'
import { definitionsOf, gzipped, post, runningServer } from './running-server.ts'

const flags: FlagFile = { flags: { 'new-checkout': true, hero: 'b', old: false } }
const explained: unknown = expect.objectContaining({ key: expect.any(String) })
const request = { token: 'phc_test', distinct_id: 'ada' }

describe('remote evaluation', () => {
  it('answers every flag of the file in the second form', async () => {
    const server = await runningServer({ flags })

    const answer = await post(server, '/flags/?v=2', request)

    const matched = { code: 'condition_match', condition_index: 0, description: 'Matched condition set 1' }
    const metadata = { version: 1, description: '', payload: null, has_experiment: false }
    expect(answer.status).toBe(200)
    expect(answer.body).toEqual({
      flags: {
        'new-checkout': {
          key: 'new-checkout',
          enabled: true,
          variant: null,
          failed: false,
          reason: matched,
          metadata: { id: 1, ...metadata },
        },
        hero: {
          key: 'hero',
          enabled: true,
          variant: 'b',
          failed: false,
          reason: matched,
          metadata: { id: 2, ...metadata },
        },
        old: {
          key: 'old',
          enabled: false,
          variant: null,
          failed: false,
          reason: { code: 'flag_disabled', condition_index: null, description: 'Feature flag is disabled' },
          metadata: { id: 3, ...metadata },
        },
      },
      errorsWhileComputingFlags: false,
      requestId: expect.stringMatching(
        /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
      ),
      evaluatedAt: expect.any(Number),
    })
  })

  it('answers only the keys that were asked for, with the same IDs, and leaves unknown ones out', async () => {
    const server = await runningServer({ flags })

    const answer = await post(server, '/flags', { ...request, flag_keys_to_evaluate: ['hero', 'unknown'] })

    expect(answer.body).toMatchObject({ flags: { hero: { variant: 'b', metadata: { id: 2 } } } })
    expect(flagKeysIn(answer.body)).toEqual(['hero'])
  })

  it('reads a gzipped body', async () => {
    const server = await runningServer({ flags })

    expect((await post(server, '/flags/?v=2', gzipped(request))).status).toBe(200)
  })

  it('treats keys that mean something to JavaScript as keys', async () => {
    const hostile = JSON.parse(
      '{"flags":{"__proto__":"evil","constructor":true,"toString":false}}',
    ) as FlagFile
    const server = await runningServer({ flags: hostile })

    const remote = await post(server, '/flags/?v=2', request)
    const { flags: definitions } = await definitionsOf(server)

    expect(flagKeysIn(remote.body)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(JSON.stringify(remote.body)).toContain(
      '"__proto__":{"key":"__proto__","enabled":true,"variant":"evil"',
    )
    expect(definitions.map((flag) => flag.key)).toEqual(['__proto__', 'constructor', 'toString'])
    expect(JSON.stringify(server.flags())).toBe(
      '{"flags":{"__proto__":"evil","constructor":true,"toString":false}}',
    )
  })

  it('is remembered as a call that would be billed, not as an event', async () => {
    const server = await runningServer({ flags })

    await post(server, '/flags/?v=2', request)
    await post(server, '/flags/?v=2', { ...request, flag_keys_to_evaluate: ['hero'] })

    expect(server.events()).toEqual([])
    const call = { receivedAt: expect.any(String), endpoint: '/flags/', distinctId: 'ada', unexplained: 0 }
    expect(server.calls()).toEqual([
      { id: 1, keys: null, flags: [explained, explained, explained], ...call },
      { id: 2, keys: ['hero'], flags: [explained], ...call },
    ])
  })

  it.each([
    ['400 for malformed JSON', '{', 400],
    ['400 for an array', [request], 400],
    ['401 without a token', { distinct_id: 'ada' }, 401],
    ['401 for a personal key as token', { ...request, token: 'phx_secret' }, 401],
    ['400 without a distinct ID', { token: 'phc_test' }, 400],
    ['400 for an empty distinct ID', { ...request, distinct_id: '' }, 400],
    ['400 for keys that are no list', { ...request, flag_keys_to_evaluate: 'hero' }, 400],
    ['400 for person properties that are no object', { ...request, person_properties: ['pro'] }, 400],
    ['400 for groups that are no object', { ...request, groups: 'acme' }, 400],
    ['400 for a group key that is no text', { ...request, groups: { company: {} } }, 400],
    ['400 for group properties that are no objects', { ...request, group_properties: { company: 5 } }, 400],
    ['400 for contexts that are no list', { ...request, evaluation_contexts: 'backend' }, 400],
  ])('answers %s', async (_name, body, status) => {
    const server = await runningServer({ flags })

    const answer = await post(server, '/flags/?v=2', body)

    expect(answer).toEqual({ status, body: { error: expect.any(String) } })
    expect(server.calls()).toEqual([])
  })
})

const DEFINITION_URLS = [
  '/flags/definitions?token=phc_test&send_cohorts',
  '/api/feature_flag/local_evaluation?token=phc_test&send_cohorts',
]

describe.each(DEFINITION_URLS)('definitions at %s', (path) => {
  const authorization = 'Bearer phx_test'

  it('say for every flag what the file says', async () => {
    const server = await runningServer({ flags })

    const response = await fetch(server.url + path, { headers: { authorization } })

    const common = { name: '', team_id: 1, version: 1, deleted: false, has_experiment: false }
    const filters = {
      groups: [{ properties: [], rollout_percentage: 100, variant: null }],
      multivariate: null,
      payloads: {},
      aggregation_group_type_index: null,
    }
    const continuity = { ensure_experience_continuity: false }
    expect(await response.json()).toEqual({
      flags: [
        { id: 1, key: 'new-checkout', active: true, filters, ...common, ...continuity },
        {
          id: 2,
          key: 'hero',
          active: true,
          filters: {
            ...filters,
            multivariate: { variants: [{ key: 'b', name: '', rollout_percentage: 100 }] },
          },
          ...common,
          ...continuity,
        },
        { id: 3, key: 'old', active: false, filters, ...common, ...continuity },
      ],
      group_type_mapping: {},
      cohorts: {},
    })
  })

  it('have a strong ETag, and are not sent again to who has them', async () => {
    const server = await runningServer({ flags })
    const first = await fetch(server.url + path, { headers: { authorization } })
    const etag = first.headers.get('etag') ?? ''

    const same = await fetch(server.url + path, { headers: { authorization, 'if-none-match': etag } })
    const other = await fetch(server.url + path, { headers: { authorization, 'if-none-match': '"other"' } })

    expect(etag).toMatch(/^"[^"]+"$/)
    expect([same.status, await same.text(), same.headers.get('etag')]).toEqual([304, '', etag])
    expect([other.status, other.headers.get('etag')]).toEqual([200, etag])
  })

  it('accept a project secret key', async () => {
    const server = await runningServer({ flags })

    const response = await fetch(server.url + path, { headers: { authorization: 'Bearer phs_test' } })

    expect(response.status).toBe(200)
  })

  it.each([undefined, 'Bearer phc_test', 'Bearer phx_', 'Basic phx_test', 'phx_test'])(
    'are refused with 401 when the authorization is %s',
    async (header) => {
      const server = await runningServer({ flags })

      const response = await fetch(server.url + path, { headers: header ? { authorization: header } : {} })

      expect(response.status).toBe(401)
      expect(response.headers.get('etag')).toBeNull()
    },
  )

  it('are refused with 401 when the project token is a personal key', async () => {
    const server = await runningServer({ flags })

    const url = server.url + path.replace('phc_test', 'phx_secret')

    expect((await fetch(url, { headers: { authorization } })).status).toBe(401)
  })
})

function flagKeysIn(body: unknown): string[] {
  return Object.keys((body as { flags: object }).flags)
}

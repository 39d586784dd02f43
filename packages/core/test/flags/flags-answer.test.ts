import { describe, expect, it } from 'vitest'
import type { FetchResponse } from '../../src/index.ts'
import type { FlagsAnswer } from '../../src/flags/remote/flags-api.ts'
import { startFlagsApi } from './flags-api-setup.ts'

const requestId = '0190a1b2-0000-7000-8000-000000000001'
const hero = { key: 'hero', enabled: true, variant: 'a' }

async function answerTo(body: unknown): Promise<FlagsAnswer> {
  const { server, ask } = await startFlagsApi()
  server.always('/flags/', { status: 200, body })
  return ask()
}

describe('an answer', () => {
  it('tells of a flag all that PostHog says of it', async () => {
    const answer = await answerTo({
      flags: {
        hero: {
          ...hero,
          failed: false,
          reason: { code: 'condition_match', condition_index: 0, description: 'Matched condition set 1' },
          metadata: { id: 7, version: 3, description: '', payload: '{"x":1}', has_experiment: false },
        },
      },
      errorsWhileComputingFlags: false,
      requestId,
      evaluatedAt: 1718454645123,
    })

    expect(answer).toEqual({
      flags: new Map([
        [
          'hero',
          {
            key: 'hero',
            value: 'a',
            payload: { x: 1 },
            reason: 'evaluated',
            undecided: undefined,
            description: 'Matched condition set 1',
            code: 'condition_match',
            origin: {
              isLocal: false,
              id: 7,
              version: 3,
              hasExperiment: false,
              requestId,
              evaluatedAt: 1718454645123,
              definitionsLoadedAt: undefined,
            },
          },
        ],
      ]),
      hasErrors: false,
      quotaLimited: false,
      failure: undefined,
      requestId,
      evaluatedAt: 1718454645123,
    })
  })

  it.each([
    [
      'both',
      { code: 'no_condition_match', description: 'No matching condition set' },
      'No matching condition set',
    ],
    ['the code alone', { code: 'no_condition_match' }, 'no_condition_match'],
    ['a description that is null', { code: 'no_condition_match', description: null }, 'no_condition_match'],
  ])('words its reason by %s', async (_name, reason, description) => {
    const { flags } = await answerTo({ flags: { hero: { ...hero, enabled: false, reason } } })

    expect(flags.get('hero')).toMatchObject({ value: false, code: 'no_condition_match', description })
  })

  it('leaves open what it does not say, or says in another type', async () => {
    const metadata = { id: '7', version: null, has_experiment: 'yes' }
    const answer = await answerTo({
      flags: { bare: { ...hero, key: 'bare' }, odd: { ...hero, reason: 'because', metadata } },
      requestId: 17,
      evaluatedAt: 'now',
    })

    expect([answer.requestId, answer.evaluatedAt]).toEqual([undefined, undefined])
    for (const key of ['bare', 'odd']) {
      expect(answer.flags.get(key)).toMatchObject({ value: 'a', code: undefined, description: undefined })
      expect(answer.flags.get(key)?.origin).toEqual({ isLocal: false })
    }
  })

  it('in the older shape gives its values (mock_response_value_is_returned_to_caller)', async () => {
    const { flags, failure } = await answerTo({
      featureFlags: { 'signup-aa-test': 'variant-a', on: true, off: false },
      featureFlagPayloads: { on: '{"x":1}' },
      requestId,
    })

    expect(failure).toBeUndefined()
    expect([...flags].map(([key, { value }]) => [key, value])).toEqual([
      ['signup-aa-test', 'variant-a'],
      ['on', true],
      ['off', false],
    ])
    expect(flags.get('on')).toMatchObject({ payload: { x: 1 }, origin: { isLocal: false, requestId } })
  })

  it('keeps the good flags of one with errors, and says that there were some', async () => {
    const { flags, hasErrors, failure } = await answerTo({
      flags: { hero, lost: { key: 'lost', enabled: false, failed: true } },
      errorsWhileComputingFlags: true,
    })

    expect([[...flags.keys()], hasErrors, failure]).toEqual([['hero'], true, undefined])
  })

  it.each([{ flags: { hero } }, { flags: null }, {}])(
    'with a used-up quota has no flags, and is no failure: %j',
    async (body) => {
      const answer = await answerTo({ ...body, quotaLimited: ['recordings', 'feature_flags'], requestId })

      expect(answer).toMatchObject({ quotaLimited: true, hasErrors: false, failure: undefined, requestId })
      expect(answer.flags.size).toBe(0)
    },
  )

  it('with another used-up quota has its flags', async () => {
    const { flags, quotaLimited } = await answerTo({ flags: { hero }, quotaLimited: ['recordings'] })

    expect([flags.get('hero')?.value, quotaLimited]).toEqual(['a', false])
  })

  it('says whether minimal events are wanted, each anew; a failure says nothing', async () => {
    const { server, minimal, ask } = await startFlagsApi()
    server.answer(
      '/flags/',
      { status: 200, body: { flags: {}, minimalFlagCalledEvents: true } },
      { status: 500, body: { minimalFlagCalledEvents: true } },
      { status: 200, body: { flags: null, minimalFlagCalledEvents: true } },
      { status: 200, body: { flags: {}, minimalFlagCalledEvents: 'true' } },
      { status: 200, body: { featureFlags: {} } },
    )

    for (let call = 0; call < 5; call++) await ask()

    expect(minimal).toEqual([true, false, false])
  })

  it.each([
    [{ flags: {}, quotaLimited: ['feature_flags'] }, 'warn', 'flags-quota'],
    [{ flags: {}, errorsWhileComputingFlags: true }, 'error', 'flags-incomplete'],
  ])('of %j is logged once', async (body, level, code) => {
    const { server, runtime, ask } = await startFlagsApi()
    server.always('/flags/', { status: 200, body })

    await ask()
    await ask()

    expect(runtime.lines.map((line) => [line.level, line.line.split(':')[0]])).toEqual([
      [level, `[hedgerow] ${code}`],
    ])
  })

  it.each([201, 302, 399])('may have the status %i', async (status) => {
    const body = { flags: { hero } }
    const fetch = async () => ({ status, json: async () => body, text: async () => JSON.stringify(body) })
    const { ask } = await startFlagsApi({}, { fetch })

    expect((await ask()).flags.get('hero')?.value).toBe('a')
  })
})

describe('no answer', () => {
  it.each([
    ['flags that are null', { flags: null }],
    ['a list of flags', { flags: [] }],
    ['no flags', { status: 'ok' }],
    ['older flags that are no object', { featureFlags: ['hero'] }],
    ['a list', []],
    ['text', '"flags"'],
    ['null', 'null'],
    ['no JSON', '<html>'],
  ])('is a body with %s', async (_name, body) => {
    const { failure, flags } = await answerTo(body)

    expect(failure).toEqual({
      code: 'unknown_error',
      status: 200,
      attempts: 1,
      cause: expect.objectContaining({ message: 'the answer holds no flags' }),
    })
    expect(flags.size).toBe(0)
  })

  it.each([400, 401, 402, 404, 429, 500, 503])('is the status %i, whatever its body', async (status) => {
    const { server, ask } = await startFlagsApi()
    server.always('/flags/', { status, body: { flags: { hero } } })

    const failure = { code: `api_error_${status}`, status, attempts: 1, cause: undefined }
    expect((await ask()).failure).toEqual(failure)
  })

  it.each(['disconnect', 'disconnect-after-headers'] as const)(
    'is a connection that ends: %s',
    async (end) => {
      const { server, ask } = await startFlagsApi()
      server.always('/flags/', end)

      const { failure } = await ask()

      expect(failure).toMatchObject({ code: 'connection_error', status: -1 })
      expect(failure?.cause).toBeInstanceOf(Error)
    },
  )

  it.each(['hang', 'hang-body'] as const)('is one that takes too long: %s', async (stall) => {
    const { server, runtime, ask } = await startFlagsApi()
    server.always('/flags/', stall)

    const answer = ask({ timeoutMs: 1500 })
    await server.waitFor(() => server.flagCalls().length === 1)
    await runtime.advance(1500)

    expect((await answer).failure).toMatchObject({ code: 'timeout', status: -1 })
    expect(runtime.timers).toBe(0)
  })

  it.each<[string, () => unknown]>([
    [
      'throws',
      () => {
        throw new Error('sentinel')
      },
    ],
    ['rejects with nothing', () => Promise.reject()],
    ['returns nothing', () => undefined],
  ])('comes of a fetch that %s', async (_name, fetch) => {
    // Whatever the application passes as `fetch`, at run time.
    const broken = fetch as () => Promise<FetchResponse>
    const { ask } = await startFlagsApi({}, { fetch: broken })

    expect((await ask()).failure).toMatchObject({ code: 'connection_error', status: -1 })
  })
})

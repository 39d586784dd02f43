import { describe, expect, it } from 'vitest'
import { DefinitionsError, HedgerowError } from '../../src/errors.ts'
import {
  answer,
  bodyOf,
  createPoller,
  flagFor,
  held,
  keysIn,
  secretKey,
  somebody,
  token,
} from './definition-setup.ts'

describe('the first load', () => {
  it('sends its request before start() returns, with the secret key in a header alone', () => {
    const { poller, calls, counted } = createPoller()

    poller.start()

    expect(calls).toEqual([
      {
        url: 'http://127.0.0.1:8010/flags/definitions?token=phc_definitions_test&send_cohorts',
        method: 'GET',
        headers: {
          'Content-Type': 'application/json',
          'User-Agent': 'hedgerow-node/1.2.3',
          Authorization: 'Bearer phx_definitions_test',
        },
        at: 0,
      },
    ])
    expect(counted()).toBe(1)
    expect(poller.state).toBe('loading')
  })

  it('puts the definitions in force by promises alone, and tells how many there are', async () => {
    const { poller, replies, loads, runtime } = createPoller()
    replies.push(answer(200, bodyOf('a', 'b')))
    const startedAt = runtime.now()

    poller.start()
    await poller.ensureLoaded()

    expect(keysIn(poller)).toEqual(['a', 'b'])
    expect(poller.current?.loadedAt).toBe(startedAt)
    expect(poller.state).toBe('ready')
    expect(loads).toEqual([2])
    expect(poller.ensureLoaded()).toBeUndefined()
  })

  it('is shared by all who wait for it, and by reload()', async () => {
    const { poller, replies, calls } = createPoller()
    const { reply, give } = held()
    replies.push(reply)
    poller.start()

    const waits = [poller.ensureLoaded(), poller.ensureLoaded(), poller.reload(), poller.reload()]
    give(answer(200, bodyOf('a')))
    for (const wait of waits) await wait

    expect(calls).toHaveLength(1)
    expect(keysIn(poller)).toEqual(['a'])
  })

  it('is not begun twice by start()', () => {
    const { poller, calls } = createPoller()

    poller.start()
    poller.start()

    expect(calls).toHaveLength(1)
  })

  it('leaves out flags for other places', async () => {
    const { poller, replies, loads } = createPoller({ evaluationContexts: ['backend'] })
    const flags = [
      flagFor('everywhere'),
      flagFor('here', { evaluation_contexts: ['web', 'backend'] }),
      flagFor('elsewhere', { evaluation_contexts: ['web'] }),
      flagFor('of old', { evaluation_tags: ['web'] }),
    ]
    replies.push(answer(200, { flags }))

    await poller.reload()

    expect(keysIn(poller)).toEqual(['everywhere', 'here'])
    expect(loads).toEqual([2])
  })
})

/** A poller with the flag `old` in force, its first answer with an ETag; the next answer is the given one. */
async function afterOldDefinitions(...next: ReturnType<typeof createPoller>['replies']) {
  const setup = createPoller()
  setup.replies.push(answer(200, bodyOf('old'), { ETag: '"v1"' }), ...next)
  setup.poller.start()
  await setup.poller.ensureLoaded()
  await setup.runtime.settle()
  await setup.runtime.advance(30_000)
  return setup
}

describe('the answer', () => {
  it('200 replaces everything, the old set staying whole for whoever holds it', async () => {
    const { poller, replies, runtime, loads } = createPoller()
    replies.push(answer(200, bodyOf('old')), answer(200, bodyOf('new', 'newer')))
    await poller.reload()
    const before = poller.current
    await runtime.advance(30_000)

    expect(keysIn(poller)).toEqual(['new', 'newer'])
    expect(before && [...before.set.keys()]).toEqual(['old'])
    expect(before?.set.evaluate('old', somebody, runtime.now())?.value).toBe(true)
    expect((poller.current?.loadedAt ?? 0) - (before?.loadedAt ?? 0)).toBe(30_000)
    expect(loads).toEqual([1, 2])
  })

  it('304 keeps the definitions and their time, and takes a new ETag', async () => {
    const changed = answer(304, undefined, { ETag: '"v2"' })
    const { poller, calls, runtime, loads, errors } = await afterOldDefinitions(changed, answer(304), 304)
    const loadedAt = poller.current?.loadedAt

    expect([poller.state, keysIn(poller)]).toEqual(['ready', ['old']])
    await runtime.advance(60_000)

    expect(calls.map(({ headers }) => headers['If-None-Match'])).toEqual([undefined, '"v1"', '"v2"', '"v2"'])
    expect(poller.current?.loadedAt).toBe(loadedAt)
    expect([loads, errors]).toEqual([[1], []])
  })

  it('304 is never read for a body', async () => {
    const json = () => Promise.reject(new Error('read'))
    const { poller } = await afterOldDefinitions({ status: 304, json, text: json })

    expect(poller.state).toBe('ready')
  })

  it('304 without definitions counts as loaded, so that nobody waits again', async () => {
    const { poller, replies, calls } = createPoller()
    replies.push(304)

    await poller.reload()

    expect(poller.ensureLoaded()).toBeUndefined()
    expect(calls).toHaveLength(1)
    expect([poller.state, poller.current]).toEqual(['failed', undefined])
  })

  it('200 without an ETag makes the next request unconditional', async () => {
    const { calls, runtime } = await afterOldDefinitions(answer(200, bodyOf('new')))
    await runtime.advance(30_000)

    expect(calls.map(({ headers }) => headers['If-None-Match'])).toEqual([undefined, '"v1"', undefined])
  })

  it.each(['"a\nb"', '', `"${'x'.repeat(1025)}"`, '"é"'])(
    'with an ETag that cannot be sent back has none: %j',
    async (etag) => {
      const { poller, replies, calls, runtime } = createPoller()
      replies.push(answer(200, bodyOf('a'), { ETag: etag }))
      await poller.reload()
      await runtime.advance(30_000)

      expect(calls[1]?.headers).not.toHaveProperty('If-None-Match')
    },
  )

  it.each([
    [
      401,
      'PostHog does not know the secretKey (status 401), so flag definitions cannot be loaded; check it and the host',
    ],
    [403, 'the secretKey may not read the flag definitions of this project (status 403); use one that may'],
    [
      429,
      'PostHog limits requests for flag definitions (status 429); use a longer featureFlagsPollingInterval, or share them with flagDefinitionCacheProvider',
    ],
  ])('%i keeps the definitions, and is an error', async (status, message) => {
    const { poller, errors, onError, alerts } = await afterOldDefinitions(status)

    expect([poller.state, keysIn(poller)]).toEqual(['stale', ['old']])
    expect(errors).toEqual([expect.any(DefinitionsError)])
    expect(errors[0]).toMatchObject({ code: 'definitions', status, message })
    expect(onError).toEqual([[status, message]])
    expect(alerts()).toEqual([`[hedgerow] definitions: ${message}`])
  })

  it('402 takes all definitions back, forgets the ETag, warns once, and is no error', async () => {
    const setup = await afterOldDefinitions(402, 402, answer(200, bodyOf('new')))
    const { poller, errors, calls, runtime, minimal, alerts } = setup

    expect([poller.state, poller.current]).toEqual(['failed', undefined])
    expect(minimal).toEqual([false, false])
    await runtime.advance(30_000)
    expect(alerts()).toEqual([
      expect.stringContaining('definitions-quota: PostHog gives no flag definitions (status 402)'),
    ])
    await runtime.advance(30_000)

    expect([poller.state, keysIn(poller)]).toEqual(['ready', ['new']])
    expect(errors).toEqual([])
    expect(calls.map(({ headers }) => headers['If-None-Match'])).toEqual([
      undefined,
      '"v1"',
      undefined,
      undefined,
    ])
    expect(calls.map(({ at }) => at)).toEqual([0, 30_000, 60_000, 90_000])
  })

  it('402 takes bundled definitions back too', async () => {
    const { poller, replies } = createPoller({ definitions: bodyOf('bundled') })
    replies.push(402)

    await poller.reload()

    expect([poller.state, poller.current]).toEqual(['failed', undefined])
  })

  it.each([201, 204, 206, 301, 400, 404, 408, 418, 500, 502, 503, 504, 599])(
    '%i keeps the definitions and their ETag silently',
    async (status) => {
      const { poller, errors, onError, alerts, calls, runtime } = await afterOldDefinitions(status)

      expect([poller.state, keysIn(poller)]).toEqual(['stale', ['old']])
      expect([errors, onError, alerts()]).toEqual([[], [], []])
      await runtime.advance(30_000)
      expect(calls[2]).toMatchObject({ at: 60_000, headers: { 'If-None-Match': '"v1"' } })
    },
  )

  it('that never comes is given up after requestTimeout, silently', async () => {
    const { poller, replies, runtime, errors, alerts } = createPoller({ requestTimeout: 2000 })
    replies.push(held().reply)
    poller.start()

    await runtime.advance(1999)
    expect(poller.state).toBe('loading')
    await runtime.advance(1)

    expect(poller.state).toBe('failed')
    expect([errors, alerts()]).toEqual([[], []])
    expect(runtime.lines).toContainEqual({
      level: 'debug',
      line: '[hedgerow] definitions-unavailable: no answer with flag definitions: timeout',
    })
  })

  it.each([
    [
      'throws',
      () => {
        throw new Error('no network')
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('no network')
      },
    ],
    ['gives nothing', async () => undefined as never],
    ['gives no response', async () => ({}) as never],
  ])('of a fetch that %s leaves flags not loaded', async (_case, fetch) => {
    const { poller, errors } = createPoller({ fetch })

    poller.start()
    await poller.ensureLoaded()

    expect([poller.state, poller.current, errors]).toEqual(['failed', undefined, []])
  })

  it('that works again after an error is told in one line', async () => {
    const { alerts, runtime } = await afterOldDefinitions(401, 401, answer(304), answer(304))
    await runtime.advance(1_000_000)

    expect(alerts()).toEqual([
      expect.stringContaining('definitions: PostHog does not know the secretKey'),
      '[hedgerow] definitions-loaded: flag definitions are loaded again',
    ])
  })
})

describe('whether flag events are minimal', () => {
  it('follows the latest definitions', async () => {
    const { poller, replies, minimal } = createPoller()
    replies.push(answer(200, { ...bodyOf('a'), minimal_flag_called_events: true }))
    replies.push(304)
    replies.push(answer(200, bodyOf('a')))

    for (let load = 0; load < 3; load++) await poller.reload()

    expect(minimal).toEqual([true, false])
    expect(poller.current?.minimalFlagCalledEvents).toBe(false)
  })
})

describe('secrets', () => {
  it('are in no line and no error, whatever PostHog answers', async () => {
    const { poller, replies, runtime, errors, onError } = createPoller()
    for (const status of [401, 403, 429, 402, 500, 304]) replies.push(status)
    replies.push(answer(200, 'nonsense'), new Error(`cannot reach ${token}`))

    for (let load = 0; load < 8; load++) await poller.reload()

    const told = JSON.stringify([runtime.lines, errors.map((error) => [error.message, error.cause]), onError])
    expect(told).toContain('402')
    expect(told).not.toContain(secretKey)
    expect(told).not.toContain(token)
    expect(told).not.toContain('send_cohorts')
    expect(errors.every((error) => HedgerowError.is(error))).toBe(true)
  })
})

import { describe, expect, it } from 'vitest'
import { scopeOpener } from '../request/open-scope.ts'
import { createClient, libraryProperties, sentBy, uuidv7 } from './mocked-client.ts'
import { keepProcessQuiet } from './quiet-process.ts'

keepProcessQuiet()

describe('withContext', () => {
  it('returns what its function returns', async () => {
    const { client } = createClient()

    const value: number = client.withContext({ distinctId: 'user_1' }, () => 42)
    const promise: Promise<string> = client.withContext({ distinctId: 'user_1' }, async () => 'later')

    expect(value).toBe(42)
    expect(await promise).toBe('later')
  })

  it('throws what its function throws', () => {
    const { client } = createClient()

    const fail = () =>
      client.withContext({}, () => {
        throw new RangeError('out of stock')
      })

    expect(fail).toThrow(RangeError)
  })

  it('gives captures below their id, session and properties, across await', async () => {
    const { client, fetch } = createClient()

    await client.withContext(
      { distinctId: 'user_1', sessionId: 'session_1', properties: { page: 'cart', level: 'context' } },
      async () => {
        await Promise.resolve()
        client.capture({ event: 'order placed', properties: { level: 'caller' } })
      },
    )
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        distinct_id: 'user_1',
        properties: { page: 'cart', level: 'caller', $session_id: 'session_1', ...libraryProperties },
      },
    ])
    expect(sentBy(fetch)[0]?.properties).not.toHaveProperty('$process_person_profile')
  })

  it('yields to the id and the session that a capture names itself', async () => {
    const { client, fetch } = createClient()

    client.withContext({ distinctId: 'user_1', sessionId: 'session_1', properties: { page: 'cart' } }, () =>
      client.capture({
        distinctId: 'user_2',
        event: 'order placed',
        properties: { $session_id: 'session_2' },
      }),
    )
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      { distinct_id: 'user_2', properties: { page: 'cart', $session_id: 'session_2' } },
    ])
  })

  it('adds to the context around it', () => {
    const { client } = createClient()

    const contexts = client.withContext(
      { distinctId: 'user_1', sessionId: 'session_1', properties: { page: 'cart', level: 'outer' } },
      () => {
        const inner = client.withContext({ distinctId: 'user_2', properties: { level: 'inner' } }, () =>
          client.getContext(),
        )
        return [inner, client.getContext()]
      },
    )

    expect(contexts).toEqual([
      { distinctId: 'user_2', sessionId: 'session_1', properties: { page: 'cart', level: 'inner' } },
      { distinctId: 'user_1', sessionId: 'session_1', properties: { page: 'cart', level: 'outer' } },
    ])
  })

  it('adds to nothing when it starts fresh', async () => {
    const { client, fetch } = createClient()

    const context = client.withContext({ distinctId: 'user_1', properties: { page: 'cart' } }, () =>
      client.withContext(
        { sessionId: 'session_1' },
        () => {
          client.capture({ event: 'order placed' })
          return client.getContext()
        },
        { fresh: true },
      ),
    )
    await client.flush()

    expect(context).toEqual({ sessionId: 'session_1' })
    expect(sentBy(fetch)).toMatchObject([
      {
        distinct_id: expect.stringMatching(uuidv7),
        properties: { $session_id: 'session_1', $process_person_profile: false },
      },
    ])
    expect(sentBy(fetch)[0]?.properties).not.toHaveProperty('page')
  })

  it('keeps concurrent contexts apart', async () => {
    const { client, fetch } = createClient()

    await Promise.all(
      ['user_1', 'user_2', 'user_3'].map((distinctId) =>
        client.withContext({ distinctId }, async () => {
          await new Promise((resolve) => setImmediate(resolve))
          client.capture({ event: distinctId })
        }),
      ),
    )
    await client.flush()

    expect(sentBy(fetch).map(({ event, distinct_id }) => event === distinct_id)).toEqual([true, true, true])
  })

  it('is over when its function has ended, and of no interest to another client', () => {
    const { client } = createClient()
    const { client: other } = createClient()

    const elsewhere = client.withContext({ distinctId: 'user_1' }, () => other.getContext())

    expect(elsewhere).toBeUndefined()
    expect(client.getContext()).toBeUndefined()
  })

  it('adds nothing to identify, alias and groupIdentify', async () => {
    const { client, fetch } = createClient()

    client.withContext({ distinctId: 'user_1', properties: { page: 'cart' } }, () => {
      client.identify({ distinctId: 'user_2' })
      client.alias({ distinctId: 'user_2', alias: 'anon_1' })
      client.groupIdentify({ groupType: 'company', groupKey: 'acme' })
    })
    await client.flush()

    expect(sentBy(fetch).map(({ distinct_id }) => distinct_id)).toEqual(['user_2', 'user_2', '$company_acme'])
    for (const { properties } of sentBy(fetch)) expect(properties).not.toHaveProperty('page')
  })
})

describe('the signal of a context', () => {
  it('ends it and the contexts within it', () => {
    const { client } = createClient()
    const life = new AbortController()
    const seen: unknown[] = []

    client.withContext({ distinctId: 'user_1' }, () =>
      client.withContext(
        { distinctId: 'user_2' },
        () => {
          client.withContext({ sessionId: 'session_1' }, () => {
            life.abort()
            seen.push(client.getContext())
          })
          seen.push(client.getContext())
        },
        { signal: life.signal },
      ),
    )

    expect(seen).toEqual([undefined, undefined])
  })

  it('leaves later captures to nobody', async () => {
    const { client, fetch } = createClient()
    const life = new AbortController()

    await client.withContext(
      { distinctId: 'user_1' },
      async () => {
        client.capture({ event: 'before' })
        life.abort()
        await Promise.resolve()
        client.capture({ event: 'after' })
      },
      { signal: life.signal },
    )
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      { event: 'before', distinct_id: 'user_1' },
      {
        event: 'after',
        distinct_id: expect.stringMatching(uuidv7),
        properties: { $process_person_profile: false },
      },
    ])
  })

  it('that was aborted before lets no context begin', () => {
    const { client } = createClient()

    const context = client.withContext({ distinctId: 'user_1' }, () => client.getContext(), {
      signal: AbortSignal.abort(),
    })

    expect(context).toBeUndefined()
  })

  it('ends no fresh context within', () => {
    const { client } = createClient()
    const life = new AbortController()

    const context = client.withContext(
      { distinctId: 'user_1' },
      () =>
        client.withContext(
          { distinctId: 'user_2' },
          () => {
            life.abort()
            return client.withContext({ sessionId: 'session_1' }, () => client.getContext())
          },
          { fresh: true },
        ),
      { signal: life.signal },
    )

    expect(context).toMatchObject({ distinctId: 'user_2', sessionId: 'session_1' })
  })
})

describe('enterContext', () => {
  it('holds for the rest of the asynchronous execution, and adds to itself', async () => {
    const { client, fetch } = createClient()

    await (async () => {
      await Promise.resolve()
      client.enterContext({ distinctId: 'user_1', properties: { page: 'cart' } })
      client.enterContext({ sessionId: 'session_1', properties: { step: 2 } })
      await Promise.resolve()
      client.capture({ event: 'order placed' })
      client.enterContext({ sessionId: 'session_2' }, { fresh: true })
      expect(client.getContext()).toEqual({ sessionId: 'session_2' })
    })()
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      { distinct_id: 'user_1', properties: { page: 'cart', step: 2, $session_id: 'session_1' } },
    ])
  })

  it('within withContext is over with it', () => {
    const { client } = createClient()

    const contexts = client.withContext({ distinctId: 'user_1' }, () => {
      client.withContext({}, () => client.enterContext({ distinctId: 'user_2' }))
      const outer = client.getContext()?.distinctId
      client.enterContext({ distinctId: 'user_3' })
      return [outer, client.getContext()?.distinctId]
    })

    expect(contexts).toEqual(['user_1', 'user_3'])
    expect(client.getContext()).toBeUndefined()
  })
})

describe('within a request', () => {
  /** Opens request scopes whose visitors are known by the request's own id. */
  function createServer() {
    const setup = createClient()
    const open = scopeOpener(setup.client, {
      identity: { resolve: (request) => (request as { user?: string }).user },
      flags: { preload: 'never' },
    })
    return { ...setup, request: (user: string) => open(undefined, { user }).scope }
  }

  it('enterContext changes that request’s context and no other', async () => {
    const { client, fetch, request } = createServer()
    const [first, second] = [request('user_1'), request('user_2')]

    first.run(() => {
      client.enterContext({ properties: { page: 'cart' } })
      client.capture({ event: 'first' })
    })
    second.run(() => client.capture({ event: 'second' }))
    const outside = client.getContext()
    await client.flush()

    expect(outside).toBeUndefined()
    const [one, two] = sentBy(fetch)
    expect(one).toMatchObject({ event: 'first', distinct_id: 'user_1', properties: { page: 'cart' } })
    expect(two).toMatchObject({ event: 'second', distinct_id: 'user_2' })
    expect(two?.properties).not.toHaveProperty('page')
  })

  it('enterContext holds for the rest of the request, wherever in it', async () => {
    const { client, fetch, request } = createServer()
    const scope = request('user_1')

    await scope.run(async () => {
      await authenticate()
      client.capture({ event: 'after the middleware' })
    })
    scope.run(() => client.capture({ event: 'in a later hook' }))
    await client.flush()

    async function authenticate(): Promise<void> {
      await Promise.resolve()
      client.enterContext({ properties: { role: 'buyer' } })
    }
    expect(sentBy(fetch)).toMatchObject([
      { event: 'after the middleware', properties: { role: 'buyer' } },
      { event: 'in a later hook', properties: { role: 'buyer' } },
    ])
  })

  it('enterContext may name somebody else, also starting fresh', () => {
    const { client, request } = createServer()

    const contexts = request('user_1').run(() => {
      client.enterContext({ distinctId: 'user_2' })
      const added = client.getContext()
      client.enterContext({ distinctId: 'user_3' }, { fresh: true })
      return [added, client.getContext()]
    })

    expect(contexts).toEqual([expect.objectContaining({ distinctId: 'user_2' }), { distinctId: 'user_3' }])
    expect(contexts[0]?.properties).toHaveProperty('$current_url')
  })

  it('an ended context leaves the request’s own', () => {
    const { client, request } = createServer()

    const id = request('user_1').run(() =>
      client.withContext({ distinctId: 'user_2' }, () => client.getContext()?.distinctId, {
        signal: AbortSignal.abort(),
      }),
    )

    expect(id).toBe('user_1')
  })

  it('an ended fresh context leaves nobody, since it was not the visitor’s', async () => {
    const { client, fetch, request } = createServer()

    request('user_1').run(() =>
      client.withContext({ distinctId: 'worker' }, () => client.capture({ event: 'order placed' }), {
        fresh: true,
        signal: AbortSignal.abort(),
      }),
    )
    await client.flush()

    expect(sentBy(fetch)).toMatchObject([
      {
        distinct_id: expect.stringMatching(uuidv7),
        properties: { $process_person_profile: false },
      },
    ])
  })
})

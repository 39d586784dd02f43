import { describe, expect, it } from 'vitest'
import { HedgerowError } from '../../src/errors.ts'
import { answer, bodyOf, keysIn } from './definition-setup.ts'
import { Shared, withProvider } from './shared-definitions.ts'

const failing = () => {
  throw new Error('the store is down')
}
const rejecting = () => Promise.reject(new Error('the store is down'))

describe('a provider that fails', () => {
  it.each([
    ['throws', failing],
    ['rejects', rejecting],
  ])('%s in shouldFetchFlagDefinitions: it fetches and publishes', async (_case, should) => {
    const shared = Object.assign(new Shared(), { shouldFetchFlagDefinitions: should })
    const { poller, replies, errors, onError } = withProvider(shared)
    replies.push(answer(200, bodyOf('a')))

    await poller.reload()

    expect([keysIn(poller), shared.published.length]).toEqual([['a'], 1])
    expect(errors).toEqual([expect.any(HedgerowError)])
    expect(errors[0]).toMatchObject({
      code: 'definition-cache',
      message:
        'shouldFetchFlagDefinitions of flagDefinitionCacheProvider failed; it must handle its own errors',
      cause: new Error('the store is down'),
    })
    expect(onError).toEqual([[-1, errors[0]?.message]])
  })

  it.each([
    ['throws', failing],
    ['rejects', rejecting],
  ])('%s in getFlagDefinitions: as if the cache were empty', async (_case, get) => {
    const shared = Object.assign(new Shared(), { getFlagDefinitions: get })
    const { poller, replies, errors } = withProvider(shared)
    replies.push(answer(200, bodyOf('a')))

    await poller.reload()
    await poller.reload()

    expect([keysIn(poller), poller.state, shared.published]).toEqual([['a'], 'stale', []])
    expect(errors.map(({ code }) => code)).toEqual(['definition-cache', 'definition-cache'])
  })

  it.each([
    ['throws', failing],
    ['rejects', rejecting],
  ])('%s in onFlagDefinitionsReceived: the definitions are in force', async (_case, received) => {
    const shared = Object.assign(new Shared(), { fetches: true, onFlagDefinitionsReceived: received })
    const { poller, replies, errors } = withProvider(shared)
    replies.push(answer(200, bodyOf('a')))

    await poller.reload()

    expect([keysIn(poller), poller.state, errors.length]).toEqual([['a'], 'ready', 1])
  })

  it.each([
    ['throws', failing],
    ['rejects', rejecting],
  ])('%s in shutdown: it is reported', async (_case, shutdown) => {
    const { poller, errors } = withProvider(Object.assign(new Shared(), { shutdown }))

    await poller.shutdown(1000)

    expect(errors.map(({ message }) => message)).toEqual([
      'shutdown of flagDefinitionCacheProvider failed; it must handle its own errors',
    ])
  })

  it.each([['text'], [17], [{}], [{ flags: null }], [{ flags: {} }], [[]]])(
    'by giving %j is reported, and the cache counts as empty',
    async (data) => {
      const shared = Object.assign(new Shared(), { getFlagDefinitions: () => data as never })
      const { poller, replies, errors } = withProvider(shared)
      replies.push(answer(200, bodyOf('a')))

      await poller.reload()

      expect(keysIn(poller)).toEqual(['a'])
      expect(errors.map(({ message }) => message)).toEqual([
        expect.stringContaining('getFlagDefinitions of flagDefinitionCacheProvider gave what cannot be used'),
      ])
    },
  )

  it('by giving an object that throws when it is read is reported', async () => {
    const shared = Object.assign(new Shared(), {
      getFlagDefinitions: () => ({
        get flags(): unknown {
          throw new Error('gone')
        },
      }),
    })
    const { poller, errors } = withProvider(shared, { secretKey: undefined })

    await poller.reload()

    expect([poller.state, errors.length]).toEqual(['failed', 1])
  })

  it('is logged once until it works again, and reported each time', async () => {
    const shared = new Shared()
    let isDown = true
    const should = () => (isDown ? failing() : true)
    const { poller, alerts, errors } = withProvider(
      Object.assign(shared, { shouldFetchFlagDefinitions: should }),
    )

    for (const state of [true, true, true, false, true]) {
      isDown = state
      await poller.reload()
    }

    expect(errors).toHaveLength(4)
    expect(alerts()).toHaveLength(2)
  })
})

describe('a provider that never answers', () => {
  const never = () => new Promise<never>(() => {})

  it.each(['shouldFetchFlagDefinitions', 'getFlagDefinitions'] as const)(
    'to %s is given up after requestTimeout',
    async (method) => {
      const shared = Object.assign(new Shared(), { [method]: never })
      const { poller, replies, runtime, errors } = withProvider(shared, { requestTimeout: 2000 })
      replies.push(answer(200, bodyOf('a')))
      poller.start()

      await runtime.advance(2000)

      expect([keysIn(poller), runtime.timers]).toEqual([['a'], 0])
      expect(errors.map(({ message }) => message)).toEqual([
        `${method} of flagDefinitionCacheProvider did not end within 2000 ms`,
      ])
    },
  )

  it('to what is published holds up nobody who reads flags', async () => {
    const shared = Object.assign(new Shared(), { fetches: true, onFlagDefinitionsReceived: never })
    const { poller, replies, runtime, errors } = withProvider(shared, { requestTimeout: 2000 })
    replies.push(answer(200, bodyOf('a')))
    poller.start()

    await poller.ensureLoaded()

    expect([keysIn(poller), poller.state]).toEqual([['a'], 'ready'])
    await runtime.advance(2000)
    expect([errors.length, runtime.timers]).toEqual([1, 0])
  })

  it('to shutdown gets the time of the shutdown', async () => {
    const { poller, runtime, errors } = withProvider(Object.assign(new Shared(), { shutdown: never }))
    let isOver = false
    const over = poller.shutdown(3000).then(() => (isOver = true))

    await runtime.advance(2999)
    expect(isOver).toBe(false)
    await runtime.advance(1)
    await over

    expect(errors.map(({ message }) => message)).toEqual([
      'shutdown of flagDefinitionCacheProvider did not end within 3000 ms',
    ])
    expect(runtime.timers).toBe(0)
  })

  it('does not hold up a shutdown that comes meanwhile', async () => {
    const shared = Object.assign(new Shared(), { shouldFetchFlagDefinitions: never })
    const { poller, runtime, errors, calls, counted } = withProvider(shared)
    poller.start()
    const wait = poller.ensureLoaded()

    await poller.shutdown(1000)
    await wait

    expect([shared.asked, runtime.timers, errors]).toEqual([['shutdown'], 0, []])
    expect([calls, counted()]).toEqual([[], 0])
  })
})

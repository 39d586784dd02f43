import { createFakeRuntime, type FakeRuntime, startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { attachClient, type AttachOptions } from '../../src/adapter.ts'
import { ConfigError, HedgerowClient } from '../../src/index.ts'
import { browserCookie, openerOf, pageFacts } from './open-scope.ts'

const request = pageFacts({ cookie: browserCookie('browser_1') })
const never = { preload: 'never' } as const

async function start() {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime })
  return { posthog, runtime, client }
}

const warningsOf = ({ lines }: FakeRuntime) =>
  lines.filter(({ level }) => level === 'warn').map(({ line }) => line)

describe('an application that closes', () => {
  it('flushes the client that it was given, which goes on working', async () => {
    const { posthog, client } = await start()
    const { layer, close } = attachClient({ client, flags: never })
    openerOf(layer)(request).end()

    const report = await close()
    client.capture({ event: 'later', distinctId: 'user_1' })
    await client.flush()

    expect(report).toEqual({ sent: 1, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(posthog.events().map(({ event }) => event)).toEqual(['$pageview', 'later'])
  })

  it('keeps the poller of a client that it was given, and ends that of a client of its own', async () => {
    const { posthog, runtime, client: _unused } = await start()
    posthog.always('/flags/definitions', { status: 200, body: { flags: [] } })
    const options = { host: posthog.url, runtime, secretKey: 'phs_test' }
    const given = attachClient({ client: new HedgerowClient('phc_test', options) })
    const owned = attachClient({ token: 'phc_test', ...options })
    await runtime.settle()
    const before = runtime.timers

    await given.close()
    await owned.close()
    await runtime.settle()

    expect([before, runtime.timers]).toEqual([2, 1])
    await given.client.shutdown()
  })

  it('makes a client of its options, of the client and of requests alike, and warns of what is neither', async () => {
    const { posthog, runtime } = await start()
    const options = { host: posthog.url, runtime, flags: never, name: 'shop', flushat: 1 }

    const { client, layer, close } = attachClient({ token: 'phc_test', ...options })
    openerOf(layer)(request).end()
    await close()

    expect(client).toBeInstanceOf(HedgerowClient)
    expect(layer.name).toBe('shop')
    expect(posthog.events().map(({ event }) => event)).toEqual(['$pageview'])
    expect(warningsOf(runtime)).toEqual([
      '[hedgerow] options: unknown option flushat is ignored; check its spelling',
    ])
  })

  it('closes once: every call has the report of the first', async () => {
    const { client, runtime } = await start()
    const { layer, close } = attachClient({ client, flags: never })
    openerOf(layer)(request).end()

    const [first, second] = await Promise.all([close(), close()])

    expect(first).toBe(second)
    expect(await close()).toBe(first)
    expect(warningsOf(runtime)).toEqual([])
  })

  it('waits for a request that ends by itself, and sends its pageview', async () => {
    const { posthog, runtime, client } = await start()
    const { layer, close } = attachClient({ client, flags: never })
    const { sendHeaders, end } = openerOf(layer)(request)
    sendHeaders()

    const report = close()
    await runtime.advance(900)
    end()

    expect(await report).toMatchObject({ sent: 1, timedOut: false })
    expect(posthog.events()[0]?.properties).not.toHaveProperty('$aborted')
  })

  it('ends a request that does not end in half of the time, as aborted, and sends its pageview', async () => {
    const { posthog, runtime, client } = await start()
    const { layer, close } = attachClient({ client, flags: never, shutdownTimeoutMs: 100 })
    const [shown, unanswered] = [openerOf(layer)(request), openerOf(layer)(request)]
    shown.sendHeaders()

    const report = close()
    await runtime.advance(49)
    const before = client.stats().accepted
    await runtime.advance(1)
    unanswered.end()
    shown.end()

    expect(before).toBe(0)
    expect(await report).toMatchObject({ sent: 1, timedOut: false })
    expect(posthog.events().map(({ properties }) => properties['$aborted'])).toEqual([true])
    expect(client.stats().accepted).toBe(1)
  })

  it('leaves the requests of another application of the same client alone', async () => {
    const { runtime, client } = await start()
    const [one, other] = [attachClient({ client, flags: never }), attachClient({ client, flags: never })]
    const { sendHeaders, end } = openerOf(other.layer)(request)
    sendHeaders()

    await one.close()
    const before = client.stats().accepted
    await runtime.advance(5000)
    end()

    expect([before, client.stats().accepted]).toEqual([0, 1])
  })

  it.each([true, false])(
    'takes no longer than its time while PostHog hangs, and says what is left',
    async (isGiven) => {
      const { posthog, runtime, client } = await start()
      posthog.always('/batch/', 'hang')
      const options: AttachOptions = isGiven
        ? { client, flags: never, shutdownTimeoutMs: 100 }
        : { token: 'phc_test', host: posthog.url, runtime, flags: never, shutdownTimeoutMs: 100 }
      const { layer, close } = attachClient(options)
      openerOf(layer)(request).end()

      const report = close()
      await posthog.waitFor(() => posthog.batches().length === 1)
      await runtime.advance(100)

      expect(await report).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 1, timedOut: true })
      expect(warningsOf(runtime)).toEqual([expect.stringContaining('1 event could not be sent before')])
    },
  )

  it('does not reject where PostHog refuses', async () => {
    const { posthog, client } = await start()
    posthog.always('/batch/', { status: 400 })
    const { layer, close } = attachClient({ client, flags: never })
    openerOf(layer)(request).end()

    expect(await close()).toEqual({ sent: 0, dropped: 1, spooled: 0, pending: 0, timedOut: false })
  })

  it.each<[string, object, string]>([
    ['neither client nor token', {}, 'needs a client or a token'],
    ['something else for a client', { client: {} }, 'client must be a HedgerowClient'],
    ['null for a client', { client: null }, 'client must be a HedgerowClient'],
    [
      'no time',
      { token: 'phc_test', shutdownTimeoutMs: 0 },
      'shutdownTimeoutMs must be a whole number of at least 1',
    ],
    [
      'half a time',
      { token: 'phc_test', shutdownTimeoutMs: 0.5 },
      'shutdownTimeoutMs must be a whole number',
    ],
    ['a name that is none', { token: 'phc_test', name: 'my shop' }, 'name must be an identifier'],
    ['a bad threshold', { token: 'phc_test', exceptions: { minStatus: '5xx' } }, 'exceptions.minStatus'],
  ])('does not start with %s', async (_case, options, message) => {
    // What the types forbid, plain JavaScript still passes.
    const attach = () => attachClient(options as AttachOptions)

    expect(attach).toThrow(ConfigError)
    expect(attach).toThrow(message)
  })

  it('starts without a key: the client does nothing, and says so', async () => {
    const { runtime } = await start()

    const { layer, close } = attachClient({ token: undefined, runtime })
    openerOf(layer)(request).end()

    expect(await close()).toEqual({ sent: 0, dropped: 0, spooled: 0, pending: 0, timedOut: false })
    expect(runtime.lines.map(({ level }) => level)).toEqual(['error'])
  })
})

import { startScriptedServer } from 'testkit'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HedgerowClient } from '../../src/index.ts'
import { duplicateKeys } from '../capture/duplicate-keys.ts'
import { createLocalClient } from '../flags-api/flag-client-setup.ts'
import { defined } from '../flags-api/flag-definitions.ts'
import { browserCookie, pageFacts, scopeOpener } from './open-scope.ts'

const request = pageFacts({ cookie: browserCookie('browser_1') })

describe('what the events of one request have in common', () => {
  it('is serialised once for all of them, with what is registered, and anew for the next request', async () => {
    const { client, events } = await createLocalClient({ flags: [defined('hero')] })
    let serialised = 0
    // Registered values become JSON with what a request says about itself.
    client.register({ build: { toJSON: () => `build ${++serialised}` } })
    const open = scopeOpener(client)
    const counts: number[] = []

    for (const { scope, end } of [open(request), open(request)]) {
      for (let n = 0; n < 20; n++) scope.capture('order placed', { n })
      scope.run(() => client.capture({ event: 'by the client' }))
      counts.push(serialised)
      end()
      counts.push(serialised)
    }

    expect(counts).toEqual([1, 1, 2, 2])
    const builds = (await events()).map(({ properties }) => properties['build'])
    expect(builds).toEqual([...Array(22).fill('build 1'), ...Array(22).fill('build 2')])
  })

  it('is serialised anew when there is more to say: another flag was read, or somebody signed in', async () => {
    const { client } = await createLocalClient({ flags: [defined('hero')] })
    let serialised = 0
    client.register({ build: { toJSON: () => `build ${++serialised}` } })
    const { scope } = scopeOpener(client)(request)
    const counts: number[] = []
    const capture = () => {
      scope.capture('order placed')
      scope.capture('order placed')
      counts.push(serialised)
    }

    capture()
    scope.flags.getFlag('hero', { sendFeatureFlagEvents: false })
    capture()
    scope.flags.getFlag('hero', { sendFeatureFlagEvents: false })
    capture()
    await scope.identify('user_1')
    capture()

    expect(counts).toEqual([1, 2, 2, 3])
  })

  it('changes with what is registered, from the next event on', async () => {
    const { client, events } = await createLocalClient({ flags: [] })
    const { scope } = scopeOpener(client)(request)

    client.register({ tier: 'gold' })
    scope.capture('first')
    client.register({ tier: 'silver', region: 'eu' })
    scope.capture('second')
    client.unregister('tier')
    scope.capture('third')

    const registered = (await events()).map(({ properties }) => [properties['tier'], properties['region']])
    expect(registered).toEqual([
      ['gold', undefined],
      ['silver', 'eu'],
      [undefined, 'eu'],
    ])
  })

  it('gives way to an event’s own values, and no key is in its JSON twice', async () => {
    const posthog = await startScriptedServer()
    onTestFinished(() => posthog.close())
    const client = new HedgerowClient('phc_test', { host: posthog.url, disableCompression: true })
    const { scope, end } = scopeOpener(client, { flags: { preload: 'never' } })(request)
    const own = {
      $current_url: 'https://example.com/own',
      $ip: '198.51.100.1',
      $session_id: 'own session',
      $hedgerow_id_source: 'own',
      $process_person_profile: true,
      $groups: { company: 'own' },
      $lib: 'own',
      $geoip_disable: false,
      '$feature/hero': 'own',
      tier: 'own',
    }

    client.register({ tier: 'gold', $pathname: '/registered' })
    await scope.group('company', 'acme', { plan: 'pro' })
    scope.capture('own', own)
    scope.run(() => client.capture({ event: 'by the client', properties: own, groups: { team: 'blue' } }))
    scope.run(() =>
      client.withContext({ sessionId: 'context session', properties: { tier: 'context' } }, () =>
        client.capture({ event: 'in a context', properties: { $pathname: '/own' } }),
      ),
    )
    scope.captureException(new Error('boom'), own)
    end()
    await client.shutdown()

    const bodies = posthog.batches().map(({ rawBody }) => rawBody.toString())
    expect(bodies.flatMap(duplicateKeys)).toEqual([])
    expect(bodies.join('')).toContain('"tier":"own"')
    const [, first] = posthog.events()
    expect(first?.properties).toMatchObject({
      ...own,
      $pathname: '/',
      $groups: { company: 'acme' },
      $lib: 'hedgerow-node',
    })
    expect(posthog.events().map(({ event }) => event)).toHaveLength(6)
  })
})

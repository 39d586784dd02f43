import { expect, it } from 'vitest'
import { startClient } from './start-client.ts'

const definitions = '/flags/definitions'
const oneFlag = { flags: [{ id: 1, key: 'hero', active: true, filters: { groups: [{}] } }] }

it('the health of a client that evaluates nothing itself says nothing of definitions', async () => {
  const { client } = await startClient()

  expect(client.health()).toEqual({
    host: 'reachable',
    definitions: undefined,
    remoteFlags: 'available',
  })
})

it('the health of a client follows the definitions: loading, failed, ready, stale', async () => {
  const { client, posthog } = await startClient({}, { secretKey: 'phs_health' })
  posthog.answer(definitions, { status: 500 }, { status: 200, body: oneFlag }, { status: 500 })
  const states = [client.health().definitions]

  for (let load = 0; load < 3; load++) {
    await client.reloadFeatureFlags()
    states.push(client.health().definitions)
  }

  expect(states).toEqual(['loading', 'failed', 'ready', 'stale'])
})

it('the health of a client says while PostHog takes no events', async () => {
  const { client, posthog } = await startClient({}, { fetchRetryCount: 0 })
  const hosts: string[] = []

  for (const state of ['up', 'down', 'up']) {
    if (state === 'down') posthog.answer('/batch/', { status: 503 })
    client.capture({ event: 'order placed', distinctId: 'user_1' })
    await client.flush().catch(() => undefined)
    hosts.push(client.health().host)
  }

  expect(hosts).toEqual(['reachable', 'unreachable', 'reachable'])
})

it('the health of a client says while requests do not ask for flags', async () => {
  const { client, posthog, open, pass } = await startClient()
  const load = () => open().scope.flags.load() // each time a new visitor
  for (let call = 0; call < 5; call++) posthog.answer('/flags/', { status: 500 })
  const before = client.health().remoteFlags

  for (let call = 0; call < 5; call++) await load()
  const during = client.health().remoteFlags
  pass(30_000)
  await load()

  expect([before, during, client.health().remoteFlags]).toEqual(['available', 'unavailable', 'available'])
})

import { PostHog, type PostHogOptions } from 'posthog-node'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import type { DevServer, FlagFile } from '../src/index.ts'
import { runningServer } from './running-server.ts'

const flags: FlagFile = { flags: { 'new-checkout': true, hero: 'b', old: false } }

afterEach(() => vi.unstubAllEnvs())

describe('the official client', () => {
  it('delivers captures, identities, aliases and groups', async () => {
    const server = await runningServer()
    const client = clientOf(server)

    client.capture({
      distinctId: 'ada',
      event: 'signed up',
      properties: { plan: 'pro' },
      groups: { company: 'acme' },
    })
    client.identify({ distinctId: 'ada', properties: { email: 'ada@example.com' } })
    client.alias({ distinctId: 'ada', alias: 'visitor-1' })
    client.groupIdentify({ groupType: 'company', groupKey: 'acme', properties: { seats: 5 } })
    await client.shutdown()

    const received = new Map(server.events().map((event) => [event.event, event]))
    expect([...received.keys()].toSorted()).toEqual([
      '$create_alias',
      '$groupidentify',
      '$identify',
      'signed up',
    ])
    expect(received.get('signed up')).toMatchObject({
      endpoint: '/batch/',
      distinctId: 'ada',
      properties: { plan: 'pro', $groups: { company: 'acme' }, $lib: 'posthog-node' },
    })
    expect(received.get('signed up')?.uuid).toMatch(/^[0-9a-f-]{36}$/)
    expect(received.get('$identify')?.properties['$set']).toEqual({ email: 'ada@example.com' })
    expect(received.get('$create_alias')?.properties).toMatchObject({
      distinct_id: 'ada',
      alias: 'visitor-1',
    })
    expect(received.get('$groupidentify')?.properties).toMatchObject({
      $group_type: 'company',
      $group_key: 'acme',
      $group_set: { seats: 5 },
    })
  })

  it('delivers captures with capture v1, in one request that it takes as done', async () => {
    vi.stubEnv('POSTHOG_CAPTURE_MODE', 'v1')
    const server = await runningServer()
    const client = clientOf(server)
    const errors: unknown[] = []
    client.on('error', (error) => errors.push(error))

    client.capture({
      distinctId: 'ada',
      event: 'signed up',
      properties: { plan: 'pro', $session_id: 'session-1', $process_person_profile: false },
    })
    client.capture({ distinctId: 'ada', event: 'paid' })
    await client.shutdown()

    expect(errors).toEqual([])
    expect(server.events()).toMatchObject([
      {
        endpoint: '/i/v1/analytics/events',
        event: 'signed up',
        distinctId: 'ada',
        sessionId: 'session-1',
        options: { process_person_profile: false },
        properties: { plan: 'pro', $lib: 'posthog-node', $lib_version: '5.70.0' },
      },
      { endpoint: '/i/v1/analytics/events', event: 'paid', options: {} },
    ])
  })

  it('evaluates flags remotely', async () => {
    const server = await runningServer({ flags })
    const client = clientOf(server)

    expect(await client.getFeatureFlag('new-checkout', 'ada')).toBe(true)
    expect(await client.getFeatureFlag('hero', 'ada')).toBe('b')
    expect(await client.getFeatureFlag('old', 'ada')).toBe(false)
    expect(await client.isFeatureEnabled('unknown', 'ada')).toBeUndefined()
    expect(await client.getAllFlags('ada')).toEqual({ 'new-checkout': true, hero: 'b', old: false })
    expect(server.calls().map((call) => call.keys)).toEqual([
      ['new-checkout'],
      ['hero'],
      ['old'],
      ['unknown'],
      null,
    ])
  })

  it('evaluates flags locally with a secret key, without a billable call', async () => {
    const server = await runningServer({ flags })
    const client = clientOf(server, { personalApiKey: 'phx_test' })

    expect(await client.waitForLocalEvaluationReady(5000)).toBe(true)
    expect(await client.getFeatureFlag('new-checkout', 'ada')).toBe(true)
    expect(await client.getFeatureFlag('hero', 'ada')).toBe('b')
    expect(await client.getFeatureFlag('old', 'ada')).toBe(false)
    expect(await client.getAllFlags('ada')).toEqual({ 'new-checkout': true, hero: 'b', old: false })
    expect(server.calls()).toEqual([])
  })
})

function clientOf(server: DevServer, options: PostHogOptions = {}): PostHog {
  const client = new PostHog('phc_test', { host: server.url, ...options })
  onTestFinished(() => client.shutdown())
  return client
}

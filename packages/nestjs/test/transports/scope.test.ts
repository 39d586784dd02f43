import { visitorCookie } from 'testkit'
import { describe, expect, it } from 'vitest'
import { type Platform, platforms } from '../platforms.ts'
import { allHandlers } from './handlers.ts'
import { startTransportSite } from './transport-site.ts'
import { browserTransports, serviceTransports, type Transport } from './transports.ts'

const uuid = /^[0-9a-f-]{36}$/

/** What an attacker puts into a message to be somebody else. */
const hostile = {
  user: 'user_2',
  headers: { ...visitorCookie('victim'), 'x-posthog-distinct-id': 'victim' },
  cookies: visitorCookie('victim').cookie,
  cookie: visitorCookie('victim').cookie,
  handshake: { headers: visitorCookie('victim') },
  request: { headers: visitorCookie('victim') },
  req: { headers: visitorCookie('victim') },
  distinctId: 'victim',
}

function start(platform: Platform, transport: Transport) {
  return startTransportSite(platform, transport, {
    ...allHandlers(),
    request: {
      identity: {
        resolve: (_request, { transport, host }) =>
          transport === 'rpc' ? host?.switchToRpc().getData<{ user?: string }>().user : undefined,
      },
    },
  })
}

describe.each(platforms)('P4: a handler on $name', (platform) => {
  it.each(browserTransports)('has the visitor of its request or upgrade: $name', async (transport) => {
    const site = await start(platform, transport)

    const answer = await transport.call(site, 'open', {
      headers: visitorCookie('browser_1'),
      payload: hostile,
    })

    expect(answer).toEqual({ text: 'browser_1' })
    const { distinct_id: id, properties } = await site.waitFor('opened')
    expect([id, properties['$hedgerow_id_source']]).toEqual(['browser_1', 'cookie'])
    expect(site.warnings()).toEqual([])
  })

  it.each(browserTransports)('takes no payload for headers or cookies: $name', async (transport) => {
    const site = await start(platform, transport)

    const answer = await transport.call(site, 'open', { payload: hostile })

    expect(answer?.text).toMatch(uuid)
    const { properties } = await site.waitFor('opened')
    expect(properties).toMatchObject({ $hedgerow_id_source: 'minted', $process_person_profile: false })
  })

  it.each(serviceTransports)('has the user whom the resolver finds: $name', async (transport) => {
    const site = await start(platform, transport)

    await transport.call(site, 'open', { payload: hostile })

    const { distinct_id: id, properties } = await site.waitFor('opened')
    expect([id, properties['$hedgerow_id_source']]).toEqual(['user_2', 'resolver'])
  })

  it.each(serviceTransports)(
    'is of nobody in particular where the resolver knows none: $name',
    async (transport) => {
      const site = await start(platform, transport)

      await transport.call(site, 'open', { payload: { ...hostile, user: undefined } })

      const { distinct_id: id, properties } = await site.waitFor('opened')
      expect(id).toMatch(uuid)
      expect(properties).toMatchObject({ $hedgerow_id_source: 'minted', $process_person_profile: false })
      expect(properties).not.toHaveProperty('$current_url')
    },
  )
})

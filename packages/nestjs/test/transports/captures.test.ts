import { describe, expect, it } from 'vitest'
import { browserTransports, serviceTransports } from './transports.ts'
import { answerOf, startUserSite, triedPlatforms } from './user-site.ts'

/** What `getType` of a context says on each transport. */
function typeOn(transport: string): string {
  if (transport.startsWith('GraphQL')) return 'graphql'
  if (transport.startsWith('gateway')) return 'ws'
  return transport.startsWith('microservice') ? 'rpc' : 'http'
}

describe.each(triedPlatforms)('on $name', (platform) => {
  it.each([...browserTransports, ...serviceTransports])(
    '@Capture counts a call once, and HedgerowService speaks for its visitor: $name',
    async (transport) => {
      const site = await startUserSite(platform, transport)

      const answer = await site.call('counted')
      await site.waitFor('counted')

      expect(answer).toEqual(answerOf(transport, 'user_1'))
      const events = (await site.events()).map(({ event, distinct_id: id, properties }) => [
        event,
        id,
        properties['transport'],
      ])
      expect(events).toEqual([
        ['by the service', 'user_1', undefined],
        ['counted', 'user_1', typeOn(transport.name)],
      ])
    },
  )
})

import { describe, expect, it } from 'vitest'
import type { Action } from './handlers.ts'
import { browserTransports, serviceTransports } from './transports.ts'
import { startUserSite, toldBy, triedPlatforms } from './user-site.ts'

const transports = [...browserTransports, ...serviceTransports]

/** What Nest tells a client of an error, on each transport. */
function failureOf(transport: string, action: Action, message: string): object {
  if (transport === 'HTTP') return { statusCode: 500, message: 'Internal server error' }
  if (transport.startsWith('GraphQL')) return { message, path: [action] }
  return { status: 'error', message: 'Internal server error' }
}

describe.each(triedPlatforms)('P4: on $name an error', (platform) => {
  describe.each([
    ['a guard', 'guardFails', 'the guard failed'],
    ['a pipe', 'pipeFails', 'the pipe failed'],
    ['an interceptor', 'interceptorFails', 'the interceptor failed'],
    ['a handler', 'handlerFails', 'the handler failed'],
  ] as const)('of %s', (_stage, action, message) => {
    it.each(transports)('is captured once, as of the visitor, and told as ever: $name', async (transport) => {
      const site = await startUserSite(platform, transport)

      const error = await site.fail(action)

      expect(error).toEqual(toldBy(transport, failureOf(transport.name, action, message)))
      await site.waitFor('$exception')
      const exceptions = (await site.events()).filter(({ event }) => event === '$exception')
      expect(exceptions.map(({ distinct_id: id }) => id)).toEqual(['user_1'])
      expect(exceptions[0]?.properties['$exception_list']).toMatchObject([
        { type: 'Error', value: message, mechanism: { handled: false } },
      ])
    })
  })

  it.each(transports)('of a guard tells of the visitor whom the guard sees: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    await site.fail('guardSees')

    const { properties } = await site.waitFor('$exception')
    expect(properties['$exception_list']).toMatchObject([{ value: 'the guard sees user_1' }])
  })

  it.each(transports)('that a filter answers is captured, and its answer told: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    const error = await site.fail('filtered')

    expect(error).toEqual(toldBy(transport, { message: 'answered by a filter' }))
    expect((await site.waitFor('$exception')).distinct_id).toBe('user_1')
  })

  it.each(transports)('with a status of the client’s own doing is not captured: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    await site.fail('expected')
    await site.fail('handlerFails')

    await site.waitFor('$exception')
    const exceptions = (await site.events()).filter(({ event }) => event === '$exception')
    expect(exceptions.map(({ properties }) => properties['$exception_list'])).toMatchObject([
      [{ value: 'the handler failed' }],
    ])
  })
})

import { describe, expect, it } from 'vitest'
import { browserTransports, serviceTransports } from './transports.ts'
import { answerOf, startUserSite, toldBy, triedPlatforms } from './user-site.ts'

const transports = [...browserTransports, ...serviceTransports]

/** What a client is told by each transport. */
const refusals: Readonly<Record<string, object>> = {
  HTTP: { statusCode: 404, message: 'Cannot GET /rest/denied', error: 'Not Found' },
  'GraphQL query': {
    message: 'Not Found',
    extensions: expect.objectContaining({ code: 'NOT_FOUND' }) as unknown,
  },
  'GraphQL mutation': {
    message: 'Not Found',
    extensions: expect.objectContaining({ code: 'NOT_FOUND' }) as unknown,
  },
  'GraphQL subscription': {
    message: 'Not Found',
    extensions: expect.objectContaining({ code: 'NOT_FOUND' }) as unknown,
  },
  'gateway of ws': { status: 'error', message: 'Not Found' },
  'gateway of socket.io': { status: 'error', message: 'Not Found' },
  'microservice request': { status: 'error', message: 'Not Found' },
}
const forbidden: Readonly<Record<string, object>> = {
  HTTP: { statusCode: 403, message: 'Forbidden resource', error: 'Forbidden' },
  'GraphQL query': {
    message: 'Forbidden resource',
    extensions: expect.objectContaining({ code: 'FORBIDDEN' }) as unknown,
  },
  'GraphQL mutation': {
    message: 'Forbidden resource',
    extensions: expect.objectContaining({ code: 'FORBIDDEN' }) as unknown,
  },
  'GraphQL subscription': {
    message: 'Forbidden resource',
    extensions: expect.objectContaining({ code: 'FORBIDDEN' }) as unknown,
  },
  'gateway of ws': { status: 'error', message: 'Forbidden resource' },
  'gateway of socket.io': { status: 'error', message: 'Forbidden resource' },
  'microservice request': { status: 'error', message: 'Forbidden resource' },
}

describe.each(triedPlatforms)('P4: on $name', (platform) => {
  it.each(transports)('a flag reaches its parameter, as of the visitor: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    const answer = await site.call('flag')

    expect(answer).toEqual(answerOf(transport, 'blue'))
    await site.waitFor('$feature_flag_called')
    expect(site.posthog.flagCalls().map(({ body }) => body)).toMatchObject([{ distinct_id: 'user_1' }])
  })

  it.each(transports)('a gate lets through: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    const answer = await site.call('allowed')

    expect(answer).toEqual(answerOf(transport, 'welcome'))
    expect((await site.waitFor('opened')).distinct_id).toBe('user_1')
  })

  it.each(transports)('a gate refuses by an exception of the transport: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    const error = await site.fail('denied')

    expect(error).toEqual(toldBy(transport, refusals[transport.name]))
    expect((await site.waitFor('$feature_flag_called')).distinct_id).toBe('user_1')
    const events = (await site.events()).map(({ event }) => event)
    expect(events).not.toContain('opened')
    expect(events).not.toContain('$exception')
  })

  it.each(transports)('a gate forbids by an exception of the transport: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    const error = await site.fail('forbidden')

    expect(error).toEqual(toldBy(transport, forbidden[transport.name]))
    await site.waitFor('$feature_flag_called')
    expect((await site.events()).map(({ event }) => event)).not.toContain('opened')
  })

  it.each(transports)('a gate sends nothing but HTTP requests elsewhere: $name', async (transport) => {
    const site = await startUserSite(platform, transport)

    const error = await site.fail('redirected')

    const isHttp = transport.name === 'HTTP'
    const expected = isHttp ? { statusCode: 302, message: 'Found' } : refusals[transport.name]
    expect(error).toEqual(toldBy(transport, expected))
    await site.waitFor('$feature_flag_called')
    expect((await site.events()).map(({ event }) => event)).not.toContain('opened')
  })
})

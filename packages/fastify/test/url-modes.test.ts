import { describe, expect, it } from 'vitest'
import { majors, startSite } from './test-site.ts'

describe.each(majors)('urls.mode template in %s', (_name, fastify) => {
  it('records the route’s template from the start, and no path', async () => {
    const site = await startSite(fastify, {
      request: { urls: { mode: 'template' } },
      routes: (app) => {
        app.addHook('onRequest', async (request) => request.hedgerow.capture('arrived'))
        app.get('/shops/:shop', (_request, reply) => reply.type('text/html').send('page'))
      },
    })

    await site.visit('/shops/jane?utm_source=mail')
    await site.visit('/nowhere/jane')

    const events = await site.events()
    expect(
      events.map(({ event, properties }) => [event, properties['$pathname'], properties['$current_url']]),
    ).toEqual([
      ['arrived', '/shops/:shop', `${site.url}/shops/:shop`],
      ['$pageview', '/shops/:shop', `${site.url}/shops/:shop`],
      ['arrived', '(unmatched)', `${site.url}/(unmatched)`],
    ])
    expect(JSON.stringify(events)).not.toContain('jane')
  })
})

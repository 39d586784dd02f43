import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'
import { PassThrough } from 'node:stream'
import { describe, expect, it } from 'vitest'
import { visitorCookie } from '../browser-cookie.ts'
import { documentHeaders, sendText } from '../http-client.ts'
import type { AdapterHarness } from './adapter-harness.ts'
import { startSite } from './conformance-site.ts'

const visitor = visitorCookie('browser_1')

/** Answers that take their time, or have no body, are settled once. */
export function describeStreaming(harness: AdapterHarness): void {
  describe('an answer', () => {
    it.each([
      ['no page', false, 'not counted, reason: accept', []],
      ['an aborted call of an API', true, 'counted, reason: api', [['$pageview', true]]],
    ])(
      'of server-sent events is settled when the visitor leaves, as %s; later events are still theirs',
      async (_case, api, settlement, counted) => {
        const source = new PassThrough()
        let produce: (() => void) | undefined
        const site = await startSite(harness, {
          build: (client) => ({
            routes: [
              {
                path: '/',
                handle: ({ scope, response }) => {
                  const left = once(response, 'close')
                  void left.then(() => {
                    scope?.capture('price missed')
                    client.capture({ event: 'feed closed' })
                  })
                  produce = () => scope?.capture('price sent')
                  source.write('data: 1\n\n')
                  return {
                    headers: { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' },
                    body: source,
                  }
                },
              },
            ],
          }),
          request: { pageviews: { api } },
        })

        const headers = { ...visitor, accept: 'text/event-stream' }
        const outgoing = request(site.url, { headers, agent: false }).end()
        const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
        outgoing.on('error', () => {}) // a socket that hangs up is the point
        response.on('error', () => {})
        const [first] = (await once(response, 'data')) as [Buffer]
        produce?.()
        outgoing.destroy()
        const settlements = await site.settled()

        expect(String(first)).toBe('data: 1\n\n')
        expect(settlements).toEqual([settlement])
        const events = await site.events()
        expect(events.map(({ event, properties }) => [event, properties['$aborted']])).toEqual([
          ['price sent', undefined],
          ...counted,
          ['price missed', undefined],
          ['feed closed', undefined],
        ])
        expect(new Set(events.map(({ distinct_id: id }) => id))).toEqual(new Set(['browser_1']))
      },
    )

    it('in chunks is one page, with the time to its first byte and to its last', async () => {
      const source = new PassThrough()
      const site = await startSite(harness, {
        build: () => ({
          routes: [{ path: '/', handle: () => ({ headers: { 'Content-Type': 'text/html' }, body: source }) }],
        }),
      })
      const start = site.runtime.now()
      source.write('<h1>')

      const headers = { ...documentHeaders, ...visitor }
      const outgoing = request(site.url, { headers, agent: false }).end()
      const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
      let text = String((await once(response, 'data'))[0])
      site.runtime.setNow(start + 40)
      source.end('page</h1>')
      for await (const chunk of response) text += String(chunk)

      expect([response.headers['transfer-encoding'], text]).toEqual(['chunked', '<h1>page</h1>'])
      expect(await site.settled()).toEqual(['counted, reason: page'])
      const [pageview] = await site.events()
      expect(pageview?.properties).toMatchObject({ $ttfb_ms: 0, $response_time_ms: 40 })
      expect(pageview?.properties).not.toHaveProperty('$aborted')
    })

    it.each([
      ['to HEAD', 'HEAD', '/', 200, 'not counted, reason: method'],
      ['without content', 'GET', '/empty', 204, 'not counted, reason: status'],
      ['that redirects', 'GET', '/moved', 302, 'not counted, reason: status'],
      ['not modified', 'GET', '/not-modified', 304, 'counted, reason: page'],
      ['of JSON', 'GET', '/json', 200, 'not counted, reason: not-html'],
      ['with an error page', 'GET', '/broken', 500, 'counted, reason: page'],
    ])('%s is settled once', async (_case, method, path, status, settlement) => {
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            { path: '/', handle: () => ({ body: 'page' }) },
            { path: '/empty', handle: () => ({ status: 204 }) },
            { path: '/moved', handle: () => ({ redirect: '/' }) },
            { path: '/not-modified', handle: () => ({ status: 304 }) },
            { path: '/json', handle: () => ({ body: { page: 1 } }) },
            { path: '/broken', handle: () => ({ status: 500, body: '<h1>broken</h1>' }) },
          ],
        }),
      })

      const answer = await site.send(path, { method, headers: { ...documentHeaders, ...visitor } })

      expect(answer.status).toBe(status)
      expect(await site.settled()).toEqual([settlement])
    })

    it('to the second of two requests that came at once is settled on its own', async () => {
      const site = await startSite(harness, {
        build: () => ({
          routes: [{ path: '/:page', handle: ({ params }) => ({ body: String(params['page']) }) }],
        }),
      })
      const head = Object.entries({ host: 'localhost', ...documentHeaders }).map(
        ([name, value]) => `${name}: ${value}\n`,
      )
      const ask = (page: string, last: string) => `GET /${page} HTTP/1.1\n${head.join('')}${last}\n`

      const received = await sendText(site.port, ask('one', '') + ask('two', 'connection: close\n'))

      expect(received.match(/(?:one|two)$/gm)).toHaveLength(1)
      expect(await site.settled()).toEqual(['counted, reason: page', 'counted, reason: page'])
      expect((await site.events()).map(({ properties }) => properties['$pathname'])).toEqual(['/one', '/two'])
    })
  })
}

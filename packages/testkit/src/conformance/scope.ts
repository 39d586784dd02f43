import { once } from 'node:events'
import { setImmediate as nextTurn, setTimeout as delay } from 'node:timers/promises'
import { Readable } from 'node:stream'
import { createGzip } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { visitorCookie } from '../browser-cookie.ts'
import type { AdapterHarness, ConformanceClient } from './adapter-harness.ts'
import { itWhereSeen, startSite } from './conformance-site.ts'

const visitor = visitorCookie('browser_1')

/** Who the client says the visitor is, wherever it is asked. */
function whoNow(client: ConformanceClient): string | undefined {
  return client.scope()?.distinctId
}

/** The scope is found by everything that a request sets off, and by nothing else. */
export function describeScope(harness: AdapterHarness): void {
  describe('the scope', () => {
    it('is found in authentication, in the handler and across its awaits, timers and callbacks', async () => {
      const found: Record<string, unknown> = {}
      const site = await startSite(harness, {
        build: (client) => ({
          authenticate: () => void (found['authentication'] = whoNow(client)),
          routes: [
            {
              path: '/',
              handle: async ({ scope }) => {
                found['property'] = scope?.distinctId
                found['handler'] = whoNow(client)
                await Promise.resolve()
                found['await'] = whoNow(client)
                await delay(1)
                found['timer'] = whoNow(client)
                await nextTurn()
                found['immediate'] = whoNow(client)
                await new Promise<void>((resolve) => process.nextTick(resolve))
                found['tick'] = whoNow(client)
                return { body: 'page' }
              },
            },
          ],
        }),
      })

      await site.visit('/', visitor)

      expect(found).toEqual({
        authentication: 'browser_1',
        property: 'browser_1',
        handler: 'browser_1',
        await: 'browser_1',
        timer: 'browser_1',
        immediate: 'browser_1',
        tick: 'browser_1',
      })
      expect(site.client.scope()).toBeUndefined()
    })

    itWhereSeen(harness, 'response')(
      'is found in the callbacks of streams that a handler makes and answers with',
      async () => {
        const found: Record<string, unknown> = {}
        const site = await startSite(harness, {
          build: (client) => ({
            routes: [
              {
                path: '/',
                handle: ({ response }) => {
                  const source = Readable.from(
                    (async function* chunks() {
                      found['source'] = whoNow(client)
                      yield 'one '
                      await nextTurn()
                      found['source later'] = whoNow(client)
                      yield 'two'
                    })(),
                  )
                  const gzip = createGzip()
                  gzip.on('data', () => (found['compressed'] = whoNow(client)))
                  gzip.once('end', () => (found['end'] = whoNow(client)))
                  response.once('finish', () => (found['finish'] = whoNow(client)))
                  response.once('close', () => (found['close'] = whoNow(client)))
                  return { headers: { 'Content-Encoding': 'gzip' }, body: source.pipe(gzip) }
                },
              },
            ],
          }),
        })

        await site.visit('/', visitor)
        await site.settled()

        expect(found).toEqual({
          source: 'browser_1',
          'source later': 'browser_1',
          compressed: 'browser_1',
          end: 'browser_1',
          finish: 'browser_1',
          close: 'browser_1',
        })
      },
    )

    itWhereSeen(harness, 'request')('is found while the body arrives, and after it', async () => {
      const found: unknown[] = []
      const site = await startSite(harness, {
        build: (client) => ({
          routes: [
            {
              method: 'POST',
              path: '/',
              handle: async ({ request }) => {
                request.on('data', () => found.push(whoNow(client)))
                await once(request, 'end')
                return { body: String(whoNow(client)) }
              },
            },
          ],
        }),
      })

      const answer = await site.send('/', {
        method: 'POST',
        headers: { ...visitor, 'content-type': 'application/octet-stream' },
        body: 'a'.repeat(200_000),
      })

      expect(answer.body).toBe('browser_1')
      expect(new Set(found)).toEqual(new Set(['browser_1']))
    })

    it('is found after the framework has parsed a body of JSON', async () => {
      const site = await startSite(harness, {
        build: (client) => ({
          routes: [
            {
              method: 'POST',
              path: '/',
              handle: ({ body }) => ({ body: { body, visitor: whoNow(client) } }),
            },
          ],
        }),
      })

      const answer = await site.send('/', {
        method: 'POST',
        headers: { ...visitor, 'content-type': 'application/json' },
        body: '{"total":1}',
      })

      expect(JSON.parse(answer.body)).toEqual({ body: { total: 1 }, visitor: 'browser_1' })
    })

    it('is found by work that outlives the response, and is nobody else’s there', async () => {
      let release: () => void = () => {}
      const released = new Promise<void>((resolve) => (release = resolve))
      const found: unknown[] = []
      const site = await startSite(harness, {
        build: (client) => ({
          routes: [
            {
              path: '/',
              handle: ({ scope }) => {
                void released.then(() => {
                  found.push(whoNow(client))
                  client.capture({ event: 'mail sent' })
                  scope?.capture('mail opened')
                })
                return { body: 'page' }
              },
            },
          ],
        }),
      })

      await site.visit('/', visitor)
      await site.visit('/', visitorCookie('browser_2'))
      await site.settled()
      release()
      await nextTurn()

      expect(found).toEqual(['browser_1', 'browser_2'])
      const sent = (await site.events()).map(({ event, distinct_id: id }) => `${event} by ${id}`)
      expect(sent).toEqual([
        '$pageview by browser_1',
        '$pageview by browser_2',
        'mail sent by browser_1',
        'mail opened by browser_1',
        'mail sent by browser_2',
        'mail opened by browser_2',
      ])
    })

    it('puts what it knows of its request on the events of client.capture', async () => {
      const site = await startSite(harness, {
        build: (client) => ({
          routes: [
            {
              path: '/orders/:order',
              handle: () => {
                client.capture({ event: 'order placed', properties: { total: 1 } })
                return { body: {} }
              },
            },
          ],
        }),
      })

      await site.send('/orders/7', { headers: visitor })

      const [event] = await site.events()
      expect(event).toMatchObject({ event: 'order placed', distinct_id: 'browser_1' })
      expect(event?.properties).toMatchObject({
        total: 1,
        $pathname: '/orders/7',
        $request_method: 'GET',
        $ip: '127.0.0.1',
        $hedgerow_id_source: 'cookie',
      })
    })
  })
}

import { describe, expect, it } from 'vitest'
import type { AdapterHarness, RouteCall } from './adapter-harness.ts'
import { startSite } from './conformance-site.ts'

/** Milliseconds after which a silent connection is given up. */
const idleMs = 50

/**
 * Has the server give the connection up, as it does by its own `timeout`; but not before the handler has come this far,
 * however slow the machine is.
 */
function giveUpSoon({ request }: RouteCall): void {
  request.socket.setTimeout(idleMs)
}

/** Requests that the server itself ends are settled once. */
export function describeTimeouts(harness: AdapterHarness): void {
  describe('a request that the server gives up', () => {
    it('before the headers is not counted', async () => {
      const site = await startSite(harness, {
        build: () => ({ routes: [{ path: '/', handle: (call) => (giveUpSoon(call), 'raw') }] }),
      })

      await expect(site.visit('/')).rejects.toThrow('socket hang up')

      expect(await site.settled()).toEqual(['not counted, reason: aborted'])
    })

    it('in the middle of a page is counted as aborted', async () => {
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: (call) => {
                call.response.writeHead(200, { 'Content-Type': 'text/html' }).write('<h1>')
                giveUpSoon(call)
                return 'raw'
              },
            },
          ],
        }),
      })

      await expect(site.visit('/')).rejects.toThrow('aborted')

      expect(await site.settled()).toEqual(['counted, reason: page'])
      expect((await site.events())[0]?.properties['$aborted']).toBe(true)
    })

    it('and answers by itself is the page that it answered with', async () => {
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: ({ response }) => {
                response.setTimeout(idleMs, () => {
                  response.writeHead(503, { 'Content-Type': 'text/html', Connection: 'close' })
                  response.end('too late')
                })
                return 'raw'
              },
            },
          ],
        }),
      })

      const answer = await site.visit('/')

      expect([answer.status, answer.body]).toEqual([503, 'too late'])
      expect(await site.settled()).toEqual(['counted, reason: page'])
      expect((await site.events())[0]?.properties).toMatchObject({ $response_status_code: 503, $route: '/' })
    })
  })
}

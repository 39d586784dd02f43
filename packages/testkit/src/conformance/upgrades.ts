import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, it } from 'vitest'
import { documentHeaders } from '../http-client.ts'
import type { AdapterHarness } from './adapter-harness.ts'
import { startSite } from './conformance-site.ts'

const upgrade = { ...documentHeaders, connection: 'Upgrade', upgrade: 'echo' }

/** Connections that become something else than HTTP. */
export function describeUpgrades(harness: AdapterHarness): void {
  describe('an upgrade', () => {
    it('that the server takes is left alone', async () => {
      const site = await startSite(harness, { build: () => ({ routes: [] }) })
      site.server.on('upgrade', (_request: IncomingMessage, socket: Socket) => {
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n')
        socket.pipe(socket)
      })

      const outgoing = request(site.url, { headers: upgrade, agent: false }).end()
      const [response, socket] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Socket]
      socket.write('hello')
      const [echo] = (await once(socket, 'data')) as [Buffer]
      socket.destroy()

      expect([response.statusCode, response.rawHeaders]).toEqual([
        101,
        ['Connection', 'Upgrade', 'Upgrade', 'echo'],
      ])
      expect(String(echo)).toBe('hello')
      expect(await site.settled()).toEqual([])
    })

    it('that a handler takes is settled once, and is no page', async () => {
      const site = await startSite(harness, {
        build: () => ({
          routes: [
            {
              path: '/',
              handle: ({ response }) => {
                response.writeHead(101, { Connection: 'Upgrade', Upgrade: 'echo' })
                response.end()
                return 'raw'
              },
            },
          ],
        }),
      })

      const outgoing = request(site.url, { headers: upgrade, agent: false }).end()
      const [response, socket] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Socket]
      socket.destroy()

      expect(response.statusCode).toBe(101)
      expect(await site.settled()).toEqual(['not counted, reason: status'])
    })

    it.each([
      ['echo', 'document', 'counted, reason: page'],
      ['websocket', 'websocket', 'not counted, reason: upgrade'],
    ])('to %s that nobody takes is answered, and settled once', async (protocol, destination, settlement) => {
      const site = await startSite(harness, {
        build: () => ({ routes: [{ path: '/', handle: () => ({ body: 'page' }) }] }),
      })

      const answer = await site.send('/', {
        headers: { ...upgrade, upgrade: protocol, 'sec-fetch-dest': destination },
      })

      expect([answer.status, answer.body]).toEqual([200, 'page'])
      expect(await site.settled()).toEqual([settlement])
    })
  })
}

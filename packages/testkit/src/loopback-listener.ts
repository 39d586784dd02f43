import { once } from 'node:events'
import { createServer } from 'node:http'
import type { RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'

/** An HTTP server on 127.0.0.1 that can go away and come back on the same port. */
export interface LoopbackListener {
  readonly port: number
  /** Stops listening and destroys every connection; resolves at once when already stopped. */
  stop(): Promise<void>
  /** Listens again on the same port; resolves at once when already listening. */
  restart(): Promise<void>
}

/** Starts listening on a free port. */
export async function startLoopbackListener(onRequest: RequestListener): Promise<LoopbackListener> {
  const server = createServer(onRequest)
  // Idle connections stay: the server must never close one just when the client takes it for a request.
  server.keepAliveTimeout = 0

  async function listen(port: number): Promise<number> {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
    return (server.address() as AddressInfo).port // a TCP server that listens has an address object
  }

  const port = await listen(0)
  return {
    port,
    async stop() {
      if (!server.listening) return
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
    async restart() {
      if (!server.listening) await listen(port)
    },
  }
}

import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Listens on 127.0.0.1, on the preferred port or, when that is taken, on a free one.
 *
 * @returns the address, such as `http://127.0.0.1:3000`.
 */
export async function listen(server: Server, preferredPort: number): Promise<string> {
  try {
    await listenOn(server, preferredPort)
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    await listenOn(server, 0)
  }
  const { port } = server.address() as AddressInfo // a TCP server that listens has an address object
  return `http://127.0.0.1:${port}`
}

async function listenOn(server: Server, port: number): Promise<void> {
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
}

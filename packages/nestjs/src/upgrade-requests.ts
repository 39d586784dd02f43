import type { IncomingMessage, Server } from 'node:http'
import { createNotes } from '@hedgerow/core/adapter'

/** The requests by which connections became WebSockets, noted on their TCP sockets. */
const upgrades = createNotes<IncomingMessage>()

/**
 * Has the upgrade requests of a server found again: `ws` passes one to `handleConnection` alone. It listens only once
 * somebody else does, because a server that nobody listens to answers upgrades as ordinary requests.
 */
export function noteUpgrades(server: Server): void {
  if (server.listenerCount('upgrade') > 0) {
    server.prependListener('upgrade', noteUpgrade)
    return
  }
  server.on('newListener', function begin(event: string) {
    if (event !== 'upgrade') return
    server.off('newListener', begin)
    server.prependListener('upgrade', noteUpgrade)
  })
}

function noteUpgrade(request: IncomingMessage): void {
  upgrades.set(request.socket, request)
}

/** The upgrade request of a client of a gateway: socket.io keeps it, and of `ws` the TCP socket is known. */
export function upgradeRequestOf(client: unknown): unknown {
  if (typeof client !== 'object' || client === null) return undefined
  if ('request' in client) return client.request
  const socket: unknown = '_socket' in client ? client._socket : undefined
  return typeof socket === 'object' && socket !== null ? upgrades.get(socket) : undefined
}

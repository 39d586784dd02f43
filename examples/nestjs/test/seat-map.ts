import { once } from 'node:events'
import { WebSocket } from 'ws'

/** The seat map as somebody has it open. */
export interface OpenSeatMap {
  /** Sends a message. @returns the next one that comes back. */
  ask(event: string, data: unknown): Promise<unknown>
  close(): void
}

/** Opens the seat map with the headers of a browser. */
export async function openSeatMap(url: string, headers: Record<string, string>): Promise<OpenSeatMap> {
  const socket = new WebSocket(url, { headers })
  await once(socket, 'open')
  return {
    async ask(event, data) {
      const answer = once(socket, 'message')
      socket.send(JSON.stringify({ event, data }))
      const [message] = (await answer) as [Buffer]
      return JSON.parse(message.toString()) as unknown
    },
    close: () => socket.close(),
  }
}

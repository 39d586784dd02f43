import { get, type IncomingMessage } from 'node:http'
import { once } from 'node:events'

/** A stream of server-sent events that a visitor has opened. */
export interface OpenEventStream {
  /** Waits until this text has come. */
  received(text: string): Promise<void>
  /** Closes the connection, as a tab does that is closed. */
  leave(): void
}

/** Opens a stream of server-sent events as a browser does. */
export async function openEventStream(
  url: string,
  headers: Readonly<Record<string, string>>,
): Promise<OpenEventStream> {
  const request = get(url, { headers: { ...headers, accept: 'text/event-stream' } })
  const [response] = (await once(request, 'response')) as [IncomingMessage]
  let text = ''
  response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  response.on('error', () => {}) // of leaving
  return {
    async received(expected) {
      while (!text.includes(expected)) await once(response, 'data')
    },
    leave: () => request.destroy(),
  }
}

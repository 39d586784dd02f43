import { once } from 'node:events'
import { type Agent, type IncomingHttpHeaders, type OutgoingHttpHeaders, request } from 'node:http'
import type { IncomingMessage } from 'node:http'
import { connect } from 'node:net'

/** What a browser sends when a person opens a page. */
export const documentHeaders = {
  accept: 'text/html',
  'sec-fetch-dest': 'document',
  'user-agent':
    'Mozilla/5.0 (X11; Linux x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36',
} as const

/** A request to make; it carries these headers and what HTTP itself needs, nothing else. */
export interface HttpRequest {
  readonly method?: string
  readonly headers?: OutgoingHttpHeaders
  readonly body?: string | Buffer
  /** For requests that share connections. @default a connection of its own */
  readonly agent?: Agent
  /** Keeps the request open after this much of its body, and hangs up when the promise resolves. @default none */
  readonly hangUp?: Promise<unknown>
  /** For a server that listens on a path instead of a port. */
  readonly socketPath?: string
}

/** A complete answer. */
export interface HttpAnswer {
  readonly status: number
  readonly headers: IncomingHttpHeaders
  /** Names and values in turn, as they came. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

/** Makes one request with exactly the headers given, which `fetch` cannot do. */
export async function send(url: string, options: HttpRequest = {}): Promise<HttpAnswer> {
  const { method = 'GET', headers = {}, body, agent = false, hangUp, socketPath } = options
  const outgoing = request(url, { method, headers, agent, ...(socketPath && { socketPath }) })
  if (hangUp) {
    outgoing.write(body ?? '')
    void hangUp.then(() => outgoing.destroy())
  } else outgoing.end(body)
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  let text = ''
  response.setEncoding('latin1') // one character for each byte
  for await (const chunk of response) text += String(chunk)
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    rawHeaders: response.rawHeaders,
    body: text,
  }
}

/** Writes text to a port and reads until the server closes the connection. */
export async function sendText(port: number, text: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.setEncoding('latin1')
  socket.write(text.replaceAll('\n', '\r\n'))
  let received = ''
  for await (const chunk of socket) received += String(chunk)
  return received
}

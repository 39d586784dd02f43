import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** Sockets that send at once, each its next request when the last one is answered. */
const sockets = 8

/** Hears of every answer; `index` is its request's. */
type SeeBody = (index: number, body: string) => void

/**
 * Sends requests over connections that stay open, and waits for all answers. Requests are texts already, and of answers
 * only as much is read as it takes to find their end: a whole HTTP client would cost more than the server.
 *
 * @throws Error for an answer other than 200, or one without a length.
 */
export async function sendAll(port: number, requests: readonly string[], see: SeeBody): Promise<void> {
  let next = 0
  const take = () => (next < requests.length ? next++ : undefined)
  await Promise.all(Array.from({ length: sockets }, () => sendSome(port, requests, take, see)))
}

async function sendSome(
  port: number,
  requests: readonly string[],
  take: () => number | undefined,
  see: SeeBody,
): Promise<void> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true })
  try {
    await once(socket, 'connect')
    await exchange(socket, requests, take, see)
  } finally {
    socket.destroy()
  }
}

function exchange(
  socket: Socket,
  requests: readonly string[],
  take: () => number | undefined,
  see: SeeBody,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let received = ''
    let current: number | undefined
    const send = () => {
      current = take()
      if (current === undefined) resolve()
      else socket.write(requests[current] ?? '')
    }
    socket.setEncoding('latin1')
    socket.on('error', reject)
    socket.on('close', () => reject(new Error('the server closed a connection')))
    socket.on('data', (chunk: string) => {
      received += chunk
      try {
        const answer = answerIn(received)
        if (!answer || current === undefined) return
        received = ''
        see(current, answer.body)
        send()
      } catch (problem) {
        reject(problem)
      }
    })
    send()
  })
}

/** The answer, once it is complete. */
function answerIn(text: string): { readonly body: string } | undefined {
  const end = text.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  if (!text.startsWith('HTTP/1.1 200 ')) throw new Error(`expected a 200, got ${text.slice(0, 60)}`)
  const length = /\r\ncontent-length: (\d+)\r\n/i.exec(text.slice(0, end + 2))?.[1]
  if (length === undefined) throw new Error('expected an answer with a Content-Length')
  const body = text.slice(end + 4)
  return body.length < Number(length) ? undefined : { body }
}

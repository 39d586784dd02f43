import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { Agent, type IncomingMessage, request } from 'node:http'
import { documentHeaders } from 'testkit'

const atOnce = 50

/** What a visitor does: of ten, seven read a page, two leave in the middle, one listens to a stream. */
const paths = [
  ...['/products/1', '/products/2', '/products/3', '/unanswered', '/products/4'],
  ...['/products/5', '/events', '/products/6', '/unfinished', '/products/7'],
] as const

/** Makes that many requests, each of a visitor of its own, a few at once; rejects at the first that goes wrong. */
export async function visit(url: string, requests: number): Promise<void> {
  const agent = new Agent({ keepAlive: true, maxSockets: atOnce })
  let next = 0
  const visitor = async () => {
    while (next < requests) await open(url + (paths[next++ % paths.length] ?? ''), agent)
  }
  await Promise.all(Array.from({ length: atOnce }, visitor))
  agent.destroy()
}

async function open(url: string, agent: Agent): Promise<void> {
  const state = JSON.stringify({ distinct_id: randomUUID() })
  const cookie = `ph_phc_heap_posthog=${encodeURIComponent(state)}`
  const outgoing = request(url, { agent, headers: { ...documentHeaders, cookie } }).end()
  if (url.endsWith('/unanswered')) {
    await once(outgoing, 'information') // the handler has the request
    return hangUp(outgoing)
  }
  const [response] = (await once(outgoing, 'response')) as [IncomingMessage]
  if (url.includes('/products/')) {
    response.resume()
    await once(response, 'end')
    return
  }
  response.on('error', () => {}) // cut off, as it should be
  await once(response, 'data')
  hangUp(outgoing)
}

function hangUp(outgoing: ReturnType<typeof request>): void {
  outgoing.on('error', () => {}) // a socket that hangs up is the point
  outgoing.destroy()
}

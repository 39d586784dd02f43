import { gunzipSync } from 'node:zlib'
import type { IncomingMessage } from 'node:http'
import { listen } from './app.ts'

/** What arrived about one visitor. */
export interface VisitorTally {
  pageviews: number
  exposures: number
  /** Values of flags as the last pageview had them. */
  flags: Record<string, unknown>
}

/** What arrived, by distinct id. */
export type Tally = Record<string, VisitorTally>

interface Post {
  readonly body: Buffer
  readonly isCompressed: boolean
}

interface ReceivedEvent {
  readonly event: string
  readonly distinct_id: string
  readonly properties: Readonly<Record<string, unknown>>
}

/** Bodies as they came, by host: nothing is looked at while others measure. */
const posts = new Map<string, Post[]>()

/** Swallows events on a port of its own. @returns the host for a client */
export async function open(): Promise<string> {
  const received: Post[] = []
  const port = await listen((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      received.push({ body: Buffer.concat(chunks), isCompressed: isCompressed(request) })
      response.setHeader('Content-Type', 'application/json')
      response.end('{"status":1}')
    })
  })
  const host = `http://127.0.0.1:${port}`
  posts.set(host, received)
  return host
}

/** What arrived at a host since it was last asked. */
export function take(host: string): Tally {
  const tally: Tally = {}
  for (const { body, isCompressed } of posts.get(host)?.splice(0) ?? []) {
    const text = (isCompressed ? gunzipSync(body) : body).toString()
    const { batch } = JSON.parse(text) as { batch: readonly ReceivedEvent[] }
    for (const event of batch) add(tally, event)
  }
  return tally
}

function isCompressed({ headers, url }: IncomingMessage): boolean {
  return headers['content-encoding'] === 'gzip' || (url ?? '').includes('compression=gzip')
}

function add(tally: Tally, { event, distinct_id: distinctId, properties }: ReceivedEvent): void {
  const visitor = (tally[distinctId] ??= { pageviews: 0, exposures: 0, flags: {} })
  if (event === '$feature_flag_called') visitor.exposures++
  if (event !== '$pageview') return
  visitor.pageviews++
  visitor.flags = Object.fromEntries(
    Object.entries(properties)
      .filter(([name]) => name.startsWith('$feature/'))
      .map(([name, value]) => [name.slice('$feature/'.length), value]),
  )
}

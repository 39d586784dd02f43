import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { streamSSE } from 'hono/streaming'
import type { EventLog, LogEntry } from './event-log.ts'
import { streamLog } from './log-stream.ts'

const DEFAULT_LIMIT = 100
const MAX_LIMIT = 1000

/** What the page and scripts read: the received events and flags calls, as lists and as a live stream. */
export function inspectorRoutes(log: EventLog): Hono {
  const routes = new Hono({ strict: false })

  routes.get('/api/events', (c) => {
    const list = newestFirst(log.entriesOf('event'), 'events', limitFrom(c.req.query('limit')))
    return c.body(list, 200, { 'Content-Type': 'application/json' })
  })

  routes.get('/api/calls', (c) => {
    const list = newestFirst(log.entriesOf('flags-call'), 'calls', limitFrom(c.req.query('limit')))
    return c.body(list, 200, { 'Content-Type': 'application/json' })
  })

  routes.delete('/api/events', (c) => {
    log.clear()
    return c.body(null, 204)
  })

  routes.get('/api/stream', (c) => {
    return streamSSE(c, (stream) => streamLog(log, stream, c.req.header('last-event-id')))
  })

  return routes
}

function newestFirst(entries: readonly LogEntry[], name: string, limit: number): string {
  const newest = entries.slice(-limit).reverse()
  return `{"${name}":[${newest.map((entry) => entry.json).join(',')}],"total":${entries.length}}`
}

function limitFrom(query: string | undefined): number {
  if (query === undefined) return DEFAULT_LIMIT
  if (!/^[1-9]\d*$/.test(query)) {
    throw new HTTPException(400, { message: `limit must be a whole number from 1 to ${MAX_LIMIT}.` })
  }
  return Math.min(Number(query), MAX_LIMIT)
}

import { Hono } from 'hono'
import { crossOrigin } from './cross-origin.ts'
import { decodeBody } from './decode-body.ts'
import { eventsFromBody } from './event-batch.ts'
import type { EventLog } from './event-log.ts'
import { readBody } from './read-body.ts'

const CAPTURE_PATHS = ['/batch', '/capture', '/e', '/i/v0/e', '/track']

/** The endpoints that take events: the one of server SDKs and the older names that browsers use. */
export function captureRoutes(log: EventLog): Hono {
  const routes = new Hono({ strict: false })

  routes.on(['OPTIONS', 'POST'], CAPTURE_PATHS, crossOrigin, async (c) => {
    const events = eventsFromBody(await decodeBody(await readBody(c.req.raw)))
    log.appendEvents(events, new URL(c.req.url).pathname)
    return c.req.query('beacon') === '1' ? c.body(null, 204) : c.json({ status: 1 })
  })

  return routes
}

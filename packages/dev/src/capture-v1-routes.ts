import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { captureV1ErrorBody } from './capture-v1-error.ts'
import { eventsFromV1Body } from './capture-v1-batch.ts'
import { requireCaptureV1Headers } from './capture-v1-headers.ts'
import { crossOrigin } from './cross-origin.ts'
import { decodeJsonBody } from './decode-body.ts'
import type { EventLog } from './event-log.ts'
import { readBody } from './read-body.ts'

/** The endpoint of capture v1: it answers every event by itself, and refuses with tags that a client can tell apart. */
export function captureV1Routes(log: EventLog): Hono {
  const routes = new Hono({ strict: false })

  routes.onError((error, c) => {
    if (!(error instanceof HTTPException)) throw error
    return c.json(captureV1ErrorBody(error), error.status)
  })

  routes.on(['OPTIONS', 'POST'], '/i/v1/analytics/events', crossOrigin, async (c) => {
    const requestId = c.req.header('posthog-request-id')
    if (requestId !== undefined) c.header('PostHog-Request-Id', requestId)
    // Before the headers are judged: many clients read no answer until they have sent everything.
    const body = await readBody(c.req.raw)
    const { library } = requireCaptureV1Headers(c.req.raw.headers)
    const isGzip = /^gzip$/i.test(c.req.header('content-encoding') ?? '')
    const events = eventsFromV1Body(await decodeJsonBody(body, isGzip), library)
    log.appendEvents(events, new URL(c.req.url).pathname)
    return c.json({ results: Object.fromEntries(events.map(({ uuid }) => [uuid, ACCEPTED])) })
  })

  return routes
}

const ACCEPTED = { result: 'ok', details: null }

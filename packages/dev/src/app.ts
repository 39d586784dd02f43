import { Hono } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { secureHeaders } from 'hono/secure-headers'
import { captureRoutes } from './capture-routes.ts'
import { captureV1Routes } from './capture-v1-routes.ts'
import type { EventLog } from './event-log.ts'
import { flagRoutes } from './flag-routes.ts'
import type { FlagSource } from './flag-source.ts'
import { inspectorRoutes } from './inspector-routes.ts'
import { loopbackOnly } from './loopback-only.ts'
import { pageRoutes } from './page-routes.ts'

/** What the routes work with. */
export interface AppParts {
  readonly log: EventLog
  readonly flags: FlagSource
  /** Takes one line about something that the developer should see. */
  readonly report: (line: string) => void
}

/**
 * All endpoints of the server. Refusals are `{ "error": … }` with a sentence that says what is wrong; only capture
 * v1 has a form of its own.
 */
export function createApp({ log, flags, report }: AppParts): Hono {
  const app = new Hono({ strict: false })

  app.onError((error, c) => {
    if (error instanceof HTTPException) return c.json({ error: error.message }, error.status)
    report(`${c.req.method} ${c.req.path} failed: ${error.message}`)
    return c.json({ error: 'The dev server failed at this request; its terminal says more.' }, 500)
  })
  app.notFound((c) => c.json({ error: `The dev server has no ${c.req.method} ${c.req.path}.` }, 404))

  app.route('/', captureRoutes(log))
  app.route('/', captureV1Routes(log))
  app.use('/api/*', loopbackOnly)
  app.route('/', flagRoutes(flags, log))
  app.use(pageHeaders)
  app.route('/', inspectorRoutes(log))
  app.route('/', pageRoutes())
  return app
}

/** Event contents are hostile: even if one got past the page's escaping, no script of theirs would run. */
const pageHeaders = secureHeaders({
  contentSecurityPolicy: {
    defaultSrc: ["'self'"],
    objectSrc: ["'none'"],
    baseUri: ["'none'"],
    formAction: ["'none'"],
    frameAncestors: ["'none'"],
  },
  strictTransportSecurity: false,
})

import type { MiddlewareHandler } from 'hono'
import { HTTPException } from 'hono/http-exception'

const LOOPBACK_HOST = /^(?:localhost|127\.\d{1,3}\.\d{1,3}\.\d{1,3}|\[::1\])(?::\d+)?$/i

/**
 * Refuses a request that came under another name than this machine's own. A web page elsewhere can make its own
 * host name resolve to 127.0.0.1 and would then read the events as if they were from its own origin.
 */
export const loopbackOnly: MiddlewareHandler = async (c, next) => {
  if (!LOOPBACK_HOST.test(c.req.header('host') ?? '')) {
    throw new HTTPException(403, { message: 'This endpoint answers only as localhost, 127.0.0.1 or [::1].' })
  }
  await next()
}

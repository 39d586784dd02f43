import type { ErrorRequestHandler } from 'express'
import { watchOf } from './response-watches.ts'

/**
 * Keeps the route of a failed request on its pageview, also when the error page comes from elsewhere, and passes the
 * error on as it is. Mount it after the routes and before your own error handler.
 *
 * @example
 * app.use(hedgerowErrors())
 * app.use(myErrorPage)
 */
export function hedgerowErrors(): ErrorRequestHandler {
  return function hedgerowErrors(error, _req, res, next) {
    watchOf(res)?.noteRoute()
    next(error)
  }
}

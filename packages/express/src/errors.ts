import type { ErrorRequestHandler } from 'express'
import { scopeOf } from './middleware.ts'
import { knownWatchOf } from './mounts.ts'

/** Options of `hedgerowErrors`. */
export interface ErrorOptions {
  /** Of the client that captures the errors, where there are several. @default 'hedgerow' */
  readonly name?: string | undefined
}

/**
 * Captures the errors of failed requests as `$exception` of their visitors, once the response is over and only if its
 * status is at least 500, and keeps the route of a failed request on its pageview. It only observes: every error goes on
 * as it is. Mount it after the routes and before your own error handler.
 *
 * @example
 * app.use(hedgerowErrors())
 * app.use(myErrorPage)
 */
export function hedgerowErrors({ name = 'hedgerow' }: ErrorOptions = {}): ErrorRequestHandler {
  return function hedgerowErrors(error, req, res, next) {
    knownWatchOf(res)?.noteRoute()
    const scope = scopeOf(req, name)
    // A scope of an older installed copy of core does not observe.
    if (typeof scope?.observe === 'function') scope.observe(error)
    next(error)
  }
}

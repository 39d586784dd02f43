import type { Hedgerow, RequestOptions, RequestScope } from '@hedgerow/core'
import { emitInside, expressRouteTemplate, factsFromExpress, type RequestLayer } from '@hedgerow/core/adapter'
import type { Request, RequestHandler, Response } from 'express'
import { knownWatchOf, rememberLayer, watchOf } from './mounts.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who the visitor is and what their flags say; set by the `hedgerow` middleware. */
      hedgerow: RequestScope
    }
    interface Locals {
      /** The same scope, for templates. */
      hedgerow: RequestScope
    }
  }
}

/**
 * Gives every request after it a scope on `req.hedgerow` and `res.locals.hedgerow`, and captures one server pageview when
 * the response of a page has closed.
 *
 * Mount it before the routes, with `trust proxy` set as your deployment needs it: address, protocol and host are what
 * Express reports by that setting. It never fails a request. A second client in the same application needs a `name`.
 *
 * @throws ConfigError at once for an option that cannot work.
 * @example
 * app.use(hedgerow(client, { identity: { resolve: (req) => req.session?.userId } }))
 * app.get('/', (req, res) => res.send(req.hedgerow.flags.isEnabled('hero') ? 'new' : 'old'))
 */
export function hedgerow(client: Hedgerow, options: RequestOptions<Request> = {}): RequestHandler {
  const layer = client.requestLayer(options)
  rememberLayer(client, layer)

  return function hedgerow(req, res, next) {
    const watch =
      knownWatchOf(res) ?? watchOf(res, { now: layer.now, readRoute: () => expressRouteTemplate(req) })
    const scope = layer.open(req, factsFromExpress(req), watch)
    if (scopeOf(req, layer.name) === scope) return scope.run(next) // mounted twice
    attach(scope, layer, req, res)
    emitInside(req, scope)
    // 'close' follows a finished and an aborted response alike. Listen before waiting: the visitor may leave meanwhile.
    res.on('close', () => scope.end(watch.facts()))
    if (!scope.ready) return scope.run(next)
    // `ready` never rejects; what a handler throws from here on is Express's, as it is without us.
    scope.ready.then(() => scope.run(next), next)
  }
}

/** What a request has under the name of a client: its scope, below the middleware. */
export function scopeOf(req: Request, name: string): RequestScope | undefined {
  return byName(req)[name]
}

/** Typed for the default name only, and as always there, which holds only below the middleware. */
function byName(carrier: object): Partial<Record<string, RequestScope>> {
  return carrier
}

/** What has the name already keeps it, and the application hears of it. */
function attach(scope: RequestScope, layer: RequestLayer, req: Request, res: Response): void {
  const { name } = layer
  if (name in req) return layer.report(layer.nameTaken())
  byName(req)[name] = scope
  byName(res.locals)[name] = scope
}

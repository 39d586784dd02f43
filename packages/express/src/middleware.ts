import type { Hedgerow, RequestOptions, RequestScope } from '@hedgerow/core'
import { expressRouteTemplate, factsFromExpress, watchNodeResponse } from '@hedgerow/core/adapter'
import type { Request, RequestHandler } from 'express'
import { rememberWatch } from './response-watches.ts'

declare global {
  namespace Express {
    interface Request {
      /** Who the visitor is and what their flags say; set by the `hedgerow` middleware. */
      hedgerow: RequestScope
    }
  }
}

/**
 * Gives every request after it a scope on `req.hedgerow`, and captures one server pageview when the response of a page
 * has closed.
 *
 * Mount it before the routes, with `trust proxy` set as your deployment needs it: address, protocol and host are what
 * Express reports by that setting. It never fails a request.
 *
 * @throws ConfigError at once for an option that cannot work.
 * @example
 * app.use(hedgerow(client, { identity: { resolve: (req) => req.session?.userId } }))
 * app.get('/', (req, res) => res.send(req.hedgerow.flags.isEnabled('hero') ? 'new' : 'old'))
 */
export function hedgerow(client: Hedgerow, options: RequestOptions<Request> = {}): RequestHandler {
  const layer = client.requestLayer(options)

  return function hedgerow(req, res, next) {
    const watch = watchNodeResponse(res, {
      now: () => layer.now(),
      readRoute: () => expressRouteTemplate(req),
    })
    rememberWatch(res, watch)
    const scope = layer.open(req, factsFromExpress(req), watch)
    req.hedgerow = scope
    if (hasBody(req)) emitInside(req, scope)
    // 'close' follows a finished and an aborted response alike. Listen before waiting: the visitor may leave meanwhile.
    res.once('close', () => scope.end(watch.facts()))
    if (!scope.ready) return scope.run(next)
    // `ready` never rejects; what a handler throws from here on is Express's, as it is without us.
    scope.ready.then(() => scope.run(next), next)
  }
}

function hasBody({ headers }: Request): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined
}

/**
 * Node emits what arrives of a body outside of any asynchronous context; a body parser that calls on from such an event
 * would leave `client.scope()` empty in the handlers behind it.
 */
function emitInside(req: Request, scope: RequestScope): void {
  const { emit } = req
  req.emit = function (this: Request, ...event: Parameters<typeof emit>) {
    return scope.run(() => emit.apply(this, event))
  }
}

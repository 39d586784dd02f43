import {
  emitInside,
  type ExpressFactsRequest,
  type ExpressRequest,
  expressRouteTemplate,
  factsFromExpress,
  type NodeBody,
  type NodeEnding,
  type NodeResponse,
  onceEnded,
  type RequestLayer,
  watchNodeResponse,
} from '@hedgerow/core/adapter'
import { attachScope } from './request-scope-property.ts'
import { scopesOn } from './scope-notes.ts'

type Request = ExpressFactsRequest & ExpressRequest & NodeBody
type Response = NodeResponse & NodeEnding

/** The middleware that opens the scope of every request on Express, and sees to its end. */
export function expressScopes(
  layer: RequestLayer,
): (request: Request, response: Response, next: () => void) => void {
  return function hedgerow(request, response, next) {
    const watch = watchNodeResponse(response, {
      now: layer.now,
      readRoute: () => expressRouteTemplate(request),
    })
    const scope = layer.open(request, factsFromExpress(request), watch)
    if (scopesOn(request).get(layer.name) === scope) return scope.run(next) // mounted twice
    attachScope(request, layer, scope)
    emitInside(request, scope)
    onceEnded(response, () => scope.end(watch.facts()))
    scope.run(next)
  }
}

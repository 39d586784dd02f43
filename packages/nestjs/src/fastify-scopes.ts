import {
  emitInside,
  factsFromFastify,
  type FastifyFactsRequest,
  type FastifyRouteRequest,
  fastifyRouteTemplate,
  type NodeBody,
  type NodeEnding,
  type NodeResponse,
  onceEnded,
  type RequestLayer,
  watchNodeResponse,
} from '@hedgerow/core/adapter'
import { attachScope } from './request-scope-property.ts'
import { scopesOn } from './scope-notes.ts'

/** The parts of Fastify 5 that are used here; its own types would be needed by users of Express too. */
interface Request extends FastifyFactsRequest, FastifyRouteRequest {
  readonly raw: FastifyFactsRequest['raw'] & NodeBody
  readonly routeOptions: { readonly url?: string | undefined }
}
interface Reply {
  readonly raw: NodeResponse & NodeEnding
}
type Hook = (request: Request, reply: Reply, done: () => void) => unknown

/** An instance of Fastify. */
export interface FastifyApp {
  hasRequestDecorator(name: string): boolean
  decorateRequest(name: string, value: null): unknown
  addHook(name: 'onRequest', hook: Hook): unknown
}

/** Nest's adapter for Fastify. */
export interface FastifyPlatform {
  getInstance(): FastifyApp
  setOnRequestHook(hook: Hook): void
}

/**
 * Opens the scope of every request on Fastify, before Nest's middleware, and sees to its end.
 *
 * Nest runs middleware in a hook of Fastify that it adds before any module exists; only its own request hook comes before
 * that one. It has room for one function, which the application may replace: then the scope opens after the middleware.
 *
 * @throws ConfigError when the name is taken.
 */
export function mountOnFastify(platform: FastifyPlatform, layer: RequestLayer): void {
  const app = platform.getInstance()
  if (app.hasRequestDecorator(layer.name)) throw layer.nameTaken()
  app.decorateRequest(layer.name, null)
  const open = scopeHook(layer)
  const before = Reflect.get(platform, 'onRequestHook') as Hook | undefined
  platform.setOnRequestHook((request, reply, done) => {
    let answer: unknown
    open(request, reply, () => {
      answer = before ? before.call(platform, request, reply, done) : done()
    })
    return answer // of a hook of the application, which may be a promise that Nest waits for
  })
  app.addHook('onRequest', open)
}

function scopeHook(layer: RequestLayer): (request: Request, reply: Reply, done: () => void) => void {
  return function hedgerow(request, reply, done) {
    if (scopesOn(request).get(layer.name)) return done()
    const { url } = request.routeOptions
    const watch = watchNodeResponse(reply.raw, {
      now: layer.now,
      readRoute: () => fastifyRouteTemplate(request, url),
    })
    const scope = layer.open(request, factsFromFastify(request), watch)
    attachScope(request, layer, scope)
    attachScope(request.raw, layer, scope) // what middleware sees
    emitInside(request.raw, scope)
    onceEnded(reply.raw, () => scope.end(watch.facts()))
    scope.run(done)
  }
}

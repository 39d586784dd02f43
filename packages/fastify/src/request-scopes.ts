import type { RequestScope } from '@hedgerow/core'
import {
  createNotes,
  emitInside,
  factsFromFastify,
  fastifyRouteTemplate,
  onceEnded,
  type RequestLayer,
  watchNodeResponse,
} from '@hedgerow/core/adapter'
import type { FastifyReply, FastifyRequest, RouteOptions } from 'fastify'
import type { Done } from './flag-gate.ts'
import { RoutePolicies, type RoutePolicy } from './route-config.ts'
import { offMark } from './switch-off.ts'

/** A request whose scope is open. */
interface OpenRequest {
  readonly scope: RequestScope
  readonly policy: RoutePolicy
  /** The route has `admit` as the last of its own hooks. */
  readonly isAdmittedLast: boolean
}

/** The hooks of one registration: each opens a scope in time, lets the request in, and sees to the scope's end. */
export class RequestScopes {
  /** What `open` found out; nothing where Hedgerow is switched off. */
  readonly #opened = createNotes<OpenRequest>()
  readonly #name: string
  readonly #layer: RequestLayer
  readonly #policies: RoutePolicies
  readonly #admittedLast = Symbol('hedgerow.admittedLast')
  readonly #offMark: symbol

  constructor(layer: RequestLayer) {
    this.#name = layer.name
    this.#layer = layer
    this.#policies = new RoutePolicies(layer.name)
    this.#offMark = offMark(layer.name)
  }

  /**
   * For `onRoute`: lets requests in after the route's own hooks, where authentication is often one of them.
   *
   * @throws ConfigError for a route config that cannot work.
   */
  readonly prepareRoute = (route: RouteOptions): void => {
    if (!this.#policies.of(route.config, () => `${[route.method].flat().join(', ')} ${route.url}`)) return
    // The one for HEAD that Fastify adds to a GET route is made of the same options, so they are not changed in place.
    route.config = { ...route.config, [this.#admittedLast]: true }
    route.preHandler = [...[route.preHandler ?? []].flat(), this.#admit]
  }

  /** For `onRequest`: opens the scope, and runs everything that follows in it. */
  readonly open = (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const { url, config } = request.routeOptions
    const policy = this.#policies.of(config, () => `${request.method} ${url}`)
    if (!policy || this.#offMark in request.server) return done()
    const watch = watchNodeResponse(reply.raw, {
      now: this.#layer.now,
      readRoute: () => fastifyRouteTemplate(request, url),
      pageview: policy.pageview,
    })
    const scope = this.#layer.open(request, factsFromFastify(request), watch)
    Reflect.set(request, this.#name, scope)
    const isAdmittedLast = Reflect.has(config, this.#admittedLast)
    this.#opened.set(request, { scope, policy, isAdmittedLast })
    emitInside(request.raw, scope)
    onceEnded(reply.raw, () => scope.end(watch.facts()))
    scope.run(done)
  }

  /** For `preHandler`: routes that `onRoute` did not tell of, and what no route matches, are let in here. */
  readonly admitOthers = (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    if (this.#opened.get(request)?.isAdmittedLast === false) this.#admit(request, reply, done)
    else done()
  }

  /** For `onError`: what failed the request is captured as the visitor's, when the response is over. */
  readonly observe = (
    request: FastifyRequest,
    _reply: FastifyReply,
    error: Error,
    done: () => void,
  ): void => {
    const open = this.#opened.get(request)
    // A scope of an older installed copy of core does not observe.
    if (open?.policy.capture && typeof open.scope.observe === 'function') open.scope.observe(error)
    done()
  }

  /** Waits for the flags that are loaded ahead, and asks the route's gate. */
  readonly #admit = (request: FastifyRequest, reply: FastifyReply, done: Done): void => {
    const open = this.#opened.get(request)
    if (!open) return done()
    const { scope, policy } = open
    const { ready } = scope
    const goOn = () => (policy.gate ? policy.gate(scope, request, reply, done) : done())
    // `ready` never rejects; what goes wrong behind `done` is Fastify's, as it is without us.
    if (ready) void ready.then(goOn)
    else goOn()
  }
}

import { ActiveScope, type ScopeEnvironment } from './active-scope.ts'
import type { RequestFacts, ResponseCookies } from './request-facts.ts'
import type { RequestScope } from './request-scope.ts'

/** Opens scopes; made once per mount by `client.requestLayer(options)`. */
export interface RequestLayer {
  /**
   * Opens the scope of a request, synchronously. A request that has one already, because the client is mounted twice,
   * keeps it.
   *
   * @param carrier the framework's request: what the resolver gets, and what the scope belongs to.
   */
  open(carrier: object, facts: RequestFacts, response: ResponseCookies): RequestScope
  /** The client's clock, for times that an adapter notes on a response. */
  now(): number
}

/** @param scopes of all layers of one client, by carrier. */
export function createRequestLayer(
  environment: ScopeEnvironment,
  scopes: WeakMap<object, RequestScope>,
): RequestLayer {
  return {
    open(carrier, facts, response) {
      const existing = scopes.get(carrier)
      if (existing) {
        environment.warnings.warn(
          'mounted-twice',
          () =>
            'the same client is mounted twice on one path, and the second mount does nothing; remove one of them',
        )
        return existing
      }
      const scope = new ActiveScope(environment, carrier, facts, response)
      scopes.set(carrier, scope)
      return scope
    },
    now: () => environment.client.runtime.now(),
  }
}

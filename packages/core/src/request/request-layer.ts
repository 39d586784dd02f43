import { ConfigError, type DeliveryReport } from '../errors.ts'
import type { ObjectNotes } from '../object-notes.ts'
import { ActiveScope } from './active-scope.ts'
import type { RequestFacts, ResponseCookies } from './request-facts.ts'
import type { RequestScope } from './request-scope.ts'
import { type ScopeEnvironment, ScopeParts } from './scope-parts.ts'

/** Opens scopes; made once per mount by `client.requestLayer(options)`. */
export interface RequestLayer {
  /** Property of the framework's request under which an adapter attaches the scope. */
  readonly name: string
  /**
   * Opens the scope of a request, synchronously. A request that has one already, because the client is mounted twice,
   * keeps it.
   *
   * @param carrier the framework's request: what the resolver gets, and what the scope belongs to.
   */
  open(carrier: object, facts: RequestFacts, response: ResponseCookies): RequestScope
  /** The client's clock, for times that an adapter notes on a response. */
  readonly now: () => number
  /**
   * What to throw where another client, or the framework itself, has a property of this name already. An adapter that
   * learns of it while a request is served passes it to `report` instead.
   */
  nameTaken(): ConfigError
  /** Tells the application of its mistake, once: log, `onError` and the `error` event. */
  report(error: ConfigError): void
  /**
   * To be called when the application has stopped serving: waits until open scopes have ended, and ends those as aborted
   * that have not in time. Never rejects.
   */
  endScopes(timeoutMs: number): Promise<void>
  /** Sends what the client holds, and leaves it working. Never rejects. @returns what became of it within the time. */
  drain(timeoutMs: number): Promise<DeliveryReport>
}

/** @param scopes of all layers of one client, by carrier. */
export function createRequestLayer(
  environment: ScopeEnvironment,
  scopes: ObjectNotes<RequestScope>,
): RequestLayer {
  const { client, options, warnings, openScopes } = environment
  const reported = new Set<string>()
  return {
    name: options.name,
    open(carrier, facts, response) {
      const existing = scopes.get(carrier)
      if (existing) {
        warnings.warn(
          'mounted-twice',
          () =>
            'the same client is mounted twice on one path, and the second mount does nothing; remove one of them',
        )
        return existing
      }
      const scope = new ActiveScope(new ScopeParts(environment, carrier, facts, response))
      scopes.set(carrier, scope)
      if (response.facts) openScopes.add(scope)

      return scope
    },
    now: () => client.runtime.now(),
    nameTaken: () =>
      new ConfigError(
        `name ${options.name} is taken: another client, or the framework, has that property of requests already; give this client another name`,
        { code: 'name-taken' },
      ),
    report(error) {
      if (reported.has(error.code)) return
      reported.add(error.code)
      client.report(error)
    },
    endScopes: (timeoutMs) => openScopes.end(timeoutMs),
    drain: (timeoutMs) => client.drain(timeoutMs),
  }
}

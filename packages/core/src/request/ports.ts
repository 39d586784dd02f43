import type { ContextFrame } from '../context.ts'
import type { DeliveryReport, HedgerowError } from '../errors.ts'
import type { FlagAnswer, FlagObserver, FlagResult, FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import type { Logger } from '../logger.ts'
import type { Runtime } from '../runtime.ts'
import type { UuidSource } from '../runtime/uuid.ts'
import type { RequestScope } from './request-scope.ts'
import type { ScopedEvent } from './scoped-event.ts'
import type { UrlRules } from '../url-rules.ts'

/** Whoever knows whether a visitor agrees to what is about them being sent; a request scope is one. */
export interface Consented {
  readonly hasConsent: boolean
}

/** A flag that was read in a scope. */
export interface FlagRead {
  readonly distinctId: string
  readonly result: FlagResult
  /** PostHog's, if it was asked. */
  readonly answer: FlagAnswer | undefined
  readonly groups: Readonly<Record<string, string>>
  /** The read's own wish; undefined follows the client's option. */
  readonly sendEvents: boolean | undefined
}

/** An exception of a scope, on its way to the client. */
export interface ThrownInScope {
  readonly thrown: unknown
  readonly mechanism: { readonly type: 'generic' | 'middleware'; readonly handled: boolean }
  /** Stack of the reporting code, for a thrown value without one. */
  readonly callerStack: string | undefined
  readonly consent: Consented
  /** What URLs in its messages pass. */
  readonly urls: UrlRules
  /** The `$exception` of the visitor, which the client describes; reads what the caller passed, and may throw. */
  event(): ScopedEvent
}

/** What the request layer needs of the client. */
export interface ScopeClient {
  readonly token: string
  /** A disabled client gets no cookies and no events; scopes work all the same. */
  readonly disabled: boolean
  /** The user turned GeoIP off, for requests with a known address too. */
  readonly geoipForcedOff: boolean
  /** Parts of user agents that mean a bot here, in lower case. */
  readonly ownBotTokens: readonly string[]
  readonly runtime: Runtime
  readonly uuids: UuidSource
  readonly logger: Logger
  /** Takes an event, if there is consent; `make` reads what the caller passed, and may throw or find that there is none. */
  push(make: () => ScopedEvent | undefined, consent: Consented): void
  /** Whether it is known that a flag was read by a visitor who agrees, so that there is nothing to report. */
  isExposed(read: FlagRead): boolean
  /** Reports that a flag was read, if that is news; `address` makes the scope's event of what the client says about it. */
  expose(
    read: FlagRead,
    address: (properties: Record<string, unknown>) => ScopedEvent,
    consent: Consented,
  ): void
  /** Takes an exception; describes it in its own time. */
  pushException(exception: ThrownInScope): void
  /** Tells the application of a mistake in how it uses us: log, `onError` and the `error` event. */
  report(error: HedgerowError): void
  /** Sends what the client holds, within the time. Never rejects. */
  drain(timeoutMs: number): Promise<DeliveryReport>
  /** Counts a pageview that was left out because a bot asked for it. */
  refuseBot(): void
  /** Runs something so that the client finds the ground's scope in everything that it calls and awaits. */
  runOn<T>(ground: ContextFrame<RequestScope>, callback: () => T): T
  /** Makes `flush` and `shutdown` wait for an event in preparation. The promise must settle soon and never reject. */
  hold(preparation: Promise<void>): void
}

/** What the request layer needs of the flags. */
export interface ScopeFlagReader {
  snapshot(subject: FlagSubject, observer: FlagObserver): FlagSnapshot
}

/**
 * Which ids belong to a user already, so that no login joins two users. It answers at once, as a login queues its event in
 * the same tick: links shared by several processes are kept in memory and passed on.
 */
export interface IdentityLinks {
  /** Gives an id to a user for good. @returns false when it belonged to somebody before, this user included. */
  claim(id: string, userId: string): boolean
  /** Whether the id belongs to a user. */
  isClaimed(id: string): boolean
}

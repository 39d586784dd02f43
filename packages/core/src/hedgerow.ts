import type { ClientStats } from './capture/delivery-ledger.ts'
import type { ClientHealth } from './client/client-health.ts'
import type { FlagMethods } from './client/flag-methods.ts'
import type { ContextData, ContextOptions } from './context.ts'
import type { Listener } from './emitter.ts'
import type { DeliveryReport } from './errors.ts'
import type { IngestProxyOptions } from './ingest-proxy/ingest-options.ts'
import type { IngestProxy } from './ingest-proxy/ingest-proxy.ts'
import type {
  AliasMessage,
  CaptureMessage,
  GroupIdentifyMessage,
  IdentifyMessage,
  SetPersonPropertiesMessage,
  UnsetPersonPropertiesMessage,
} from './messages.ts'
import type { FlagSnapshot } from './flag-snapshot.ts'
import type { RequestLayer } from './request/request-layer.ts'
import type { RequestOptions } from './request/request-options.ts'
import type { RequestScope } from './request/request-scope.ts'

/** The public part of `FlagMethods`, without what ties it to one installed copy. */
type FlagCalls = { [Name in keyof FlagMethods]: FlagMethods[Name] }

/** What adapters and applications use of a client; two installed copies of Hedgerow fit each other through it. */
export interface Hedgerow extends FlagCalls {
  /** Queues an event, synchronously. Never throws; an event that cannot be taken is counted and reported. */
  capture(message: CaptureMessage): void
  /** Sets person properties (`$identify`). */
  identify(message: IdentifyMessage): void
  /** Says that two ids are one person (`$create_alias`). */
  alias(message: AliasMessage): void
  /** Sets group properties (`$groupidentify`). */
  groupIdentify(message: GroupIdentifyMessage): void
  /** Sets person properties without a login (`$set`); nothing is sent when none are given. */
  setPersonProperties(message: SetPersonPropertiesMessage): void
  /** Removes person properties (`$set` with `$unset`). */
  unsetPersonProperties(message: UnsetPersonPropertiesMessage): void
  /**
   * Captures whatever was thrown as `$exception`, with its stack, causes and the source around it; the same error object
   * once. Who it happened to is as for `capture`.
   */
  captureException(
    thrown: unknown,
    distinctId?: string,
    properties?: Record<string, unknown>,
    uuid?: string,
    flags?: FlagSnapshot,
  ): void
  /** As `capture`, in a request of its own. Resolves when the event was sent or given up; never rejects. */
  captureImmediate(message: CaptureMessage): Promise<void>
  /** As `identify`, in a request of its own. */
  identifyImmediate(message: IdentifyMessage): Promise<void>
  /** As `alias`, in a request of its own. */
  aliasImmediate(message: AliasMessage): Promise<void>
  /** As `groupIdentify`, in a request of its own. */
  groupIdentifyImmediate(message: GroupIdentifyMessage): Promise<void>
  /** As `captureException`, in a request of its own. */
  captureExceptionImmediate(
    thrown: unknown,
    distinctId?: string,
    properties?: Record<string, unknown>,
    uuid?: string,
    flags?: FlagSnapshot,
  ): Promise<void>
  /** Adds properties to every captured event from now on, beneath those of context and caller. */
  register(properties: Record<string, unknown>): void
  /** Takes back a property that `register` added. */
  unregister(name: string): void
  /** Captures events (again). */
  enable(): Promise<void>
  /** Captures nothing until `enable()`; what is queued is still sent. */
  disable(): Promise<void>
  /** Runs something in a context: who acts, in which session, with which properties. @returns what it returns. */
  withContext<T>(context: ContextData, callback: () => T, options?: ContextOptions): T
  /** Sets the context for the rest of the current asynchronous execution; within a request, for that request. */
  enterContext(context: ContextData, options?: ContextOptions): void
  /** The context that `capture` would use here; undefined where there is none. */
  getContext(): ContextData | undefined
  /**
   * Calls back for `capture`, `identify` and `alias` with the event as it is queued, for `flush` with its report, and
   * for `error` with the error; `'*'` for all of them, name first.
   *
   * @returns what removes the listener.
   */
  on(name: string, listener: Listener): () => void
  /** Sends what was captured before the call. @throws TransportError when one of its batches failed; it carries the report. */
  flush(): Promise<DeliveryReport>
  /** Sends what it can within the time and leaves no timer behind. Never rejects. @param timeoutMs default 30000 */
  shutdown(timeoutMs?: number): Promise<DeliveryReport>
  /** Logs every decision, or stops doing so. @param on default true */
  debug(on?: boolean): void
  /** Lifetime counters; `accepted` always equals sent, dropped and pending together. */
  stats(): ClientStats
  /** How it gets on with PostHog at this moment, for health checks; asks nobody. */
  health(): ClientHealth
  /** The scope of the request that this code runs for, wherever it is called below the middleware; undefined elsewhere. */
  scope(): RequestScope | undefined
  /** For adapters: checks the options once and opens scopes. @throws ConfigError for an option that cannot work. */
  requestLayer<Carrier>(options?: RequestOptions<Carrier>): RequestLayer
  /**
   * Takes the calls of browser SDKs on the application's own domain and passes them on to the client's host. A disabled
   * client passes nothing on.
   *
   * @throws ConfigError for an option that cannot work.
   * @example
   * const ingest = client.ingestProxy({ pathPrefix: '/ingest' })
   * export const POST = (request: Request) => ingest.fetch(request)
   */
  ingestProxy(options?: IngestProxyOptions): IngestProxy
}

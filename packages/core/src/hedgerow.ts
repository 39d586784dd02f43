import type { ClientStats } from './capture/delivery-ledger.ts'
import type { Listener } from './emitter.ts'
import type { DeliveryReport } from './errors.ts'
import type { AliasMessage, CaptureMessage, GroupIdentifyMessage, IdentifyMessage } from './messages.ts'
import type { RequestLayer } from './request/request-layer.ts'
import type { RequestOptions } from './request/request-options.ts'
import type { RequestScope } from './request/request-scope.ts'

/** What adapters and applications use of a client; two installed copies of Hedgerow fit each other through it. */
export interface Hedgerow {
  /** Queues an event, synchronously. Never throws; an event that cannot be taken is counted and reported. */
  capture(message: CaptureMessage): void
  /** Sets person properties (`$identify`). */
  identify(message: IdentifyMessage): void
  /** Says that two ids are one person (`$create_alias`). */
  alias(message: AliasMessage): void
  /** Sets group properties (`$groupidentify`). */
  groupIdentify(message: GroupIdentifyMessage): void
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
  /** The scope of the request that this code runs for, wherever it is called below the middleware; undefined elsewhere. */
  scope(): RequestScope | undefined
  /** For adapters: checks the options once and opens scopes. @throws ConfigError for an option that cannot work. */
  requestLayer<Carrier>(options?: RequestOptions<Carrier>): RequestLayer
}

import type { EventMessage } from '../before-send.ts'
import type { FlagObserver, FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import type { Logger } from '../logger.ts'
import type { Runtime } from '../runtime.ts'
import type { UuidSource } from '../runtime/uuid.ts'

/** An event of a scope on its way to the client. */
export interface ScopedEvent {
  readonly kind: 'capture' | 'identify'
  readonly message: EventMessage
  /** Properties shared by the events of a request; the same object as long as they are the same. */
  readonly common: Readonly<Record<string, unknown>>
}

/** What the request layer needs of the client. */
export interface ScopeClient {
  readonly token: string
  /** A disabled client gets no cookies and no events; scopes work all the same. */
  readonly disabled: boolean
  /** The user turned GeoIP off, for requests with a known address too. */
  readonly geoipForcedOff: boolean
  readonly runtime: Runtime
  readonly uuids: UuidSource
  readonly logger: Logger
  push(event: ScopedEvent): void
  /** Runs what reads a caller's message; where that throws, the one event is refused and nothing else happens. */
  guard(read: () => void): void
  /** Counts a pageview that was left out because a bot asked for it. */
  refuseBot(): void
  /** Makes `flush` and `shutdown` wait for an event in preparation. The promise must settle soon and never reject. */
  hold(preparation: Promise<void>): void
}

/** What the request layer needs of the flags. */
export interface ScopeFlagReader {
  snapshot(subject: FlagSubject, observer: FlagObserver): FlagSnapshot
}

import type { DefinitionState } from '../flags/definitions/definition-poller.ts'

/** How a client gets on with PostHog, for health checks. */
export interface ClientHealth {
  /** Whether PostHog answered the last request with events; `reachable` before the first one. */
  readonly host: 'reachable' | 'unreachable'
  /**
   * Whether the flag definitions of this process can be relied on. `loading`: the first load has not ended; `ready`: some
   * are in force, and the last load went well; `stale`: some are in force, and it did not; `failed`: none are in force.
   * Undefined for a client that evaluates nothing itself.
   */
  readonly definitions: DefinitionState | undefined
  /** `unavailable` while requests do not ask PostHog for flags, because it failed several times in a row. */
  readonly remoteFlags: 'available' | 'unavailable'
}

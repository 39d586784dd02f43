import type { FlagSnapshot } from './flag-snapshot.ts'
import type { SendFeatureFlagsOptions } from './messages.ts'

/** An event as `before_send` sees it: caller's properties merged, groups and library properties not yet added. */
export interface EventMessage {
  distinctId: string
  event: string
  properties: Record<string, unknown>
  groups?: Record<string, string | number> | undefined
  timestamp: Date | string | undefined
  disableGeoip?: boolean | undefined
  uuid: string | undefined
  /** Flags that the event was given. */
  flags?: FlagSnapshot | undefined
  sendFeatureFlags?: boolean | SendFeatureFlagsOptions | undefined
}

/** Returns the event to send, changed or not; null (or nothing) refuses it. Throwing refuses it too. */
export type BeforeSend = (event: EventMessage) => EventMessage | null | undefined | void

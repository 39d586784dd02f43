import type { FlagKey } from './flag-registry.ts'
import type { FlagSnapshot } from './flag-snapshot.ts'

/** An event to capture. */
export interface CaptureMessage {
  /** Name of the event, not empty. */
  event: string
  /**
   * Who did it. Left out, it is the visitor of the current request scope; outside of one the event belongs to nobody
   * (`$process_person_profile: false`).
   */
  distinctId?: string | undefined
  /** Any values; what JSON cannot hold is repaired. The objects may be changed after the call. */
  properties?: Record<string, unknown> | undefined
  /** Group keys by group type. */
  groups?: Record<string, string | number> | undefined
  /** When it happened. @default now */
  timestamp?: Date | string | undefined
  /** A UUID of your own, for events that you may send twice. @default a new UUIDv7 */
  uuid?: string | undefined
  /** @default the client's `disableGeoip` */
  disableGeoip?: boolean | undefined
  /** Flags that the event is to carry, as `evaluateFlags` or a scope gives them. */
  flags?: FlagSnapshot | undefined
  /** Evaluates flags for the event first; `flags` wins. Prefer `flags`: it costs no evaluation of its own. @default false */
  sendFeatureFlags?: boolean | SendFeatureFlagsOptions | undefined
}

/** How `sendFeatureFlags` evaluates. */
export interface SendFeatureFlagsOptions {
  /** @default true once definitions are loaded */
  onlyEvaluateLocally?: boolean | undefined
  personProperties?: Record<string, unknown> | undefined
  groupProperties?: Record<string, Record<string, unknown>> | undefined
  /** @default all */
  flagKeys?: readonly FlagKey[] | undefined
}

/** Person properties of a known user. */
export interface IdentifyMessage {
  distinctId: string
  /** Properties to set; or `$set` and `$set_once` with properties each, and `$anon_distinct_id` to link. */
  properties?: Record<string, unknown> | undefined
  disableGeoip?: boolean | undefined
}

/** Two ids of one person. */
export interface AliasMessage {
  /** The id to keep. */
  distinctId: string
  /** The other id. */
  alias: string
  disableGeoip?: boolean | undefined
}

/** Properties of a group, such as a company. */
export interface GroupIdentifyMessage {
  groupType: string
  groupKey: string
  properties?: Record<string, unknown> | undefined
  /** @default `$<groupType>_<groupKey>` */
  distinctId?: string | undefined
  disableGeoip?: boolean | undefined
}

/** Person properties to set without a login. */
export interface SetPersonPropertiesMessage {
  /** @default as for `capture` */
  distinctId?: string | undefined
  /** Overwrites. */
  properties?: Record<string, unknown> | undefined
  /** Kept as they are when already set. */
  propertiesOnce?: Record<string, unknown> | undefined
}

/** Person properties to remove. */
export interface UnsetPersonPropertiesMessage {
  /** @default as for `capture` */
  distinctId?: string | undefined
  /** Name of the property, or names. */
  properties: string | readonly string[]
}

import type { ExplainedFlag } from './explained-flag.ts'

/** One accepted event, as it arrived. */
export interface ReceivedEvent {
  /** Position in the order of arrival, counted over events and flags calls together. */
  readonly id: number
  /** When the server took it, ISO 8601 in UTC. */
  readonly receivedAt: string
  /** Path of the request that carried it, such as `/batch/`. */
  readonly endpoint: string
  readonly event: string
  /** Always text: another JSON value is kept as its JSON, and everything after 200 characters is cut off. */
  readonly distinctId: string
  /** `null` when the sender gave none. */
  readonly uuid: string | null
  /** As the sender wrote it; `null` when it gave none. */
  readonly timestamp: string | null
  /** Capture v1 alone has it beside the properties, where v0 has `$session_id`. */
  readonly sessionId?: string
  /** Capture v1 alone has it beside the properties, where v0 has `$window_id`. */
  readonly windowId?: string
  /** How to process the event, such as `process_person_profile`; only and always with capture v1. */
  readonly options?: Readonly<Record<string, unknown>>
  /** With capture v1 also `$lib` and `$lib_version`, which its sender states in a header. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** One request that evaluated flags remotely: what PostHog would bill for. */
export interface FlagsCall {
  /** Position in the order of arrival, counted over events and flags calls together. */
  readonly id: number
  /** When the server answered it, ISO 8601 in UTC. */
  readonly receivedAt: string
  /** Path of the request, such as `/flags/`. */
  readonly endpoint: string
  readonly distinctId: string
  /** The keys that the caller asked for; `null` means all of them. */
  readonly keys: readonly string[] | null
  /** How the flags came to their values: the first 50 of them. */
  readonly flags: readonly ExplainedFlag[]
  /** How many flags there are beyond those. */
  readonly unexplained: number
}

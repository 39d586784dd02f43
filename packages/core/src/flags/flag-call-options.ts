import type { FlagKey } from '../flag-registry.ts'
import type { FlagSubject } from '../flag-snapshot.ts'
import { ownMembers } from '../own-members.ts'

/** What a flag call says about its subject, and how it is to be answered. */
export interface FlagCallOptions {
  /** Group keys by group type. */
  readonly groups?: Readonly<Record<string, string | number>> | undefined
  readonly personProperties?: Readonly<Record<string, unknown>> | undefined
  /** Properties by group type. */
  readonly groupProperties?: Readonly<Record<string, Readonly<Record<string, unknown>>>> | undefined
  /** Never asks PostHog; what cannot be decided here is undefined. @default the client's `strictLocalEvaluation` */
  readonly onlyEvaluateLocally?: boolean | undefined
  /** False: no `$feature_flag_called`. @default the client's `sendFeatureFlagEvent` */
  readonly sendFeatureFlagEvents?: boolean | undefined
  /** @default the client's `disableGeoip` */
  readonly disableGeoip?: boolean | undefined
}

/** A call for many flags. */
export interface AllFlagsOptions extends FlagCallOptions {
  /** These flags alone. @default all */
  readonly flagKeys?: readonly FlagKey[] | undefined
}

/**
 * Who a call asks for. What the caller does to its objects afterwards changes nothing about it.
 *
 * @throws whatever a group key throws that cannot be made text.
 */
export function subjectOf(distinctId: string, options: FlagCallOptions): FlagSubject {
  const groups = Object.entries(ownMembers(options.groups))
  const groupProperties = Object.entries(ownMembers(options.groupProperties))
  return {
    distinctId,
    groups: Object.fromEntries(groups.filter(hasKey).map(([type, key]) => [type, String(key)])),
    personProperties: ownMembers(options.personProperties),
    groupProperties: Object.fromEntries(
      groupProperties.map(([type, properties]) => [type, ownMembers(properties)]),
    ),
  }
}

/** A user without a company is no member of a company `undefined`. */
function hasKey([, key]: [type: string, key: unknown]): boolean {
  return key !== undefined && key !== null
}

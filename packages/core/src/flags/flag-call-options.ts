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

const nothing: Readonly<Record<string, never>> = Object.freeze({})

/**
 * Who a call asks for: whoever is named, or is around it, and what the options say of them. What the caller does to its
 * objects afterwards changes nothing about it, except for objects within properties.
 *
 * @param who an id, or a subject to which the options add.
 * @throws whatever a group key throws that cannot be made text.
 */
export function subjectOf(who: string | FlagSubject, options: FlagCallOptions): FlagSubject {
  const { groups, personProperties, groupProperties } = options
  const named: FlagSubject = {
    distinctId: typeof who === 'string' ? who : who.distinctId,
    groups: groups ? groupsOf(groups) : nothing,
    personProperties: personProperties ? ownMembers(personProperties) : nothing,
    groupProperties: groupProperties ? groupPropertiesOf(groupProperties) : nothing,
  }
  return typeof who === 'string' ? named : added(who, named)
}

/** Whether nothing can change a subject any more: callers may still hold the objects among its properties. */
export function isLasting({ personProperties, groupProperties }: FlagSubject): boolean {
  return holdsNoObject(personProperties) && Object.values(groupProperties).every(holdsNoObject)
}

function groupsOf(groups: object): Record<string, string> {
  const entries = Object.entries(ownMembers(groups)).filter(hasKey)
  return Object.fromEntries(entries.map(([type, key]) => [type, String(key)]))
}

function groupPropertiesOf(properties: object): Record<string, Record<string, unknown>> {
  const entries = Object.entries(ownMembers(properties))
  return Object.fromEntries(entries.map(([type, ofGroup]) => [type, ownMembers(ofGroup)]))
}

function added(around: FlagSubject, named: FlagSubject): FlagSubject {
  return {
    distinctId: around.distinctId,
    groups: { ...around.groups, ...named.groups },
    personProperties: { ...around.personProperties, ...named.personProperties },
    groupProperties: { ...around.groupProperties, ...named.groupProperties },
  }
}

function holdsNoObject(properties: Readonly<Record<string, unknown>>): boolean {
  for (const name in properties) if (Object(properties[name]) === properties[name]) return false
  return true
}

/** A user without a company is no member of a company `undefined`. */
function hasKey([, key]: [type: string, key: unknown]): boolean {
  return key !== undefined && key !== null
}

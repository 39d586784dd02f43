import type {
  AliasMessage,
  CaptureMessage,
  GroupIdentifyMessage,
  IdentifyMessage,
  SetPersonPropertiesMessage,
  UnsetPersonPropertiesMessage,
} from '../messages.ts'
import { ownMembers, unserializable } from '../own-members.ts'
import type { IncomingEvent } from './event-pipeline.ts'

/** `$identify`: person properties are all that are given, or those under `$set` and `$set_once`. */
export function identifyEvent(message: IdentifyMessage): IncomingEvent {
  const { $set, $set_once, $anon_distinct_id, ...others } = ownMembers(message.properties, unserializable)
  return named('identify', '$identify', message, {
    $set: $set ?? others,
    $set_once: $set_once ?? {},
    ...($anon_distinct_id ? { $anon_distinct_id } : {}),
  })
}

/** `$create_alias`, which carries the kept id twice. */
export function aliasEvent(message: AliasMessage): IncomingEvent {
  const { distinctId, alias } = message
  return named('alias', '$create_alias', message, { distinct_id: distinctId, alias })
}

/** `$groupidentify`; without a person it belongs to an id made of the group's. */
export function groupIdentifyEvent(message: GroupIdentifyMessage): IncomingEvent {
  const { groupType, groupKey, properties, distinctId, disableGeoip } = message
  const owner = { distinctId: distinctId ?? `$${groupType}_${groupKey}`, disableGeoip }
  return named('capture', '$groupidentify', owner, {
    $group_type: groupType,
    $group_key: groupKey,
    $group_set: properties ?? {},
  })
}

/** `$set`; undefined when there is nothing to set. */
export function setPersonPropertiesEvent(message: SetPersonPropertiesMessage): CaptureMessage | undefined {
  const { distinctId, properties = {}, propertiesOnce = {} } = message
  const set = Object.keys(properties).length > 0
  const setOnce = Object.keys(propertiesOnce).length > 0
  if (!set && !setOnce) return undefined
  return {
    distinctId,
    event: '$set',
    properties: { ...(set && { $set: properties }), ...(setOnce && { $set_once: propertiesOnce }) },
  }
}

/** `$set` with the names of properties to remove; undefined when there are none. */
export function unsetPersonPropertiesEvent(
  message: UnsetPersonPropertiesMessage,
): CaptureMessage | undefined {
  // Of a list its values: what has a length of billions and holds nothing is not walked through.
  const given = Array.isArray(message.properties) ? Object.values(message.properties) : [message.properties]
  const names = given.filter((name) => typeof name === 'string' && name.trim() !== '')
  if (names.length === 0) return undefined
  return { distinctId: message.distinctId, event: '$set', properties: { $unset: names } }
}

function named(
  kind: IncomingEvent['kind'],
  event: string,
  owner: { distinctId: string; disableGeoip?: boolean | undefined },
  properties: Record<string, unknown>,
): IncomingEvent {
  const { distinctId, disableGeoip } = owner
  return {
    kind,
    message: { distinctId, event, properties, disableGeoip, timestamp: undefined, uuid: undefined },
  }
}

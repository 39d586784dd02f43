import type { AliasMessage, GroupIdentifyMessage, IdentifyMessage } from '../messages.ts'
import type { IncomingEvent } from './event-pipeline.ts'

/** `$identify`: person properties are all that are given, or those under `$set` and `$set_once`. */
export function identifyEvent(message: IdentifyMessage): IncomingEvent {
  const { $set, $set_once, $anon_distinct_id, ...others } = message.properties ?? {}
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

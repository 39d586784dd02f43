import { ownMembers, unserializable } from '../own-members.ts'
import type { ScopeMessage } from './scoped-event.ts'

/** The groups of a visitor at one moment; it never changes, and is another object after a change. */
export interface GroupMembership {
  /** Group keys by group type. */
  readonly groups: Readonly<Record<string, string>>
  /** What the application has said about them, by group type. */
  readonly groupProperties: Readonly<Record<string, Readonly<Record<string, unknown>>>>
}

/** Nobody's groups. */
export const noMembership: GroupMembership = { groups: {}, groupProperties: {} }

/** A name or key of a group as text; undefined for what can be none. */
export function usableGroupText(value: unknown): string | undefined {
  const text = typeof value === 'number' && Number.isFinite(value) ? String(value) : value
  return typeof text === 'string' && text.trim() !== '' ? text : undefined
}

/** The event that describes a group. */
export function groupMessage(
  type: string,
  key: string,
  properties: Readonly<Record<string, unknown>>,
): ScopeMessage {
  return {
    event: '$groupidentify',
    properties: { $group_type: type, $group_key: key, $group_set: properties },
    timestamp: undefined,
    uuid: undefined,
  }
}

/** The membership with one more group, in place of another of its type; the same object where it says nothing new. */
export function withGroup(
  { groups, groupProperties }: GroupMembership,
  type: string,
  key: string,
  properties: Readonly<Record<string, unknown>> | undefined,
): GroupMembership | undefined {
  const isKnown = Object.hasOwn(groups, type) && groups[type] === key
  if (isKnown && properties === undefined) return undefined
  // What was said about another group of the type is not true of this one.
  const known = isKnown && Object.hasOwn(groupProperties, type) ? groupProperties[type] : {}
  return {
    groups: { ...groups, [type]: key },
    groupProperties: { ...groupProperties, [type]: { ...known, ...ownMembers(properties, unserializable) } },
  }
}

/** Stands in an event for a value whose getter or `toJSON` throws. */
export const unserializable = '[Unserializable]'

/**
 * A copy of whatever a caller passed for an object: its own members, each read once; none for what is no object, or
 * refuses to be read. Never throws.
 *
 * @param unreadable stands for a member whose getter throws.
 */
export function ownMembers(given: unknown, unreadable?: unknown): Record<string, unknown> {
  if (typeof given !== 'object' || given === null) return {}
  try {
    return { ...given }
  } catch {
    return oneByOne(given, unreadable)
  }
}

function oneByOne(given: object, unreadable: unknown): Record<string, unknown> {
  try {
    const read = (name: string): unknown => {
      try {
        return Reflect.get(given, name)
      } catch {
        return unreadable
      }
    }
    // `fromEntries` defines own members, so that a key `__proto__` stays data.
    return Object.fromEntries(Object.keys(given).map((name) => [name, read(name)]))
  } catch {
    return {}
  }
}

/** A property of whatever was thrown; undefined as well where reading it throws, as a getter or a revoked proxy may. */
export function propertyOf(owner: object, name: string | number): unknown {
  try {
    return (owner as Record<string | number, unknown>)[name]
  } catch {
    return undefined
  }
}

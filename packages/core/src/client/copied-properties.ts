import { serialize } from '../serialize.ts'

/**
 * An event's properties as JSON has them now, so that what the caller does to its objects afterwards changes nothing.
 *
 * @returns the very same properties when they are larger than `maxBytes`: so will the event be, which is then dropped.
 */
export function copiedProperties(
  properties: Readonly<Record<string, unknown>>,
  maxBytes: number,
): Record<string, unknown> {
  const { json } = serialize(properties, maxBytes)
  if (json === undefined) return properties
  const copy: unknown = JSON.parse(json)
  return typeof copy === 'object' && copy !== null ? { ...copy } : {}
}

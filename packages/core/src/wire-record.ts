/** A JSON object whose members are not yet known. */
export type WireRecord = Readonly<Record<string, unknown>>

/** Whether a parsed JSON value is an object, as opposed to an array, a primitive or null. */
export function isWireRecord(value: unknown): value is WireRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

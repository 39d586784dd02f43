/** A JSON object whose members have not been checked yet. */
export type JsonRecord = Readonly<Record<string, unknown>>

/** Whether a parsed JSON value is an object, so neither an array nor `null`. */
export function isJsonRecord(value: unknown): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

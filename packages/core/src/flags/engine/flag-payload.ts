import type { FlagValue } from '../../flag-snapshot.ts'
import { isWireRecord } from '../../wire-record.ts'

/**
 * The payload that a flag's `filters` hold for a value, decoded anew at each call, so that the caller owns it. Text that
 * is no JSON is given as it is. Undefined: none is stored, or the flag is off.
 */
export function payloadFor(filters: unknown, value: FlagValue): unknown {
  if (value === false || !isWireRecord(filters)) return undefined
  const { payloads } = filters
  const key = String(value)
  if (!isWireRecord(payloads) || !Object.hasOwn(payloads, key)) return undefined
  const payload = payloads[key]
  if (!payload) return undefined
  return decode(typeof payload === 'string' ? payload : JSON.stringify(payload))
}

function decode(payload: string): unknown {
  try {
    return JSON.parse(payload)
  } catch {
    return payload
  }
}

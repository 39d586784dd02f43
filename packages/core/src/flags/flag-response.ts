import type { FlagResult, FlagValue } from '../flag-snapshot.ts'
import type { FlagResults } from './flag-source.ts'

/**
 * Reads the answer of `POST /flags/?v=2`, in its present shape (`flags`) or the older one (`featureFlags`,
 * `featureFlagPayloads`). Flags that the server could not compute are left out. Undefined: no usable answer, for a
 * foreign shape or a used-up quota.
 */
export function parseFlagResponse(json: unknown): FlagResults | undefined {
  if (!isRecord(json) || flagProblem(json) === 'quota-limited') return undefined
  const { flags, featureFlags } = json
  if (flags !== undefined) return isRecord(flags) ? fromFlags(flags) : undefined
  return isRecord(featureFlags) ? fromLegacy(featureFlags, json['featureFlagPayloads']) : undefined
}

/** What the answer itself says went wrong: the project's quota is used up, or some flags could not be computed. */
export function flagProblem(json: unknown): 'quota-limited' | 'incomplete' | undefined {
  if (!isRecord(json)) return undefined
  const { quotaLimited, errorsWhileComputingFlags } = json
  if (Array.isArray(quotaLimited) && quotaLimited.includes('feature_flags')) return 'quota-limited'
  return errorsWhileComputingFlags === true ? 'incomplete' : undefined
}

function fromFlags(flags: Record<string, unknown>): FlagResults {
  const results = new Map<string, FlagResult>()
  for (const [key, flag] of Object.entries(flags)) {
    if (!isRecord(flag) || flag['failed'] === true || typeof flag['enabled'] !== 'boolean') continue
    const variant = flag['variant']
    const value = flag['enabled'] && (typeof variant === 'string' ? variant : true)
    const metadata = isRecord(flag['metadata']) ? flag['metadata'] : {}
    const reason = isRecord(flag['reason']) ? flag['reason'] : {}
    results.set(key, evaluated(key, value, metadata['payload'], reason['description'] ?? reason['code']))
  }
  return results
}

function fromLegacy(values: Record<string, unknown>, payloads: unknown): FlagResults {
  const results = new Map<string, FlagResult>()
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== 'boolean' && typeof value !== 'string') continue
    const payload = isRecord(payloads) && Object.hasOwn(payloads, key) ? payloads[key] : undefined
    results.set(key, evaluated(key, value, payload, undefined))
  }
  return results
}

function evaluated(key: string, value: FlagValue, payload: unknown, description: unknown): FlagResult {
  return {
    key,
    value,
    payload: value === false ? undefined : decodePayload(payload),
    reason: 'evaluated',
    description: typeof description === 'string' ? description : undefined,
  }
}

/** Payloads travel as JSON text; text that is no JSON is given as it is. */
function decodePayload(payload: unknown): unknown {
  if (payload === null || payload === undefined || payload === '') return undefined
  if (typeof payload !== 'string') return payload
  try {
    return JSON.parse(payload)
  } catch {
    return payload
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { FlagOrigin, FlagResult, FlagValue } from '../../flag-snapshot.ts'
import { isWireRecord, type WireRecord } from '../../wire-record.ts'

/** What PostHog says about the flags of one subject. */
export interface FlagResponse {
  /** Without those that PostHog could not compute; empty when the quota is used up. */
  readonly flags: ReadonlyMap<string, FlagResult>
  /** PostHog could not compute every flag. */
  readonly hasErrors: boolean
  /** PostHog evaluates nothing more for this project for the time being. */
  readonly quotaLimited: boolean
  readonly requestId: string | undefined
  /** Milliseconds since the epoch, by PostHog's clock. */
  readonly evaluatedAt: number | undefined
  /** Whether PostHog wants `$feature_flag_called` of flags without an experiment in its minimal form. */
  readonly isMinimal: boolean
}

/** What all flags of one answer have in common. */
type AnswerFacts = Pick<FlagResponse, 'requestId' | 'evaluatedAt'>

/**
 * Reads the answer of `POST /flags/?v=2`, in its present shape (`flags`) or the older one (`featureFlags`,
 * `featureFlagPayloads`).
 *
 * @returns undefined for any other shape.
 */
export function parseFlagResponse(json: unknown): FlagResponse | undefined {
  if (!isWireRecord(json)) return undefined
  const quota = json['quotaLimited']
  const quotaLimited = Array.isArray(quota) && quota.includes('feature_flags')
  const facts = { requestId: asText(json['requestId']), evaluatedAt: asNumber(json['evaluatedAt']) }
  const flags = quotaLimited ? new Map<string, FlagResult>() : flagsOf(json, facts)
  return (
    flags && {
      ...facts,
      flags,
      hasErrors: json['errorsWhileComputingFlags'] === true,
      quotaLimited,
      isMinimal: json['minimalFlagCalledEvents'] === true,
    }
  )
}

function flagsOf(json: WireRecord, facts: AnswerFacts): ReadonlyMap<string, FlagResult> | undefined {
  const { flags, featureFlags } = json
  if (flags !== undefined) return isWireRecord(flags) ? fromFlags(flags, facts) : undefined
  return isWireRecord(featureFlags) ? fromLegacy(featureFlags, json['featureFlagPayloads'], facts) : undefined
}

function fromFlags(flags: WireRecord, facts: AnswerFacts): ReadonlyMap<string, FlagResult> {
  const results = new Map<string, FlagResult>()
  for (const [key, flag] of Object.entries(flags)) {
    // What a failed flag says of its value means nothing.
    if (!isWireRecord(flag) || flag['failed'] === true || typeof flag['enabled'] !== 'boolean') continue
    const value = flag['enabled'] && (asText(flag['variant']) ?? true)
    results.set(key, evaluated(key, value, recordOf(flag['metadata']), recordOf(flag['reason']), facts))
  }
  return results
}

function fromLegacy(
  values: WireRecord,
  payloads: unknown,
  facts: AnswerFacts,
): ReadonlyMap<string, FlagResult> {
  const results = new Map<string, FlagResult>()
  for (const [key, value] of Object.entries(values)) {
    if (typeof value !== 'boolean' && typeof value !== 'string') continue
    const payload = isWireRecord(payloads) && Object.hasOwn(payloads, key) ? payloads[key] : undefined
    results.set(key, evaluated(key, value, { payload }, {}, facts))
  }
  return results
}

function evaluated(
  key: string,
  value: FlagValue,
  metadata: WireRecord,
  reason: WireRecord,
  { requestId, evaluatedAt }: AnswerFacts,
): FlagResult {
  const code = asText(reason['code'])
  const experiment = metadata['has_experiment']
  const origin: FlagOrigin = {
    isLocal: false,
    id: asNumber(metadata['id']),
    version: asNumber(metadata['version']),
    hasExperiment: typeof experiment === 'boolean' ? experiment : undefined,
    requestId,
    evaluatedAt,
    definitionsLoadedAt: undefined,
  }
  return {
    key,
    value,
    /** Decoded at each read, so that whoever reads it may change it: answers are kept for later requests. */
    get payload() {
      return value === false ? undefined : decodePayload(metadata['payload'])
    },
    reason: 'evaluated',
    undecided: undefined,
    description: asText(reason['description']) ?? code,
    code,
    origin,
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

function recordOf(value: unknown): WireRecord {
  return isWireRecord(value) ? value : {}
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

function asNumber(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined
}

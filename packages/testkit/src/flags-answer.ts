import { randomUUID } from 'node:crypto'

/**
 * One flag as a test states it: `true`, `false`, a variant, or the parts by name.
 * `enabled` is true unless given; `payload` is the decoded value, undefined for none.
 */
export type ScriptedFlag =
  | boolean
  | string
  | { readonly variant?: string; readonly enabled?: boolean; readonly payload?: unknown }

/** What a flags request asked for, as far as the answer depends on it. */
interface FlagsRequest {
  readonly flag_keys_to_evaluate?: unknown
}

/**
 * The version 2 answer of PostHog's flags endpoint for these flags. Like the real one it leaves out what
 * `flag_keys_to_evaluate` did not name, and sends a payload as a string of JSON.
 */
export function flagsAnswer(flags: Readonly<Record<string, ScriptedFlag>>, requestBody: unknown): object {
  const wanted = wantedKeys(requestBody)
  const details: Record<string, object> = {}
  for (const [index, [key, flag]] of Object.entries(flags).entries()) {
    if (wanted === undefined || wanted.includes(key)) details[key] = flagDetail(key, flag, index)
  }
  return {
    flags: details,
    errorsWhileComputingFlags: false,
    requestId: randomUUID(),
    evaluatedAt: Date.now(),
  }
}

function wantedKeys(requestBody: unknown): readonly unknown[] | undefined {
  if (typeof requestBody !== 'object' || requestBody === null) return undefined
  const { flag_keys_to_evaluate: keys }: FlagsRequest = requestBody
  return Array.isArray(keys) ? keys : undefined
}

function flagDetail(key: string, flag: ScriptedFlag, index: number): object {
  const parts = partsOf(flag)
  const enabled = parts.enabled ?? true
  return {
    key,
    enabled,
    variant: parts.variant ?? null,
    failed: false,
    reason: enabled
      ? { code: 'condition_match', condition_index: 0, description: 'Matched condition set 1' }
      : { code: 'no_condition_match', condition_index: null, description: 'No matching condition set' },
    metadata: {
      id: index + 1,
      version: 1,
      description: null,
      payload: parts.payload === undefined ? null : JSON.stringify(parts.payload),
      has_experiment: false,
    },
  }
}

function partsOf(flag: ScriptedFlag): Exclude<ScriptedFlag, boolean | string> {
  if (typeof flag === 'boolean') return { enabled: flag }
  return typeof flag === 'string' ? { variant: flag } : flag
}

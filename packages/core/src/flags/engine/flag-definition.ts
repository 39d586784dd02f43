import { isWireRecord, type WireRecord } from '../../wire-record.ts'

/** One flag as PostHog defines it, as far as it must be known before its first use. */
export interface FlagDefinition {
  readonly key: string
  readonly id: number | undefined
  readonly version: number | undefined
  /** Off for everyone when false. */
  readonly active: boolean
  /** Keeps a person's value across login; only the server can. */
  readonly experienceContinuity: boolean
  /** Decides by the device and not by the person. */
  readonly bucketsByDevice: boolean
  readonly hasExperiment: boolean | undefined
  /** Where it is meant to be evaluated; empty: everywhere. */
  readonly evaluationContexts: readonly string[]
  readonly evaluationRuntime: 'all' | 'client' | 'server'
  /** As sent: read at the flag's first use. */
  readonly filters: unknown
}

/** Reads one flag; undefined if it is no object with a key. */
export function parseFlagDefinition(flag: unknown): FlagDefinition | undefined {
  if (!isWireRecord(flag)) return undefined
  const { key, id, version, active, filters } = flag
  if (typeof key !== 'string') return undefined
  const hasExperiment = flag['has_experiment']
  const runtime = flag['evaluation_runtime']
  return {
    key,
    id: typeof id === 'number' ? id : undefined,
    version: typeof version === 'number' ? version : undefined,
    active: Boolean(active),
    experienceContinuity: Boolean(flag['ensure_experience_continuity']),
    bucketsByDevice: flag['bucketing_identifier'] === 'device_id',
    hasExperiment: typeof hasExperiment === 'boolean' ? hasExperiment : undefined,
    evaluationContexts: contextsOf(flag),
    evaluationRuntime: runtime === 'client' || runtime === 'server' ? runtime : 'all',
    filters,
  }
}

/** Older servers send them as `evaluation_tags`. */
function contextsOf(flag: WireRecord): readonly string[] {
  const contexts = flag['evaluation_contexts'] ?? flag['evaluation_tags']
  return Array.isArray(contexts) ? contexts.filter((name) => typeof name === 'string') : everywhere
}

const everywhere: readonly string[] = Object.freeze([])

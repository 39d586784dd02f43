import { randomUUID } from 'node:crypto'
import type { FlagValue } from '@hedgerow/core/evaluation'
import { type EvaluatedFlag, type FlagDecision, isEvaluated } from './flag-decision.ts'
import type { FlagDefinition } from './flag-definition.ts'
import { reasonFor } from './flag-reason.ts'

/**
 * The body of the answer to `POST /flags?v=2`. Undecided flags are left out, and the answer says so; unknown and inactive
 * ones are left out without a word.
 *
 * @param minimalEvents whether clients are to send `$feature_flag_called` without its bulkier properties.
 */
export function flagsAnswer(decisions: readonly FlagDecision[], minimalEvents: boolean, now: number): object {
  const evaluated = decisions.filter(isEvaluated)
  const answered = evaluated.flatMap((flag) => {
    return flag.value === undefined ? [] : [[flag.key, flagOnWire(flag, flag.value)] as const]
  })
  return {
    // fromEntries defines own properties, so that a flag named "__proto__" is a flag like any other.
    flags: Object.fromEntries(answered),
    errorsWhileComputingFlags: evaluated.some(({ explanation }) => explanation.because === 'undecided'),
    requestId: randomUUID(),
    evaluatedAt: now,
    ...(minimalEvents && { minimalFlagCalledEvents: true }),
  }
}

function flagOnWire(flag: EvaluatedFlag, value: FlagValue): object {
  const { id, version, name, has_experiment } = flag.definition
  return {
    key: flag.key,
    enabled: value !== false,
    variant: typeof value === 'string' ? value : null,
    failed: false,
    reason: reasonFor(flag),
    metadata: {
      id,
      version,
      description: name ?? '',
      payload: payloadText(flag.definition, value),
      has_experiment: has_experiment ?? false,
    },
  }
}

/** The payload as its definition holds it, which is JSON text; `null` where there is none. */
function payloadText({ filters }: FlagDefinition, value: FlagValue): string | null {
  const payloads = filters?.payloads ?? {}
  const payload = value !== false && Object.hasOwn(payloads, String(value)) && payloads[String(value)]
  return typeof payload === 'string' && payload !== '' ? payload : null
}

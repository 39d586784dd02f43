import type { EvaluatedFlag } from './flag-decision.ts'

/** Why a flag has its value, as PostHog's servers put it. */
export interface FlagReason {
  readonly code: string
  /** The condition that decided, from 0; `null`: none did. */
  readonly condition_index: number | null
  readonly description: string
}

/** The reason that the answer to `POST /flags` gives for a decided flag. */
export function reasonFor({ conditionIndex, explanation }: EvaluatedFlag): FlagReason {
  switch (explanation.because) {
    case 'condition':
      return reason('condition_match', `Matched condition set ${conditionIndex + 1}`, conditionIndex)
    case 'early-exit':
      return outOfRollout(conditionIndex)
    case 'holdout':
      return reason('holdout_condition_value', 'Holdout condition value')
    case 'disabled':
      return reason('flag_disabled', 'Feature flag is disabled')
    case 'no-group':
      return reason('no_group_type', 'No group type')
    default: {
      const missed = explanation.conditions.findLastIndex(({ outcome }) => outcome === 'out-of-rollout')
      return missed >= 0 ? outOfRollout(missed) : reason('no_condition_match', 'No matching condition set')
    }
  }
}

function outOfRollout(conditionIndex: number): FlagReason {
  return reason('out_of_rollout_bound', 'Out of rollout bound', conditionIndex)
}

function reason(code: string, description: string, conditionIndex: number | null = null): FlagReason {
  return { code, condition_index: conditionIndex, description }
}

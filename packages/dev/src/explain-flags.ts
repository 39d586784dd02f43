import type { ExplainedCondition, ExplainedFlag } from './explained-flag.ts'
import { type EngineExplanation, type FlagDecision, isEvaluated } from './flag-decision.ts'

/** Flags explained for one call. */
const MAX_FLAGS = 50
/** Conditions and properties explained for one call, of all its flags together: about 100 kB of JSON. */
const MAX_LINES = 1000

/** Decisions in the form that the log keeps, within bounds. */
export function explainFlags(decisions: readonly FlagDecision[]): {
  flags: ExplainedFlag[]
  /** How many flags there are beyond those. */
  unexplained: number
} {
  let linesLeft = MAX_LINES
  const flags = decisions.slice(0, MAX_FLAGS).map((decision) => {
    const conditions = isEvaluated(decision) ? decision.explanation.conditions : []
    const lines = conditions.reduce((sum, { properties }) => sum + 1 + properties.length, 0)
    const hasRoom = lines <= linesLeft
    if (hasRoom) linesLeft -= lines
    return explainedFlag(decision, hasRoom ? conditions.map(explainedCondition) : null)
  })
  return { flags, unexplained: decisions.length - flags.length }
}

function explainedFlag(
  decision: FlagDecision,
  conditions: readonly ExplainedCondition[] | null,
): ExplainedFlag {
  const { key, value = null } = decision
  if (!isEvaluated(decision)) {
    return { key, value, because: decision.explanation, undecided: null, condition: null, conditions }
  }
  const { because, undecided = null } = decision.explanation
  const condition = decision.conditionIndex < 0 ? null : decision.conditionIndex
  return { key, value, because, undecided, condition, conditions }
}

function explainedCondition(condition: EngineExplanation['conditions'][number]): ExplainedCondition {
  const { outcome, rolloutPercentage = null, properties } = condition
  return {
    outcome,
    rolloutPercentage,
    properties: properties.map(({ undecided = null, ...property }) => ({ ...property, undecided })),
  }
}

import { idOf, isWithin, matchCondition } from './evaluate.ts'
import type { Evaluation } from './evaluation.ts'
import type { ConditionExplanation, FlagExplanation, PropertyExplanation } from './flag-explanation.ts'
import { parseFilters, type ConditionDefinition, type PropertyFilter } from './flag-filters.ts'
import type { CompiledCondition, FlagProgram } from './flag-program.ts'
import type { Flag } from './flag.ts'
import { no, reasonOf, serverOnly, yes, type Outcome } from './outcome.ts'
import type { SubjectContext } from './subject-context.ts'

/** Explains what `flag.evaluation` says. Never throws. */
export function explainFlag(flag: Flag, context: SubjectContext): FlagExplanation {
  const evaluation = flag.evaluation(context)
  const { value, undecided } = evaluation
  return {
    key: flag.definition.key,
    value,
    undecided,
    because: causeOf(flag, evaluation, context),
    conditions: explainConditions(flag, context),
  }
}

function causeOf(
  flag: Flag,
  { value, undecided, conditionIndex }: Evaluation,
  context: SubjectContext,
): FlagExplanation['because'] {
  if (undecided) return 'undecided'
  if (!flag.definition.active) return 'disabled'
  if (conditionIndex >= 0) return value === false ? 'early-exit' : 'condition'
  if (typeof value === 'string') return 'holdout'
  const groupType = flag.compiled().special?.groupType
  return groupType !== undefined && !context.group(groupType) ? 'no-group' : 'no-condition'
}

function explainConditions(flag: Flag, context: SubjectContext): ConditionExplanation[] {
  const program = flag.compiled()
  const filters = attempt(() => parseFilters(flag.definition.filters))
  const definitions = typeof filters === 'object' ? filters.conditions : []
  let isReached = attempt(() => reachesConditions(program, context)) ?? false
  return conditionsOf(program).map((condition, index) => {
    if (!isReached) return notReached(condition)
    const outcome = attempt(() => judge(program, { condition, definition: definitions[index]!, context }))
    // A condition whose properties cannot even be read ends the flag.
    isReached = outcome !== undefined && !outcome.ends
    return outcome ? outcome.explanation : notReached(condition)
  })
}

function conditionsOf({ firstCondition }: FlagProgram): CompiledCondition[] {
  const conditions: CompiledCondition[] = []
  for (let condition = firstCondition; condition; condition = condition.next) conditions.push(condition)
  return conditions
}

function reachesConditions({ special }: FlagProgram, context: SubjectContext): boolean {
  if (!special) return true
  if (special.fixed !== undefined) return false
  const { groupType, bucketsByDevice, holdout } = special
  if (groupType !== undefined) {
    const group = context.group(groupType)
    return (
      group !== undefined &&
      (!holdout || isWithin(context, context.bucketing.holdout, holdout.percentage, group.id) === no)
    )
  }
  const id = idOf(special, context)
  if (bucketsByDevice && id === undefined) return false
  return !holdout || isWithin(context, context.bucketing.holdout, holdout.percentage, id) === no
}

/** @returns whether it ends the evaluation, too. */
function judge(
  { special, prefix }: FlagProgram,
  {
    condition,
    definition,
    context,
  }: { condition: CompiledCondition; definition: ConditionDefinition; context: SubjectContext },
): { explanation: ConditionExplanation; ends: boolean } {
  const type = condition.groupType === undefined ? special?.groupType : condition.groupType
  const group = type === undefined || type === null ? undefined : context.group(type)
  const { rolloutPercentage } = condition
  if (type !== undefined && !group) {
    return { explanation: { outcome: 'no-group', rolloutPercentage, properties: [] }, ends: false }
  }
  const bag = group ? group.properties : context.person
  const properties = definition.properties.map((filter, index) =>
    explainProperty(filter, condition.matchers[index]!(bag, context)),
  )
  const matched = matchCondition(condition, context, group)
  const within =
    matched === yes
      ? isWithin(context, prefix, rolloutPercentage, group ? group.id : idOf(special, context))
      : no
  return {
    explanation: { outcome: outcomeName(matched, within), rolloutPercentage, properties },
    ends:
      (matched & serverOnly) !== 0 ||
      (matched === yes && (within === yes || (within === no && special?.earlyExit === true))),
  }
}

function outcomeName(matched: Outcome, within: Outcome): ConditionExplanation['outcome'] {
  if (matched === no) return 'failed'
  if (matched !== yes || within > yes) return 'undecided'
  return within === yes ? 'matched' : 'out-of-rollout'
}

function explainProperty(filter: PropertyFilter, outcome: Outcome): PropertyExplanation {
  return {
    kind: filter.type,
    name: filter.type === 'cohort' ? String(filter.value) : filter.key,
    operator: filter.operator,
    outcome: outcome === yes ? 'matched' : outcome === no ? 'failed' : 'undecided',
    undecided: outcome > yes ? reasonOf(outcome) : undefined,
  }
}

function notReached({ rolloutPercentage }: CompiledCondition): ConditionExplanation {
  return { outcome: 'not-reached', rolloutPercentage, properties: [] }
}

/** Properties of the subject may throw when they are read. */
function attempt<Result>(compute: () => Result): Result | undefined {
  try {
    return compute()
  } catch {
    return undefined
  }
}

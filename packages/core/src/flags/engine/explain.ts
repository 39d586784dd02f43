import type { FlagValue } from '../../flag-snapshot.ts'
import { isWithin, matchCondition } from './evaluate.ts'
import type { ConditionExplanation, FlagExplanation, PropertyExplanation } from './flag-explanation.ts'
import { parseFilters, type ConditionDefinition, type PropertyFilter } from './flag-filters.ts'
import type { CompiledCondition, FlagProgram } from './flag-program.ts'
import type { Flag } from './flag.ts'
import { no, reasonOf, serverOnly, yes, type Outcome } from './outcome.ts'
import type { SubjectContext } from './subject-context.ts'

/** Explains the outcome of `flag.outcome`. Never throws. */
export function explainFlag(flag: Flag, context: SubjectContext): FlagExplanation {
  const outcome = flag.outcome(context)
  const { decidedBy } = context
  const isUndecided = typeof outcome === 'number'
  return {
    key: flag.definition.key,
    value: isUndecided ? undefined : outcome,
    undecided: isUndecided ? reasonOf(outcome) : undefined,
    because: isUndecided ? 'undecided' : causeOf(flag, outcome, decidedBy, context),
    conditions: explainConditions(flag, context),
  }
}

function causeOf(
  flag: Flag,
  value: FlagValue,
  decidedBy: number,
  context: SubjectContext,
): FlagExplanation['because'] {
  if (!flag.definition.active) return 'disabled'
  if (decidedBy >= 0) return value === false ? 'early-exit' : 'condition'
  if (typeof value === 'string') return 'holdout'
  const { groupType } = flag.compiled()
  return groupType !== undefined && !context.group(groupType) ? 'no-group' : 'no-condition'
}

function explainConditions(flag: Flag, context: SubjectContext): ConditionExplanation[] {
  const program = flag.compiled()
  const filters = attempt(() => parseFilters(flag.definition.filters))
  const definitions = typeof filters === 'object' ? filters.conditions : []
  let isReached = attempt(() => reachesConditions(program, context)) ?? false
  return program.conditions.map((condition, index) => {
    if (!isReached) return notReached(condition)
    const outcome = attempt(() => judge(program, { condition, definition: definitions[index]!, context }))
    // A condition whose properties cannot even be read ends the flag.
    isReached = outcome !== undefined && !outcome.ends
    return outcome ? outcome.explanation : notReached(condition)
  })
}

function reachesConditions(program: FlagProgram, context: SubjectContext): boolean {
  if (program.fixed !== undefined) return false
  const { groupType, bucketsByDevice, holdout } = program
  if (groupType !== undefined) {
    const group = context.group(groupType)
    return (
      group !== undefined &&
      (!holdout || isWithin(context, context.bucketing.holdout, holdout.percentage, group.id) === no)
    )
  }
  const id = idOf(program, context)
  if (bucketsByDevice && id === undefined) return false
  return !holdout || isWithin(context, context.bucketing.holdout, holdout.percentage, id) === no
}

/** @returns whether it ends the evaluation, too. */
function judge(
  program: FlagProgram,
  {
    condition,
    definition,
    context,
  }: { condition: CompiledCondition; definition: ConditionDefinition; context: SubjectContext },
): { explanation: ConditionExplanation; ends: boolean } {
  const type = condition.groupType === undefined ? program.groupType : condition.groupType
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
      ? isWithin(context, program.prefix, rolloutPercentage, group ? group.id : idOf(program, context))
      : no
  return {
    explanation: { outcome: outcomeName(matched, within), rolloutPercentage, properties },
    ends:
      (matched & serverOnly) !== 0 ||
      (matched === yes && (within === yes || (within === no && program.earlyExit))),
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

function idOf(program: FlagProgram, context: SubjectContext): string | undefined {
  return program.bucketsByDevice ? context.deviceId : context.distinctId || undefined
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

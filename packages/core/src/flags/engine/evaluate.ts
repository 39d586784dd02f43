import type { FlagValue } from '../../flag-snapshot.ts'
import type { BucketPrefix } from './bucketing.ts'
import { matchesNobody } from './evaluation.ts'
import type { CompiledCondition, FlagProgram, SpecialRules } from './flag-program.ts'
import type { FlagOutcome } from './match-dependency.ts'
import { binding, missing, no, reasonsOf, serverOnly, yes, type Outcome } from './outcome.ts'
import type { GroupContext, SubjectContext } from './subject-context.ts'

/** Evaluates a flag for a subject. Throws what reading the subject throws. */
export function evaluateProgram(program: FlagProgram, context: SubjectContext): FlagOutcome {
  const { special, owner } = program
  if (!special) return evaluateFor(program, context, idOf(special, context), undefined)
  if (special.fixed !== undefined) return special.fixed
  if (special.groupType !== undefined) {
    const group = context.group(special.groupType)
    return group ? evaluateFor(program, context, group.id, group) : matchesNobody
  }
  const id = idOf(special, context)
  if (id === undefined && special.bucketsByDevice) return owner.problem() || missing
  return evaluateFor(program, context, id, undefined)
}

/** What a flag of persons buckets by; undefined where it is not known. */
export function idOf(special: SpecialRules | undefined, context: SubjectContext): string | undefined {
  return special?.bucketsByDevice ? context.deviceId : context.distinctId || undefined
}

/**
 * @param id undefined where there is none to be bucketed by; what needs no bucket is decided all the same.
 * @param group whose properties count; undefined: the person's.
 */
function evaluateFor(
  program: FlagProgram,
  context: SubjectContext,
  id: string | undefined,
  group: GroupContext | undefined,
): FlagOutcome {
  const { special, firstCondition } = program
  if (special?.holdout) {
    const { holdout } = special
    const held = isWithin(context, context.bucketing.holdout, holdout.percentage, id)
    if (held !== no) return held === yes ? context.decisions.of(holdout.value, -1) : held
  }
  let pending: Outcome = 0
  // What binding conditions would give if they matched, and whether they differ.
  let bound: FlagValue | Outcome | undefined
  let isAmbiguous = false
  let index = -1
  for (let condition = firstCondition; condition; condition = condition.next) {
    index++
    let subjectId = id
    let subject = group
    if (condition.groupType !== undefined) {
      subject = condition.groupType === null ? undefined : context.group(condition.groupType)
      if (!subject) continue
      subjectId = subject.id
    }
    let outcome = matchCondition(condition, context, subject)
    if (outcome === no) continue
    if (outcome & serverOnly) return serverOnly | reasonsOf(pending | outcome) | program.owner.problem()
    if (outcome === yes) {
      outcome = isWithin(context, program.prefix, condition.rolloutPercentage, subjectId)
      if (outcome === no) {
        if (!special?.earlyExit) continue
        if (pending) return pending
        return context.decisions.of(false, index)
      }
      const value = outcome === yes ? valueOf(program, condition, context, subjectId) : outcome
      if (typeof value !== 'number') {
        if (pending & binding && (isAmbiguous || value !== bound)) return pending
        return context.decisions.of(value, index)
      }
      outcome = value | binding
    }
    pending |= outcome
    if (outcome & binding) {
      const value = valueIfMatched(program, condition, context, subjectId)
      isAmbiguous ||= bound !== undefined && bound !== value
      bound = value
    }
  }
  return pending || matchesNobody
}

/** Judges the properties of a condition, without its rollout. A later property that fails outweighs an undecided one. */
export function matchCondition(
  condition: CompiledCondition,
  context: SubjectContext,
  group: GroupContext | undefined,
): Outcome {
  const { matchers } = condition
  if (matchers.length === 0) return yes
  const properties = group ? group.properties : context.person
  let pending: Outcome = 0
  let server: Outcome = 0
  for (let index = 0; index < matchers.length; index++) {
    const outcome = matchers[index]!(properties, context)
    if (outcome === yes) continue
    if (outcome === no) return no
    // After another undecided property, later conditions may still decide without the server.
    if (outcome & serverOnly && !pending) server = outcome
    pending |= outcome & ~serverOnly
  }
  return server || pending || yes
}

/** Whether a rollout lets an id in. @param percentage undefined: everyone. */
export function isWithin(
  { bucketing }: SubjectContext,
  prefix: BucketPrefix,
  percentage: number | undefined,
  id: string | undefined,
): Outcome {
  if (percentage === undefined || percentage >= 100) return yes
  if (percentage <= 0) return no
  if (id === undefined) return missing
  return bucketing.bucket(prefix, id, '') > percentage / 100 ? no : yes
}

function valueOf(
  { variants, prefix }: FlagProgram,
  condition: CompiledCondition,
  { bucketing }: SubjectContext,
  id: string | undefined,
): FlagValue | Outcome {
  if (condition.override !== undefined) return condition.override
  if (!variants) return true
  return id === undefined ? missing : variants.at(bucketing.bucket(prefix, id, 'variant'))
}

/** The value of a flag at a condition whose properties match. */
function valueIfMatched(
  program: FlagProgram,
  condition: CompiledCondition,
  context: SubjectContext,
  id: string | undefined,
): FlagValue | Outcome {
  if (program.special?.earlyExit) {
    const within = isWithin(context, program.prefix, condition.rolloutPercentage, id)
    if (within !== yes) return within === no ? false : within
  }
  return valueOf(program, condition, context, id)
}

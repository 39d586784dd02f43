import type { BucketPrefix } from './bucketing.ts'
import type { CompiledCondition, FlagProgram } from './flag-program.ts'
import type { FlagOutcome } from './match-dependency.ts'
import { binding, missing, no, reasonsOf, serverOnly, yes, type Outcome } from './outcome.ts'
import type { GroupContext, SubjectContext } from './subject-context.ts'

/** Evaluated by its program. */
export interface ProgramOwner {
  /** What of its definition can never be evaluated here, as reason bits; 0: nothing. */
  problem(): Outcome
}

/** Evaluates a flag for a subject, and notes in `context.decidedBy` which condition decided. */
export function evaluateProgram(
  program: FlagProgram,
  owner: ProgramOwner,
  context: SubjectContext,
): FlagOutcome {
  context.decidedBy = -1
  if (program.fixed !== undefined) return program.fixed
  if (program.groupType !== undefined) {
    const group = context.group(program.groupType)
    return group ? evaluateFor(program, owner, context, group.id, group) : false
  }
  const id = program.bucketsByDevice ? context.deviceId : context.distinctId || undefined
  if (id === undefined && program.bucketsByDevice) return owner.problem() || missing
  return evaluateFor(program, owner, context, id, undefined)
}

/**
 * @param id undefined where there is none to be bucketed by; what needs no bucket is decided all the same.
 * @param group whose properties count; undefined: the person's.
 */
function evaluateFor(
  program: FlagProgram,
  owner: ProgramOwner,
  context: SubjectContext,
  id: string | undefined,
  group: GroupContext | undefined,
): FlagOutcome {
  const { conditions, holdout } = program
  if (holdout) {
    const held = isWithin(context, context.bucketing.holdout, holdout.percentage, id)
    if (held !== no) return held === yes ? holdout.value : held
  }
  let pending: Outcome = 0
  // What binding conditions would give if they matched, and whether they differ.
  let bound: FlagOutcome | undefined
  let isAmbiguous = false
  for (let index = 0; index < conditions.length; index++) {
    const condition = conditions[index]!
    let subjectId = id
    let subject = group
    if (condition.groupType !== undefined) {
      subject = condition.groupType === null ? undefined : context.group(condition.groupType)
      if (!subject) continue
      subjectId = subject.id
    }
    let outcome = matchCondition(condition, context, subject)
    if (outcome === no) continue
    if (outcome & serverOnly) return serverOnly | reasonsOf(pending | outcome) | owner.problem()
    if (outcome === yes) {
      outcome = isWithin(context, program.prefix, condition.rolloutPercentage, subjectId)
      if (outcome === no) {
        if (!program.earlyExit) continue
        if (pending) return pending
        context.decidedBy = index
        return false
      }
      const value = outcome === yes ? valueOf(program, condition, context, subjectId) : outcome
      if (typeof value !== 'number') {
        if (pending & binding && (isAmbiguous || value !== bound)) return pending
        context.decidedBy = index
        return value
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
  context.decidedBy = -1
  return pending || false
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
): FlagOutcome {
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
): FlagOutcome {
  if (program.earlyExit) {
    const within = isWithin(context, program.prefix, condition.rolloutPercentage, id)
    if (within !== yes) return within === no ? false : within
  }
  return valueOf(program, condition, context, id)
}

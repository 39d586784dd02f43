import { evaluateProgram } from './evaluate.ts'
import { undecidedFlags, type Evaluation } from './evaluation.ts'
import type { FlagProgram } from './flag-program.ts'
import type { FlagOutcome } from './match-dependency.ts'
import { missing, reasonOf } from './outcome.ts'
import type { SubjectContext } from './subject-context.ts'

/** What a flag comes to, for callers outside. Leaves nothing in memory: of ten thousand flags hardly one is depended upon. */
export function evaluationOf(program: FlagProgram, context: SubjectContext): Evaluation {
  const { remembered } = program
  const outcome = remembered?.serial === context.serial ? remembered.outcome : outcomeOf(program, context)
  return typeof outcome === 'number' ? undecidedFlags[reasonOf(outcome)] : outcome
}

/** The same for flags that depend on it: remembered as long as one evaluation lasts. */
export function rememberedOutcome(program: FlagProgram, context: SubjectContext): FlagOutcome {
  const { serial } = context
  if (program.remembered?.serial === serial) return program.remembered.outcome
  const outcome = outcomeOf(program, context)
  program.remembered = { serial, outcome }
  return outcome
}

function outcomeOf(program: FlagProgram, context: SubjectContext): FlagOutcome {
  try {
    return evaluateProgram(program, context)
  } catch {
    // A property of the subject that throws when it is read or made text, or nests beyond the stack.
    return missing
  }
}

import { evaluateProgram } from './evaluate.ts'
import { DecidedFlag, undecidedFlags, type Evaluation } from './evaluation.ts'
import type { FlagDefinition } from './flag-definition.ts'
import type { FlagProgram } from './flag-program.ts'
import type { Dependency, FlagOutcome } from './match-dependency.ts'
import { missing, reasonOf } from './outcome.ts'
import type { SubjectContext } from './subject-context.ts'

/** Makes programs; never throws. */
export interface ProgramCompiler {
  compile(definition: FlagDefinition): FlagProgram
}

/** A flag that compiles itself at its first use, and remembers its outcome as long as one evaluation lasts. */
export class Flag implements Dependency {
  readonly definition: FlagDefinition
  readonly #compiler: ProgramCompiler
  #program: FlagProgram | undefined
  #serial = -1
  #outcome: FlagOutcome = false
  #decidedBy = -1
  #lastDecided: DecidedFlag | undefined

  constructor(definition: FlagDefinition, compiler: ProgramCompiler) {
    this.definition = definition
    this.#compiler = compiler
  }

  /** The program, compiled by the first call. */
  compiled(): FlagProgram {
    this.#program ??= this.#compiler.compile(this.definition)
    return this.#program
  }

  /** Its value for the subject or why it has none; `context.decidedBy` tells which condition decided. Never throws. */
  outcome(context: SubjectContext): FlagOutcome {
    if (this.#serial !== context.serial) {
      this.#outcome = this.#evaluate(context)
      this.#decidedBy = context.decidedBy
      this.#serial = context.serial
    }
    context.decidedBy = this.#decidedBy
    return this.#outcome
  }

  /** The outcome for callers outside. */
  evaluation(context: SubjectContext): Evaluation {
    const outcome = this.outcome(context)
    if (typeof outcome === 'number') return undecidedFlags[reasonOf(outcome)]
    const last = this.#lastDecided
    if (last && last.value === outcome && last.conditionIndex === this.#decidedBy) return last
    this.#lastDecided = new DecidedFlag(outcome, this.#decidedBy, this.definition.filters)
    return this.#lastDecided
  }

  #evaluate(context: SubjectContext): FlagOutcome {
    try {
      return evaluateProgram(this.compiled(), context)
    } catch {
      // A property of the subject that throws when it is read or made text, or nests beyond the stack.
      context.decidedBy = -1
      return missing
    }
  }
}

import { evaluateProgram, type ProgramOwner } from './evaluate.ts'
import { DecidedFlag, matchesNobody, undecidedFlags, type Evaluation } from './evaluation.ts'
import type { FlagDefinition } from './flag-definition.ts'
import type { FlagProgram } from './flag-program.ts'
import type { Dependency, FlagOutcome } from './match-dependency.ts'
import { missing, reasonOf, type Outcome } from './outcome.ts'
import type { SubjectContext } from './subject-context.ts'

/** Makes programs; never throws. */
export interface ProgramCompiler {
  compile(definition: FlagDefinition): FlagProgram
  problem(definition: FlagDefinition): Outcome
}

/** A flag that compiles itself at its first use, and remembers its outcome as long as one evaluation lasts. */
export class Flag implements Dependency, ProgramOwner {
  readonly definition: FlagDefinition
  /** Its place among the flags of its set. */
  readonly index: number
  readonly #compiler: ProgramCompiler
  #program: FlagProgram | undefined
  #serial = -1
  #outcome: FlagOutcome = false
  #decidedBy = -1

  constructor(definition: FlagDefinition, index: number, compiler: ProgramCompiler) {
    this.definition = definition
    this.index = index
    this.#compiler = compiler
  }

  /** The program, compiled by the first call. */
  compiled(): FlagProgram {
    this.#program ??= this.#compiler.compile(this.definition)
    return this.#program
  }

  problem(): Outcome {
    return this.#compiler.problem(this.definition)
  }

  /**
   * Its value for the subject or why it has none, for flags that depend on it: remembered as long as one evaluation
   * lasts. `context.decidedBy` tells which condition decided. Never throws.
   */
  outcome(context: SubjectContext): FlagOutcome {
    if (this.#serial !== context.serial) {
      this.#outcome = this.#evaluate(context)
      this.#decidedBy = context.decidedBy
      this.#serial = context.serial
    }
    context.decidedBy = this.#decidedBy
    return this.#outcome
  }

  /** The outcome for callers outside. Leaves nothing in memory: of ten thousand flags hardly one is depended upon. */
  evaluation(context: SubjectContext): Evaluation {
    const outcome = this.#serial === context.serial ? this.outcome(context) : this.#evaluate(context)
    if (typeof outcome === 'number') return undecidedFlags[reasonOf(outcome)]
    // What matches nobody has no payload: one object serves all.
    if (outcome === false && context.decidedBy === -1) return matchesNobody
    return new DecidedFlag(outcome, context.decidedBy, this.definition)
  }

  #evaluate(context: SubjectContext): FlagOutcome {
    try {
      return evaluateProgram(this.compiled(), this, context)
    } catch {
      // A property of the subject that throws when it is read or made text, or nests beyond the stack.
      context.decidedBy = -1
      return missing
    }
  }
}

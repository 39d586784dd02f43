import type { Evaluation } from './evaluation.ts'
import type { FlagDefinition } from './flag-definition.ts'
import type { FlagProgram, ProgramOwner } from './flag-program.ts'
import type { Dependency, FlagOutcome } from './match-dependency.ts'
import type { Outcome } from './outcome.ts'
import { evaluationOf, rememberedOutcome } from './program-outcome.ts'
import type { SubjectContext } from './subject-context.ts'

/** Makes programs; never throws. */
export interface ProgramCompiler {
  compile(definition: FlagDefinition, owner: ProgramOwner): FlagProgram
  problem(definition: FlagDefinition): Outcome
}

/** A flag that compiles itself at its first use. */
export class Flag implements Dependency, ProgramOwner {
  readonly definition: FlagDefinition
  /** Its place among the flags of its set. */
  readonly index: number
  readonly #compiler: ProgramCompiler
  #program: FlagProgram | undefined

  constructor(definition: FlagDefinition, index: number, compiler: ProgramCompiler) {
    this.definition = definition
    this.index = index
    this.#compiler = compiler
  }

  /** The program, compiled by the first call. */
  compiled(): FlagProgram {
    this.#program ??= this.#compiler.compile(this.definition, this)
    return this.#program
  }

  problem(): Outcome {
    return this.#compiler.problem(this.definition)
  }

  /** Its value for the subject or why it has none, for flags that depend on it. Never throws. */
  outcome(context: SubjectContext): FlagOutcome {
    return rememberedOutcome(this.compiled(), context)
  }

  /** The same for callers outside. */
  evaluation(context: SubjectContext): Evaluation {
    return evaluationOf(this.compiled(), context)
  }
}

import { evaluationOf } from './program-outcome.ts'
import type { Evaluation, Evaluations } from './evaluation.ts'
import type { FlagProgram } from './flag-program.ts'
import type { SubjectContext } from './subject-context.ts'

/** All flags of a set in their order, compiled; never changed. */
export interface CompiledFlags {
  readonly keys: readonly string[]
  readonly programs: readonly FlagProgram[]
  /** The place of a flag among them; undefined: there is no such flag. */
  indexOf(key: string): number | undefined
}

/** Evaluations of every flag of a set, found through the set's own index: making one costs no table of keys. */
export class AllEvaluations implements Evaluations {
  readonly #flags: CompiledFlags
  readonly #evaluations: readonly Evaluation[]

  constructor(flags: CompiledFlags, context: SubjectContext) {
    this.#flags = flags
    this.#evaluations = flags.programs.map((program) => evaluationOf(program, context))
  }

  get size(): number {
    return this.#evaluations.length
  }

  get(key: string): Evaluation | undefined {
    const index = this.#flags.indexOf(key)
    return index === undefined ? undefined : this.#evaluations[index]
  }

  forEach(see: (evaluation: Evaluation, key: string) => void): void {
    const { keys } = this.#flags
    for (let index = 0; index < keys.length; index++) see(this.#evaluations[index]!, keys[index]!)
  }

  *[Symbol.iterator](): IterableIterator<[string, Evaluation]> {
    const { keys } = this.#flags
    for (let index = 0; index < keys.length; index++) yield [keys[index]!, this.#evaluations[index]!]
  }
}

import type { Evaluation, Evaluations } from './evaluation.ts'
import type { Flag } from './flag.ts'
import type { SubjectContext } from './subject-context.ts'

/** Evaluations of every flag of a set, found through the set's own index: making one costs no table of keys. */
export class AllEvaluations implements Evaluations {
  readonly #flags: ReadonlyMap<string, Flag>
  readonly #evaluations: readonly Evaluation[]

  /** @param flags of a set, in their order; never changed. */
  constructor(flags: ReadonlyMap<string, Flag>, context: SubjectContext) {
    const evaluations: Evaluation[] = []
    for (const flag of flags.values()) evaluations.push(flag.evaluation(context))
    this.#flags = flags
    this.#evaluations = evaluations
  }

  get size(): number {
    return this.#evaluations.length
  }

  get(key: string): Evaluation | undefined {
    const flag = this.#flags.get(key)
    return flag && this.#evaluations[flag.index]
  }

  keys(): IterableIterator<string> {
    return this.#flags.keys()
  }

  *[Symbol.iterator](): IterableIterator<[string, Evaluation]> {
    for (const [key, { index }] of this.#flags) yield [key, this.#evaluations[index]!]
  }
}

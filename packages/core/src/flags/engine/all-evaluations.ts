import type { Evaluation, Evaluations } from './evaluation.ts'
import type { Flag } from './flag.ts'
import type { SubjectContext } from './subject-context.ts'

/** The flags of a set in their order, and the place of each key. Never changes. */
export interface OrderedFlags {
  readonly flags: readonly Flag[]
  readonly places: ReadonlyMap<string, number>
}

/** Evaluations of every flag of a set, found through an index of the set's own: making one costs no table of keys. */
export class AllEvaluations implements Evaluations {
  readonly #places: ReadonlyMap<string, number>
  readonly #evaluations: readonly Evaluation[]

  constructor({ flags, places }: OrderedFlags, context: SubjectContext) {
    const evaluations: Evaluation[] = []
    for (let place = 0; place < flags.length; place++) evaluations.push(flags[place]!.evaluation(context))
    this.#places = places
    this.#evaluations = evaluations
  }

  get size(): number {
    return this.#places.size
  }

  get(key: string): Evaluation | undefined {
    const place = this.#places.get(key)
    return place === undefined ? undefined : this.#evaluations[place]
  }

  keys(): IterableIterator<string> {
    return this.#places.keys()
  }

  *[Symbol.iterator](): IterableIterator<[string, Evaluation]> {
    for (const [key, place] of this.#places) yield [key, this.#evaluations[place]!]
  }
}

import type { FlagExplanation, FlagResult, FlagSubject } from '../flag-snapshot.ts'
import type { Evaluation } from './engine/evaluation.ts'
import type { FlagResults } from './flag-source.ts'
import type { LoadedDefinitions } from './definitions/loaded-definitions.ts'

/**
 * Flags of one subject at one moment, evaluated in this process: each at its first read, and remembered. Definitions that
 * arrive later change nothing.
 */
export class LocalResults implements FlagResults {
  readonly #definitions: LoadedDefinitions
  readonly #subject: FlagSubject
  readonly #now: number
  readonly #known = new Map<string, FlagResult>()

  constructor(definitions: LoadedDefinitions, subject: FlagSubject, now: number) {
    this.#definitions = definitions
    this.#subject = subject
    this.#now = now
  }

  get(key: string): FlagResult | undefined {
    const known = this.#known.get(key)
    if (known) return known
    const evaluation = this.#definitions.set.evaluate(key, this.#subject, this.#now)
    return evaluation && this.#remember(key, evaluation)
  }

  keys(): IterableIterator<string> {
    return this.#definitions.set.keys()
  }

  explain(key: string): FlagExplanation | undefined {
    return this.#definitions.set.explain(key, this.#subject, this.#now)
  }

  /** Evaluates all flags at once, or those of `keys` that exist; cheaper than one after another. */
  evaluateAll(keys?: Iterable<string>): ReadonlyMap<string, FlagResult> {
    const results = new Map<string, FlagResult>()
    for (const [key, evaluation] of this.#definitions.set.evaluateAll(this.#subject, this.#now, keys)) {
      results.set(key, this.#remember(key, evaluation))
    }
    return results
  }

  #remember(key: string, evaluation: Evaluation): FlagResult {
    const result = this.#resultOf(key, evaluation)
    this.#known.set(key, result)
    return result
  }

  #resultOf(key: string, evaluation: Evaluation): FlagResult {
    const { value, undecided } = evaluation
    const { set, loadedAt } = this.#definitions
    const definition = set.definition(key)
    return {
      key,
      value,
      get payload() {
        return evaluation.payload
      },
      reason: undecided ? 'undecided' : 'evaluated',
      undecided,
      description: undecided ? undefined : 'Evaluated locally',
      code: definition?.active === false ? 'flag_disabled' : undefined,
      origin: {
        isLocal: true,
        id: definition?.id,
        version: undefined,
        hasExperiment: definition?.hasExperiment,
        requestId: undefined,
        evaluatedAt: this.#now,
        definitionsLoadedAt: loadedAt,
      },
    }
  }
}

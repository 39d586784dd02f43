import type { FlagExplanation, FlagResult, FlagSubject } from '../flag-snapshot.ts'
import type { LoadedDefinitions } from './definitions/loaded-definitions.ts'
import type { Evaluation, Evaluations } from './engine/evaluation.ts'
import type { Moment } from './engine/moment.ts'
import type { SubjectContext } from './engine/subject-context.ts'
import type { FlagResults } from './flag-source.ts'
import { SmallMap } from '../small-map.ts'
import { LocalFlag } from './local-flag.ts'

/**
 * Flags of one subject at one moment, evaluated in this process: each at its first read, and remembered. Definitions that
 * arrive later change nothing.
 */
export class LocalResults implements FlagResults {
  readonly #definitions: LoadedDefinitions
  readonly #subject: FlagSubject
  readonly #now: Moment
  readonly #wanted: ReadonlySet<string> | undefined
  #read: SmallMap<Evaluation> | undefined
  #all: Evaluations | undefined
  #context: SubjectContext | undefined

  /** @param keys of the flags that are wanted. Default: all. */
  constructor(definitions: LoadedDefinitions, subject: FlagSubject, now: Moment, keys?: readonly string[]) {
    this.#definitions = definitions
    this.#subject = subject
    this.#now = now
    this.#wanted = keys && new Set(keys)
  }

  get(key: string): FlagResult | undefined {
    const evaluation = this.#evaluation(key)
    return evaluation && this.#flag(key, evaluation)
  }

  *all(): Iterable<FlagResult> {
    for (const [key, evaluation] of this.evaluateAll()) yield this.#flag(key, evaluation)
  }

  explain(key: string): FlagExplanation | undefined {
    return this.#definitions.set.explain(key, this.#subject, this.#now)
  }

  /** Evaluates all flags at once, cheaper than one after another. Whatever happens to the subject then changes nothing. */
  evaluateAll(): Evaluations {
    this.#all ??= this.#definitions.set.evaluateAll(this.#subject, this.#now, this.#wanted)
    return this.#all
  }

  #evaluation(key: string): Evaluation | undefined {
    if (this.#all) return this.#all.get(key)
    const known = this.#read?.get(key)
    if (known) return known
    if (this.#wanted && !this.#wanted.has(key)) return undefined
    const { set } = this.#definitions
    this.#context ??= set.context(this.#subject, this.#now)
    const evaluation = set.evaluateIn(this.#context, key)
    if (evaluation) {
      this.#read ??= new SmallMap()
      this.#read.set(key, evaluation)
    }
    return evaluation
  }

  #flag(key: string, evaluation: Evaluation): FlagResult {
    return new LocalFlag(key, evaluation, this.#definitions, this.#now)
  }
}

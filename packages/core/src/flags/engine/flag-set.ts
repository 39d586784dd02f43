import type { FlagSubject, FlagValue, UndecidedReason } from '../../flag-snapshot.ts'
import { AllEvaluations, type OrderedFlags } from './all-evaluations.ts'
import type { FlagDefinitions } from './definitions.ts'
import type { Evaluation, Evaluations } from './evaluation.ts'
import { explainFlag } from './explain.ts'
import { FlagCompiler } from './flag-compiler.ts'
import type { FlagDefinition } from './flag-definition.ts'
import type { FlagExplanation } from './flag-explanation.ts'
import { payloadFor } from './flag-payload.ts'
import { Flag } from './flag.ts'
import type { Dependency } from './match-dependency.ts'
import { reasonOf } from './outcome.ts'
import { SubjectContext } from './subject-context.ts'

/** Settings of a `FlagSet`. */
export interface FlagSetOptions {
  /**
   * Where this process stands, such as `['backend']`: leaves out flags that are meant for other places only. Flags that
   * depend on such a flag see it off.
   *
   * @default [] every flag
   */
  readonly evaluationContexts?: readonly string[]
}

/**
 * The flags of one state of the definitions, evaluated in this process: synchronously, and for the same input always the
 * same. A flag is compiled at its first use. A subject is never changed, and nothing of it is kept but its ids.
 */
export class FlagSet {
  readonly #definitions: ReadonlyMap<string, FlagDefinition>
  readonly #compiler: FlagCompiler
  /** Those used so far. */
  readonly #flags = new Map<string, Flag>()
  #everyFlag: OrderedFlags | undefined
  /** Evaluations begun so far; gives each a serial of its own. */
  #evaluations = 0

  constructor(definitions: FlagDefinitions, options: FlagSetOptions = {}) {
    const kept = keptFlags(definitions.flags, options.evaluationContexts ?? [])
    this.#definitions = kept
    this.#compiler = new FlagCompiler({ ...definitions, flags: kept }, (key) => {
      return this.#flag(key) ?? (definitions.flags.has(key) ? off : undefined)
    })
  }

  /** Keys of the flags, in the order of the definitions. */
  keys(): IterableIterator<string> {
    return this.#definitions.keys()
  }

  get size(): number {
    return this.#definitions.size
  }

  /** What is known of a flag beside its value; undefined if there is no such flag. */
  definition(key: string): FlagDefinition | undefined {
    return this.#definitions.get(key)
  }

  /**
   * Evaluates one flag.
   *
   * @param now milliseconds since 1970, for conditions with relative dates.
   * @returns undefined if there is no such flag. Never throws.
   */
  evaluate(key: string, subject: FlagSubject, now: number): Evaluation | undefined {
    return this.#flag(key)?.evaluation(this.#context(subject, now))
  }

  /**
   * Evaluates all flags, or those of `keys` that exist. Cohorts, and flags that several depend on, are judged once. Never
   * throws.
   *
   * @param now milliseconds since 1970.
   */
  evaluateAll(subject: FlagSubject, now: number, keys?: Iterable<string>): Evaluations {
    const context = this.#context(subject, now)
    if (!keys) return new AllEvaluations(this.#every(), context)
    const evaluations = new Map<string, Evaluation>()
    for (const key of keys) {
      const flag = this.#flag(key)
      if (flag) evaluations.set(key, flag.evaluation(context))
    }
    return evaluations
  }

  /** How a flag comes to its value for a subject: slower than `evaluate`, always with the same outcome. */
  explain(key: string, subject: FlagSubject, now: number): FlagExplanation | undefined {
    const flag = this.#flag(key)
    return flag && explainFlag(flag, this.#context(subject, now))
  }

  /** The decoded payload that a flag holds for a value, whoever the subject is; undefined if there is none. */
  payload(key: string, value: FlagValue): unknown {
    return payloadFor(this.#definitions.get(key)?.filters, value)
  }

  /** Why an active flag can never, or not for everyone, be decided here, as far as its definition tells. Compiles it. */
  problem(key: string): UndecidedReason | undefined {
    const problem = this.#flag(key)?.compiled().problem()
    return problem ? reasonOf(problem) : undefined
  }

  /** Compiles all flags ahead of their first use, and stops after each so that the caller may let others run. */
  *compileInSteps(): Generator<undefined, void> {
    for (const key of this.#definitions.keys()) {
      this.#flag(key)?.compiled()
      yield
    }
  }

  #context(subject: FlagSubject, now: number): SubjectContext {
    return new SubjectContext(subject, now, this.#evaluations++)
  }

  #flag(key: string): Flag | undefined {
    const known = this.#flags.get(key)
    if (known) return known
    const definition = this.#definitions.get(key)
    if (!definition) return undefined
    const flag = new Flag(definition, this.#compiler)
    this.#flags.set(key, flag)
    return flag
  }

  #every(): OrderedFlags {
    if (this.#everyFlag) return this.#everyFlag
    const flags: Flag[] = []
    const places = new Map<string, number>()
    for (const key of this.#definitions.keys()) {
      places.set(key, flags.length)
      flags.push(this.#flag(key)!)
    }
    this.#everyFlag = { flags, places }
    return this.#everyFlag
  }
}

const off: Dependency = { outcome: () => false }

function keptFlags(
  flags: ReadonlyMap<string, FlagDefinition>,
  contexts: readonly string[],
): ReadonlyMap<string, FlagDefinition> {
  if (contexts.length === 0) return flags
  const here = new Set(contexts)
  const isMeant = ({ evaluationContexts }: FlagDefinition) =>
    evaluationContexts.length === 0 || evaluationContexts.some((name) => here.has(name))
  return new Map([...flags].filter(([, definition]) => isMeant(definition)))
}

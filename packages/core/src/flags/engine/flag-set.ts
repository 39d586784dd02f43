import type { FlagSubject, FlagValue, UndecidedReason } from '../../flag-snapshot.ts'
import { AllEvaluations, type CompiledFlags } from './all-evaluations.ts'
import { Bucketing } from './bucketing.ts'
import { Decisions } from './decisions.ts'
import type { FlagDefinitions } from './definitions.ts'
import { matchesNobody, type Evaluation, type Evaluations } from './evaluation.ts'
import { explainFlag } from './explain.ts'
import { FlagCompiler, type OtherFlags } from './flag-compiler.ts'
import type { FlagDefinition } from './flag-definition.ts'
import type { FlagExplanation } from './flag-explanation.ts'
import { payloadFor } from './flag-payload.ts'
import { Flag } from './flag.ts'
import type { Dependency } from './match-dependency.ts'
import type { Clock } from './moment.ts'
import { reasonOf } from './outcome.ts'
import { SubjectContext, type SharedTables } from './subject-context.ts'

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
  readonly #flags: ReadonlyMap<string, Flag>
  readonly #shared: SharedTables = { bucketing: new Bucketing(), decisions: new Decisions() }
  #compiled: CompiledFlags | undefined
  /** Evaluations begun so far; gives each a serial of its own. */
  #evaluations = 0

  constructor({ flags, ...shared }: FlagDefinitions, options: FlagSetOptions = {}) {
    const here = new Set(options.evaluationContexts)
    const kept = new Map<string, Flag>()
    const leftOut = new Set<string>()
    const others: OtherFlags = {
      find: (key) => kept.get(key) ?? (leftOut.has(key) ? off : undefined),
      definition: (key) => kept.get(key)?.definition,
    }
    const compiler = new FlagCompiler(shared, others, this.#shared.bucketing)
    for (const definition of flags.values()) {
      if (isMeantFor(here, definition)) kept.set(definition.key, new Flag(definition, kept.size, compiler))
      else leftOut.add(definition.key)
    }
    this.#flags = kept
  }

  /** Keys of the flags, in the order of the definitions. */
  keys(): IterableIterator<string> {
    return this.#flags.keys()
  }

  get size(): number {
    return this.#flags.size
  }

  /** What is known of a flag beside its value; undefined if there is no such flag. */
  definition(key: string): FlagDefinition | undefined {
    return this.#flags.get(key)?.definition
  }

  /**
   * Evaluates one flag.
   *
   * @param now milliseconds since 1970, for conditions with relative dates; a clock is asked once such a condition comes up.
   * @returns undefined if there is no such flag. Never throws.
   */
  evaluate(key: string, subject: FlagSubject, now: number | Clock): Evaluation | undefined {
    return this.evaluateIn(this.context(subject, now), key)
  }

  /**
   * A subject as of one moment, for `evaluateIn`.
   *
   * @param now as `evaluate` takes it.
   */
  context(subject: FlagSubject, now: number | Clock): SubjectContext {
    return new SubjectContext(subject, now, this.#shared, this.#evaluations++)
  }

  /**
   * Evaluates one flag after another for the same subject: what one of them looked up, the next need not. Otherwise as
   * `evaluate`.
   *
   * @param context made by this set.
   */
  evaluateIn(context: SubjectContext, key: string): Evaluation | undefined {
    return this.#flags.get(key)?.evaluation(context)
  }

  /**
   * Evaluates all flags, or those of `keys` that exist. Cohorts, and flags that several depend on, are judged once. Never
   * throws.
   *
   * @param now as `evaluate` takes it.
   */
  evaluateAll(subject: FlagSubject, now: number | Clock, keys?: Iterable<string>): Evaluations {
    const context = this.context(subject, now)
    if (!keys) {
      this.#compiled ??= this.#compileAll()
      return new AllEvaluations(this.#compiled, context)
    }
    const evaluations = new Map<string, Evaluation>()
    for (const key of keys) {
      const flag = this.#flags.get(key)
      if (flag) evaluations.set(key, flag.evaluation(context))
    }
    return evaluations
  }

  /** How a flag comes to its value for a subject: slower than `evaluate`, always with the same outcome. */
  explain(key: string, subject: FlagSubject, now: number | Clock): FlagExplanation | undefined {
    const flag = this.#flags.get(key)
    return flag && explainFlag(flag, this.context(subject, now))
  }

  /** The decoded payload that a flag holds for a value, whoever the subject is; undefined if there is none. */
  payload(key: string, value: FlagValue): unknown {
    return payloadFor(this.#flags.get(key)?.definition.filters, value)
  }

  /** Why an active flag can never, or not for everyone, be decided here, as far as its definition tells. */
  problem(key: string): UndecidedReason | undefined {
    const problem = this.#flags.get(key)?.problem()
    return problem ? reasonOf(problem) : undefined
  }

  #compileAll(): CompiledFlags {
    const flags = this.#flags
    return {
      keys: [...flags.keys()],
      programs: Array.from(flags.values(), (flag) => flag.compiled()),
      indexOf: (key) => flags.get(key)?.index,
    }
  }
}

const off: Dependency = { outcome: () => matchesNobody }

function isMeantFor(here: ReadonlySet<string>, { evaluationContexts }: FlagDefinition): boolean {
  return (
    here.size === 0 || evaluationContexts.length === 0 || evaluationContexts.some((name) => here.has(name))
  )
}

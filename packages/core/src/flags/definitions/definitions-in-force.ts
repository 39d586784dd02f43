import type { Emitter } from '../../emitter.ts'
import type { ResolvedOptions } from '../../options.ts'
import type { Runtime } from '../../runtime.ts'
import type { StopSignal } from '../../transport/stop-signal.ts'
import { bundledDefinitions } from './bundled-definitions.ts'
import type { DefinitionReview } from './definition-review.ts'
import { definitionsInSteps, type FlagDefinitions } from '../engine/definitions.ts'
import { loadedDefinitions, type LoadedDefinitions } from './loaded-definitions.ts'
import { inSlices } from './time-slices.ts'

/** The definitions that evaluations begin with. They are replaced as a whole, so who holds some keeps them unchanged. */
export class DefinitionsInForce {
  readonly #contexts: readonly string[]
  readonly #runtime: Runtime
  readonly #emitter: Emitter
  readonly #review: DefinitionReview
  readonly #stop: StopSignal
  readonly #onMinimal: (minimal: boolean) => void
  readonly #onReplaced: () => void
  #current: LoadedDefinitions | undefined

  /**
   * @param parts.onReplaced is called when other definitions are in force, before anybody else hears of them.
   * @throws ConfigError for bundled definitions that cannot be used.
   */
  constructor(parts: {
    options: Pick<ResolvedOptions, 'definitions' | 'evaluationContexts'>
    runtime: Runtime
    emitter: Emitter
    review: DefinitionReview
    stop: StopSignal
    onMinimal: (minimal: boolean) => void
    onReplaced: () => void
  }) {
    this.#contexts = parts.options.evaluationContexts
    this.#runtime = parts.runtime
    this.#emitter = parts.emitter
    this.#review = parts.review
    this.#stop = parts.stop
    this.#onMinimal = parts.onMinimal
    this.#onReplaced = parts.onReplaced
    const { definitions } = parts.options
    if (definitions !== undefined) {
      const bundled = bundledDefinitions(definitions)
      this.#inspect(this.#use(bundled), bundled)
    }
  }

  get current(): LoadedDefinitions | undefined {
    return this.#current
  }

  /**
   * Puts other definitions in force, after reading them a little at a time.
   *
   * @returns what is wrong with them, if anything; then, and after a stop, nothing changes. Never rejects.
   */
  async replace(json: unknown): Promise<string | undefined> {
    const definitions = await inSlices(this.#runtime, this.#stop, readableSteps(json))
    if (!definitions || typeof definitions === 'string') return definitions
    const loaded = this.#use(definitions)
    this.#onMinimal(loaded.minimalFlagCalledEvents)
    this.#onReplaced()
    this.#emitter.emit('localEvaluationFlagsLoaded', loaded.set.size)
    this.#inspect(loaded, definitions)
    return undefined
  }

  clear(): void {
    this.#current = undefined
    this.#onMinimal(false)
  }

  #use(definitions: FlagDefinitions): LoadedDefinitions {
    this.#current = loadedDefinitions(definitions, this.#contexts, this.#runtime.now())
    return this.#current
  }

  #inspect({ set }: LoadedDefinitions, definitions: FlagDefinitions): void {
    this.#review.inspect(set, definitions).then(ignore, ignore)
  }
}

/** A cache provider may hand out objects whose members throw. */
function* readableSteps(json: unknown): Generator<undefined, FlagDefinitions | string> {
  try {
    return yield* definitionsInSteps(json)
  } catch {
    return 'the definitions cannot be read'
  }
}

/** `inspect` does not reject, which the compiler cannot know. */
function ignore(): void {}

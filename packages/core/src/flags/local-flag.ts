import type { FlagOrigin, FlagReason, FlagResult, FlagValue, UndecidedReason } from '../flag-snapshot.ts'
import type { LoadedDefinitions } from './definitions/loaded-definitions.ts'
import type { Evaluation } from './engine/evaluation.ts'
import type { Moment } from './engine/moment.ts'

/** A flag that was evaluated in this process. Most readers want its value alone: everything else is found when asked for. */
export class LocalFlag implements FlagResult {
  readonly key: string
  readonly value: FlagValue | undefined
  readonly #evaluation: Evaluation
  readonly #definitions: LoadedDefinitions
  readonly #evaluatedAt: Moment

  constructor(key: string, evaluation: Evaluation, definitions: LoadedDefinitions, evaluatedAt: Moment) {
    this.key = key
    this.value = evaluation.value
    this.#evaluation = evaluation
    this.#definitions = definitions
    this.#evaluatedAt = evaluatedAt
  }

  get payload(): unknown {
    return this.value === undefined ? undefined : this.#definitions.set.payload(this.key, this.value)
  }

  get reason(): FlagReason {
    return this.undecided ? 'undecided' : 'evaluated'
  }

  get undecided(): UndecidedReason | undefined {
    return this.#evaluation.undecided
  }

  get description(): string | undefined {
    return this.undecided ? undefined : 'Evaluated locally'
  }

  get code(): string | undefined {
    return this.#definitions.set.definition(this.key)?.active === false ? 'flag_disabled' : undefined
  }

  get origin(): FlagOrigin {
    const { set, loadedAt } = this.#definitions
    const definition = set.definition(this.key)
    return {
      isLocal: true,
      id: definition?.id,
      version: undefined,
      hasExperiment: definition?.hasExperiment,
      requestId: undefined,
      evaluatedAt: this.#evaluatedAt.now(),
      definitionsLoadedAt: loadedAt,
    }
  }
}

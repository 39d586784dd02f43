import { type FlagDefinitions, FlagSet, parseDefinitions } from '@hedgerow/core/evaluation'
import { type DefinitionsBody, definitionsBody } from './definitions.ts'
import type { FlagDefinition } from './flag-definition.ts'
import { type FlagFile, isDefinitionList } from './flag-file.ts'

/** The flags of one state of the flags file, ready to be served and evaluated. Never changes. */
export class LoadedFlags {
  /** The file as it was written. */
  readonly file: FlagFile
  readonly definitions: DefinitionsBody
  readonly #parsed: FlagDefinitions
  readonly #everywhere: FlagSet
  readonly #byKey: ReadonlyMap<string, FlagDefinition>

  /** @param file is kept, and must not be changed afterwards. */
  constructor(file: FlagFile) {
    this.file = file
    this.definitions = definitionsBody(file)
    const parsed = parseDefinitions(this.definitions)
    if (typeof parsed === 'string') throw new TypeError(`a checked flags file is refused: ${parsed}`)
    this.#parsed = parsed
    this.#everywhere = new FlagSet(parsed)
    this.#byKey = new Map(this.definitions.flags.map((definition) => [definition.key, definition]))
  }

  get size(): number {
    return this.#byKey.size
  }

  keys(): Iterable<string> {
    return this.#byKey.keys()
  }

  /** The definition as it is served; undefined if there is no such flag. */
  definition(key: string): FlagDefinition | undefined {
    return this.#byKey.get(key)
  }

  /** Whether the file says no more of the flag than `false`: such a flag is answered, where an inactive one is left out. */
  isPlainlyOff(key: string): boolean {
    const { flags } = this.file
    return !isDefinitionList(flags) && Object.hasOwn(flags, key) && flags[key] === false
  }

  /** The flags for whoever stands in these evaluation contexts; without any, all flags. */
  flagSet(evaluationContexts: readonly string[]): FlagSet {
    return evaluationContexts.length === 0
      ? this.#everywhere
      : new FlagSet(this.#parsed, { evaluationContexts })
  }
}

import type { UndecidedReason } from '../../flag-snapshot.ts'
import type { Logger } from '../../logger.ts'
import type { Runtime } from '../../runtime.ts'
import type { StopSignal } from '../../transport/stop-signal.ts'
import { definitionProblem, type KnownDefinitions } from '../engine/definition-problem.ts'
import type { FlagDefinitions } from '../engine/definitions.ts'
import type { FlagDefinition } from '../engine/flag-definition.ts'
import { parseFilters } from '../engine/flag-filters.ts'
import type { FlagSet } from '../engine/flag-set.ts'
import { reasonOf } from '../engine/outcome.ts'
import { inSlices } from './time-slices.ts'

/** Flags that one line names, and the most characters of a key. */
const namedFlags = 5
const namedCharacters = 100

interface Finding {
  readonly definition: FlagDefinition
  readonly reason: UndecidedReason
  readonly isNew: boolean
}

/** Warns of definitions that this process can never fully evaluate: once, and again when they change. */
export class DefinitionReview {
  readonly #runtime: Runtime
  readonly #logger: Logger
  readonly #stop: StopSignal
  #latest: FlagSet | undefined
  #warned: ReadonlyMap<string, Finding> = new Map()
  #ignored = 0

  constructor(parts: { runtime: Runtime; logger: Logger; stop: StopSignal }) {
    this.#runtime = parts.runtime
    this.#logger = parts.logger
    this.#stop = parts.stop
  }

  /**
   * Goes through all flags of a set, a little at a time; none is compiled for it. A newer set ends the review of an
   * older one. Never rejects.
   *
   * @param definitions those that the set was made of.
   */
  async inspect(set: FlagSet, definitions: FlagDefinitions): Promise<void> {
    if (!this.#logger.isEnabled('warn')) return
    this.#latest = set
    this.#tellIgnored(definitions.ignored)
    const findings = await inSlices(this.#runtime, this.#stop, this.#findings(set, definitions))
    if (!findings || this.#latest !== set) return
    this.#warned = findings
    this.#tell([...findings.values()].filter(({ isNew }) => isNew))
  }

  *#findings(
    set: FlagSet,
    { flags, cohorts, groupTypes }: FlagDefinitions,
  ): Generator<undefined, ReadonlyMap<string, Finding>> {
    const findings = new Map<string, Finding>()
    const known = { cohorts, groupTypes, hasFlag: (key: string) => flags.has(key) }
    for (const key of set.keys()) {
      if (this.#latest !== set) break
      const definition = set.definition(key)
      const reason = definition && problemOf(definition, known)
      if (reason) {
        const before = this.#warned.get(key)?.definition
        findings.set(key, { definition, reason, isNew: !before || !isSame(before, definition) })
      }
      yield
    }
    return findings
  }

  #tell(findings: readonly Finding[]): void {
    if (findings.length === 0) return
    const named = findings.slice(0, namedFlags).map(({ definition, reason }) => {
      return `${JSON.stringify(definition.key.slice(0, namedCharacters))} (${reason})`
    })
    const more = findings.length > namedFlags ? ` and ${findings.length - namedFlags} more` : ''
    const flags = findings.length === 1 ? '1 active flag' : `${findings.length} active flags`
    this.#logger.warn(
      'flags-undecidable',
      `${flags} cannot be decided for everyone by local evaluation: ${named.join(', ')}${more}`,
    )
  }

  #tellIgnored(ignored: number): void {
    const isNews = ignored > 0 && ignored !== this.#ignored
    this.#ignored = ignored
    if (!isNews) return
    const entries = ignored === 1 ? '1 entry' : `${ignored} entries`
    this.#logger.warn(
      'definitions-ignored',
      `${entries} of the flag definitions left out, because a flag is an object with a key`,
    )
  }
}

/** Flags that only a browser evaluates are nobody's concern here. */
function problemOf(definition: FlagDefinition, known: KnownDefinitions): UndecidedReason | undefined {
  if (definition.evaluationRuntime === 'client') return undefined
  try {
    const problem = definitionProblem(definition, parseFilters(definition.filters), known)
    return problem === 0 ? undefined : reasonOf(problem)
  } catch {
    // Cohorts nested beyond the stack.
    return 'unsupported_definition'
  }
}

/** Compared as text: definitions are plain JSON, in the order that the server sends. */
function isSame(one: FlagDefinition, other: FlagDefinition): boolean {
  try {
    return JSON.stringify(one) === JSON.stringify(other)
  } catch {
    // Nested beyond the stack: warned of already, and who would change such a thing by hand.
    return true
  }
}

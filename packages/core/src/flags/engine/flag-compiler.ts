import type { Bucketing } from './bucketing.ts'
import { CompiledStore } from './compiled-store.ts'
import { definitionProblem, type KnownDefinitions } from './definition-problem.ts'
import type { FlagDefinitions } from './definitions.ts'
import { DependencyGraph } from './dependency-graph.ts'
import { matchesNobody } from './evaluation.ts'
import type { FlagDefinition } from './flag-definition.ts'
import {
  noFilters,
  parseFilters,
  type ConditionDefinition,
  type FlagFilters,
  type PropertyFilter,
  type VariantDefinition,
} from './flag-filters.ts'
import type { CompiledCondition, FlagProgram, ProgramOwner, SpecialRules } from './flag-program.ts'
import { cohortLeaves, cohortMatcher, leftToServer } from './match-cohort.ts'
import { dependencyMatcher, type Dependency, type FlagOutcome } from './match-dependency.ts'
import type { Matcher } from './match-property.ts'
import { continuity, negated, unsupported, type Outcome } from './outcome.ts'
import { PropertyMatchers } from './property-matchers.ts'
import { Variants } from './variants.ts'

/** What a compiler knows of the other flags of its set. */
export interface OtherFlags {
  /** A flag that another one depends on, off where it is not meant for this place; undefined if there is none. */
  find(key: string): Dependency | undefined
  definition(key: string): FlagDefinition | undefined
}

const circular: Matcher = () => unsupported
const noMatchers: readonly Matcher[] = []

/** Turns the definitions of flags into programs; what several have alike is compiled once for all of them. */
export class FlagCompiler {
  readonly #definitions: Omit<FlagDefinitions, 'flags'>
  readonly #flags: OtherFlags
  readonly #bucketing: Bucketing
  readonly #properties: PropertyMatchers
  readonly #variants = new CompiledStore<Variants>()
  readonly #known: KnownDefinitions
  readonly #graph: DependencyGraph
  readonly #cohorts = new Map<string, Matcher>()
  readonly #problems = new Map<string, Outcome>()

  constructor(definitions: Omit<FlagDefinitions, 'flags'>, flags: OtherFlags, bucketing: Bucketing) {
    const { cohorts, groupTypes, propertyMatchingVersion: version } = definitions
    this.#definitions = definitions
    this.#flags = flags
    this.#bucketing = bucketing
    this.#properties = new PropertyMatchers(version)
    this.#known = { cohorts, groupTypes, hasFlag: (key) => flags.find(key) !== undefined }
    this.#graph = new DependencyGraph((node) => this.#leavesOf(node))
  }

  /** Never throws: a definition that cannot be understood gives a program that is always undecided. */
  compile(definition: FlagDefinition, owner: ProgramOwner): FlagProgram {
    try {
      return this.#compile(definition, owner, parseFilters(definition.filters))
    } catch {
      // Nested beyond the stack, or with values that no text can be made of.
      return this.#compile(definition, owner, 'too deep')
    }
  }

  /** What of a flag can never be evaluated here, whoever the subject is, as reason bits; 0: nothing. Remembered. */
  problem(definition: FlagDefinition): Outcome {
    const known = this.#problems.get(definition.key)
    if (known !== undefined) return known
    const problem = this.#problemOf(definition)
    this.#problems.set(definition.key, problem)
    return problem
  }

  #problemOf(definition: FlagDefinition): Outcome {
    try {
      return definitionProblem(definition, parseFilters(definition.filters), this.#known)
    } catch {
      return unsupported
    }
  }

  #compile(definition: FlagDefinition, owner: ProgramOwner, filters: FlagFilters | string): FlagProgram {
    const { conditions, variants } = typeof filters === 'string' ? noFilters : filters
    const table =
      variants.length === 0
        ? undefined
        : this.#variants.get(variantsText(variants), () => new Variants(variants))
    return {
      owner,
      prefix: this.#bucketing.prefix(`${definition.key}.`),
      special: this.#specialRules(definition, filters),
      firstCondition: conditions.reduceRight<CompiledCondition | undefined>(
        (next, condition) => this.#compileCondition(definition, condition, table, next),
        undefined,
      ),
      variants: table,
      remembered: undefined,
    }
  }

  #specialRules(definition: FlagDefinition, filters: FlagFilters | string): SpecialRules | undefined {
    const fixed = this.#fixedOutcome(definition, filters)
    const { groupTypeIndex, holdout, earlyExit } = typeof filters === 'string' ? noFilters : filters
    const { bucketsByDevice } = definition
    const isSpecial =
      fixed !== undefined || groupTypeIndex !== undefined || bucketsByDevice || holdout || earlyExit
    if (!isSpecial) return undefined
    const groupType =
      groupTypeIndex === undefined ? undefined : this.#definitions.groupTypes.get(groupTypeIndex)
    return { fixed, groupType, bucketsByDevice, holdout, earlyExit }
  }

  /** The outcome where it is the same for everyone. */
  #fixedOutcome(definition: FlagDefinition, filters: FlagFilters | string): FlagOutcome | undefined {
    if (!definition.active) return matchesNobody
    if (definition.experienceContinuity) return continuity
    if (typeof filters === 'string') return unsupported
    const { groupTypeIndex, conditions, holdout } = filters
    if (groupTypeIndex !== undefined) {
      return this.#definitions.groupTypes.has(groupTypeIndex) ? undefined : unsupported
    }
    return conditions.length === 0 && !holdout && !definition.bucketsByDevice ? matchesNobody : undefined
  }

  #compileCondition(
    definition: FlagDefinition,
    condition: ConditionDefinition,
    variants: Variants | undefined,
    next: CompiledCondition | undefined,
  ): CompiledCondition {
    const { properties, rolloutPercentage, variant, groupTypeIndex } = condition
    return {
      matchers:
        properties.length === 0
          ? noMatchers
          : properties.map((filter) => this.#matcher(`flag:${definition.key}`, filter)),
      rolloutPercentage,
      override: variant !== undefined && variants?.has(variant) ? variant || undefined : undefined,
      groupType:
        groupTypeIndex === undefined ? undefined : (this.#definitions.groupTypes.get(groupTypeIndex) ?? null),
      next,
    }
  }

  /** @param node the flag or cohort that the requirement belongs to. */
  #matcher(node: string, filter: PropertyFilter): Matcher {
    if (filter.type === 'property') return this.#properties.of(filter)
    if (this.#graph.isCircular(node, filter)) return circular
    if (filter.type === 'flag') return dependencyMatcher(filter, (key) => this.#flags.find(key))
    const matcher = this.#cohort(String(filter.value))
    return filter.operator === 'not_in'
      ? (properties, context) => negated(matcher(properties, context))
      : matcher
  }

  #cohort(id: string): Matcher {
    const known = this.#cohorts.get(id)
    if (known) return known
    if (!this.#definitions.cohorts.has(id)) return leftToServer
    const node = `cohort:${id}`
    const matcher = cohortMatcher(this.#definitions.cohorts.get(id), (leaf) => this.#matcher(node, leaf))
    this.#cohorts.set(id, matcher)
    return matcher
  }

  #leavesOf(node: string): readonly PropertyFilter[] {
    const name = node.slice(node.indexOf(':') + 1)
    if (node.startsWith('cohort:')) return cohortLeaves(this.#definitions.cohorts.get(name))
    const filters = parseFilters(this.#flags.definition(name)?.filters)
    return typeof filters === 'string' ? [] : filters.conditions.flatMap(({ properties }) => properties)
  }
}

/** Text that only equal variants have; JSON itself knows neither NaN nor infinite shares. */
function variantsText(variants: readonly VariantDefinition[]): string {
  return JSON.stringify(variants.map(({ key, rolloutPercentage }) => [key, String(rolloutPercentage)]))
}

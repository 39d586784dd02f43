import type { Bucketing } from './bucketing.ts'
import { definitionProblem, type KnownDefinitions } from './definition-problem.ts'
import type { FlagDefinitions } from './definitions.ts'
import { DependencyGraph } from './dependency-graph.ts'
import type { FlagDefinition } from './flag-definition.ts'
import {
  noFilters,
  parseFilters,
  type ConditionDefinition,
  type FlagFilters,
  type PropertyFilter,
} from './flag-filters.ts'
import type { CompiledCondition, FlagProgram } from './flag-program.ts'
import { cohortLeaves, cohortMatcher, leftToServer } from './match-cohort.ts'
import { dependencyMatcher, type Dependency, type FlagOutcome } from './match-dependency.ts'
import { propertyMatcher, type Matcher, type PropertyRules } from './match-property.ts'
import { RegexStore } from '../regex/regex-store.ts'
import { continuity, negated, unsupported, type Outcome } from './outcome.ts'
import { Variants } from './variants.ts'

/** What a compiler knows of the other flags of its set. */
export interface OtherFlags {
  /** A flag that another one depends on, off where it is not meant for this place; undefined if there is none. */
  find(key: string): Dependency | undefined
  definition(key: string): FlagDefinition | undefined
}

const circular: Matcher = () => unsupported
const noMatchers: readonly Matcher[] = []

/** Turns the definitions of flags into programs; cohorts are compiled once for all of them. */
export class FlagCompiler {
  readonly #definitions: Omit<FlagDefinitions, 'flags'>
  readonly #flags: OtherFlags
  readonly #bucketing: Bucketing
  readonly #rules: PropertyRules
  readonly #known: KnownDefinitions
  readonly #graph: DependencyGraph
  readonly #cohorts = new Map<string, Matcher>()
  readonly #problems = new Map<string, Outcome>()

  constructor(definitions: Omit<FlagDefinitions, 'flags'>, flags: OtherFlags, bucketing: Bucketing) {
    const { cohorts, groupTypes, propertyMatchingVersion: version } = definitions
    this.#definitions = definitions
    this.#flags = flags
    this.#bucketing = bucketing
    this.#rules = { version, regexes: new RegexStore() }
    this.#known = { cohorts, groupTypes, hasFlag: (key) => flags.find(key) !== undefined }
    this.#graph = new DependencyGraph((node) => this.#leavesOf(node))
  }

  /** Never throws: a definition that cannot be understood gives a program that is always undecided. */
  compile(definition: FlagDefinition): FlagProgram {
    try {
      return this.#compile(definition, parseFilters(definition.filters))
    } catch {
      // Nested beyond the stack, or with values that no text can be made of.
      return this.#compile(definition, 'too deep')
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

  #compile(definition: FlagDefinition, filters: FlagFilters | string): FlagProgram {
    const { conditions, variants, groupTypeIndex, holdout, earlyExit } =
      typeof filters === 'string' ? noFilters : filters
    const table = variants.length > 0 ? new Variants(variants) : undefined
    return {
      prefix: this.#bucketing.prefix(`${definition.key}.`),
      fixed: this.#fixedOutcome(definition, filters),
      groupType: groupTypeIndex === undefined ? undefined : this.#definitions.groupTypes.get(groupTypeIndex),
      bucketsByDevice: definition.bucketsByDevice,
      holdout,
      conditions: conditions.map((condition) => this.#compileCondition(definition, condition, table)),
      variants: table,
      earlyExit,
    }
  }

  /** The outcome where it is the same for everyone. */
  #fixedOutcome(definition: FlagDefinition, filters: FlagFilters | string): FlagOutcome | undefined {
    if (!definition.active) return false
    if (definition.experienceContinuity) return continuity
    if (typeof filters === 'string') return unsupported
    const { groupTypeIndex, conditions, holdout } = filters
    if (groupTypeIndex !== undefined) {
      return this.#definitions.groupTypes.has(groupTypeIndex) ? undefined : unsupported
    }
    return conditions.length === 0 && !holdout && !definition.bucketsByDevice ? false : undefined
  }

  #compileCondition(
    definition: FlagDefinition,
    condition: ConditionDefinition,
    variants: Variants | undefined,
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
    }
  }

  /** @param node the flag or cohort that the requirement belongs to. */
  #matcher(node: string, filter: PropertyFilter): Matcher {
    if (filter.type === 'property') return propertyMatcher(filter, this.#rules)
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

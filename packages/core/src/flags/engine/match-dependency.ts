import type { FlagValue } from '../../flag-snapshot.ts'
import type { DecidedFlag } from './evaluation.ts'
import type { PropertyFilter } from './flag-filters.ts'
import type { Matcher } from './match-property.ts'
import { no, serverOnly, binding, unresolved, unsupported, yes, type Outcome } from './outcome.ts'
import type { SubjectContext } from './subject-context.ts'

/** Outcome of a flag: the evaluation with its value or, as a number, why it has none. */
export type FlagOutcome = DecidedFlag | Outcome

/** A flag that others depend on. */
export interface Dependency {
  outcome(context: SubjectContext): FlagOutcome
}

/** Keys of the flags that a dependency needs, in the order of evaluation; undefined where the definition does not say. */
export function dependencyKeys(filter: PropertyFilter): string[] | undefined {
  const chain = filter.dependencyChain
  return Array.isArray(chain) && chain.length > 0 ? chain.map(String) : undefined
}

/** The matcher of a dependency. @param find gives a flag by its key; undefined if there is no such flag. */
export function dependencyMatcher(
  filter: PropertyFilter,
  find: (key: string) => Dependency | undefined,
): Matcher {
  const keys = dependencyKeys(filter)
  if (!keys) return () => unsupported
  const chain: Dependency[] = []
  for (const key of keys) {
    const dependency = find(key)
    if (!dependency) return () => unsupported
    chain.push(dependency)
  }
  const target = keys.lastIndexOf(filter.key)
  const expected = filter.value
  return (_properties, context) => {
    let value: FlagValue | undefined
    for (let index = 0; index < chain.length; index++) {
      const outcome = chain[index]!.outcome(context)
      if (typeof outcome === 'number') return unresolved | (outcome & (serverOnly | binding))
      if (index === target) value = outcome.value
    }
    return isExpected(value, expected) ? yes : no
  }
}

/** `true` stands for any variant too. */
function isExpected(value: FlagValue | undefined, expected: unknown): boolean {
  if (expected === true) return value === true || typeof value === 'string'
  return (typeof expected === 'boolean' || typeof expected === 'string') && value === expected
}

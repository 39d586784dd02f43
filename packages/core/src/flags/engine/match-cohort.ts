import { parsePropertyFilter, type PropertyFilter } from './flag-filters.ts'
import type { Matcher } from './match-property.ts'
import { negated, no, serverOnly, unsupported, yes, type Outcome } from './outcome.ts'
import { isWireRecord } from '../../wire-record.ts'

const everyone: Matcher = () => yes
const nobody: Matcher = () => no
/** For shapes that newer servers may mean something by, and static cohorts, whose members only the server lists. */
export const leftToServer: Matcher = () => unsupported | serverOnly

/** The matcher of a cohort definition. @param leafMatcher compiles one requirement, without its negation. */
export function cohortMatcher(cohort: unknown, leafMatcher: (leaf: PropertyFilter) => Matcher): Matcher {
  return remembering(groupMatcher(cohort, leafMatcher))
}

/** The requirements of a cohort that `cohortMatcher` would compile, nested ones included. */
export function cohortLeaves(cohort: unknown): PropertyFilter[] {
  const leaves: PropertyFilter[] = []
  groupMatcher(cohort, (leaf) => {
    leaves.push(leaf)
    return everyone
  })
  return leaves
}

function groupMatcher(group: unknown, leafMatcher: (leaf: PropertyFilter) => Matcher): Matcher {
  if (group === null || group === undefined) return everyone
  if (!isWireRecord(group)) return leftToServer
  if (Object.keys(group).length === 0) return everyone
  const { type, values } = group
  if (type !== 'AND' && type !== 'OR' && type !== 'property') return leftToServer
  const all = type !== 'OR'
  if (!values) return all ? everyone : nobody
  if (!Array.isArray(values)) return leftToServer
  const [first] = values as readonly unknown[]
  // What the first element is, the others are read as, whatever they look like.
  const nested = isWireRecord(first) && Object.hasOwn(first, 'values')
  const members = values.map((value) =>
    nested ? groupMatcher(value, leafMatcher) : negatableMatcher(value, leafMatcher),
  )
  return membersMatcher(members, all)
}

function negatableMatcher(value: unknown, leafMatcher: (leaf: PropertyFilter) => Matcher): Matcher {
  const leaf = parsePropertyFilter(value)
  if (!leaf) return leftToServer
  const matcher = leafMatcher(leaf)
  return leaf.negation ? (properties, context) => negated(matcher(properties, context)) : matcher
}

/** In order: the first decisive member decides, unless one that only the server can judge comes before it. */
function membersMatcher(members: readonly Matcher[], all: boolean): Matcher {
  const decisive = all ? no : yes
  const otherwise = all ? yes : no
  return (properties, context) => {
    let pending = 0
    for (const member of members) {
      const outcome = member(properties, context)
      if (outcome === decisive) return decisive
      if (outcome > yes) {
        if (outcome & serverOnly) return outcome
        pending |= outcome
      }
    }
    return pending || otherwise
  }
}

/** Many flags look at one cohort: it is judged once for each subject. */
function remembering(matcher: Matcher): Matcher {
  let knownSerial = -1
  let knownGroupType = ''
  let known: Outcome = no
  return (properties, context) => {
    if (context.serial === knownSerial && properties.groupType === knownGroupType) return known
    const outcome = matcher(properties, context)
    knownSerial = context.serial
    knownGroupType = properties.groupType
    known = outcome
    return outcome
  }
}

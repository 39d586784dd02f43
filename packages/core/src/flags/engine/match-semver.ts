import type { ValueTest } from './match-exact.ts'
import { no, unsupported, yes, type Outcome } from './outcome.ts'
import { compareSemver, parseSemver, semverRanges, type SemverRange } from './semver.ts'

const comparisons = {
  semver_eq: (order: number) => order === 0,
  semver_neq: (order: number) => order !== 0,
  semver_gt: (order: number) => order > 0,
  semver_gte: (order: number) => order >= 0,
  semver_lt: (order: number) => order < 0,
  semver_lte: (order: number) => order <= 0,
} as const

/** Operators on versions. */
export type SemverOperator = keyof typeof comparisons | keyof typeof semverRanges

/** Whether an operator is one of them. */
export function isSemverOperator(operator: string): operator is SemverOperator {
  return Object.hasOwn(comparisons, operator) || Object.hasOwn(semverRanges, operator)
}

/** Whether the filter is a version, or a range, that the operator can read. */
export function isSemverFilter(operator: SemverOperator, filter: unknown): boolean {
  return (isRangeOperator(operator) ? semverRanges[operator](filter) : parseSemver(filter)) !== undefined
}

/** The test of a version operator; the filter is judged before the value. */
export function semverTest(operator: SemverOperator, filter: unknown, unreadable: Outcome): ValueTest {
  if (isRangeOperator(operator)) return rangeTest(semverRanges[operator](filter), unreadable)
  const bound = parseSemver(filter)
  const holds = comparisons[operator]
  if (!bound) return () => unsupported
  return (value) => {
    const version = parseSemver(value)
    return !version ? unreadable : holds(compareSemver(version, bound)) ? yes : no
  }
}

function rangeTest(range: SemverRange | undefined, unreadable: Outcome): ValueTest {
  if (!range) return () => unsupported
  const { lower, upper } = range
  return (value) => {
    const version = parseSemver(value)
    if (!version) return unreadable
    return compareSemver(version, lower) >= 0 && compareSemver(version, upper) < 0 ? yes : no
  }
}

function isRangeOperator(operator: SemverOperator): operator is keyof typeof semverRanges {
  return Object.hasOwn(semverRanges, operator)
}

import { dateTest, isDateFilter } from './match-date.ts'
import { exactTest, isExactFilter, type ValueTest } from './match-exact.ts'
import { orderTest } from './match-order.ts'
import type { CompiledRegex } from '../regex/portable-regex.ts'
import type { CompiledStore } from './compiled-store.ts'
import { regexTest } from './match-regex.ts'
import { isSemverFilter, isSemverOperator, semverTest } from './match-semver.ts'
import { substringTests } from './match-substring.ts'
import { missing, negated, no, unsupported, yes, type Outcome } from './outcome.ts'
import { absent, type PropertyBag } from './property-bag.ts'
import type { PropertyFilter } from './flag-filters.ts'
import type { SubjectContext } from './subject-context.ts'

/** Judges a subject by the properties that a condition looks at: the person's or a group's. */
export type Matcher = (properties: PropertyBag, context: SubjectContext) => Outcome

/** What the filters of one set of definitions share. */
export interface PropertyRules {
  /** `property_matching_version` of the definitions. */
  readonly version: number | undefined
  readonly regexes: CompiledStore<CompiledRegex>
}

/** Compiles a filter on a property. */
export function propertyMatcher(filter: PropertyFilter, rules: PropertyRules): Matcher {
  const { key, operator } = filter
  // An unusable filter is the reason to report, however little is known of the subject.
  const unreadable = isUsableFilter(filter) ? missing : unsupported
  if (operator === 'is_set') return (properties) => (properties.read(key) === absent ? unreadable : yes)
  if (operator === 'is_not_set') return (properties) => (properties.read(key) === absent ? unreadable : no)
  if (operator === 'is_date_before' || operator === 'is_date_after') {
    const test = dateTest(operator === 'is_date_before' ? 'before' : 'after', filter.value, unreadable)
    return (properties, { now }) => {
      const value = properties.read(key)
      if (value === absent) return unreadable
      return value === undefined ? unsupported : value === null ? no : test(value, now)
    }
  }
  const test = valueTest(filter, rules, unreadable)
  const readsNull = nullIsText.has(operator)
  return (properties) => {
    const value = properties.read(key)
    if (value === absent) return unreadable
    if (value === undefined) return unsupported
    return value === null && !readsNull ? no : test(value)
  }
}

/** Whether the filter could decide anything, given the right properties: a known operator, and a value it can read. */
export function isUsableFilter({ operator, value }: PropertyFilter): boolean {
  if (operator === 'exact' || operator === 'is_not') return isExactFilter(value)
  if (operator === 'is_date_before' || operator === 'is_date_after') return isDateFilter(value)
  return isSemverOperator(operator) ? isSemverFilter(operator, value) : textOperators.has(operator)
}

/** Operators for which null is the text `null`; for the others nothing matches it. */
const nullIsText = new Set([
  'exact',
  'is_not',
  'icontains',
  'not_icontains',
  'starts_with',
  'not_starts_with',
  'ends_with',
  'not_ends_with',
  'regex',
  'not_regex',
])

/** Operators that can read any filter. */
const textOperators = new Set([...nullIsText, 'gt', 'gte', 'lt', 'lte', 'is_set', 'is_not_set'])

function valueTest(
  { operator, value }: PropertyFilter,
  { version, regexes }: PropertyRules,
  unreadable: Outcome,
): ValueTest {
  switch (operator) {
    case 'exact':
      return exactTest(value, version, unreadable)
    case 'is_not':
      return negatedTest(exactTest(value, version, unreadable))
    case 'icontains':
    case 'starts_with':
    case 'ends_with':
      return substringTests[operator](value)
    case 'not_icontains':
      return negatedTest(substringTests.icontains(value))
    case 'not_starts_with':
      return negatedTest(substringTests.starts_with(value))
    case 'not_ends_with':
      return negatedTest(substringTests.ends_with(value))
    case 'regex':
    case 'not_regex':
      return regexTest(operator, value, regexes)
    case 'gt':
    case 'gte':
    case 'lt':
    case 'lte':
      return orderTest(operator, value)
    default:
      return isSemverOperator(operator) ? semverTest(operator, value, unreadable) : () => unsupported
  }
}

function negatedTest(test: ValueTest): ValueTest {
  return (value) => negated(test(value))
}

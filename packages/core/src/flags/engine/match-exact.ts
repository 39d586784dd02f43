import { isBooleanLike, isTruthy } from './boolean-like.ts'
import { flagText, isJsonValue, isWellFormed } from './flag-text.ts'
import { no, unsupported, yes, type Outcome } from './outcome.ts'

/** Compares the value that a subject has, which is never undefined, with the one of a filter. */
export type ValueTest = (value: unknown) => Outcome

/**
 * The test of `exact`.
 *
 * @param version `property_matching_version`: below 2, filters that look like booleans compare truth, so that `"false"`
 *   equals everything that is not true.
 * @param unreadable outcome for values that have no certain text.
 */
export function exactTest(filter: unknown, version: number | undefined, unreadable: Outcome): ValueTest {
  const booleanLike = isBooleanLike(filter)
  if ((booleanLike && version !== 2) || (Array.isArray(filter) && filter.length === 0)) {
    const expected = isTruthy(filter)
    return (value) => (!isJsonValue(value) ? unreadable : isTruthy(value) === expected ? yes : no)
  }
  const test = Array.isArray(filter) ? oneOfTest(filter, unreadable) : equalTest(filter, unreadable)
  if (!booleanLike) return test
  // Neither spelling of a number can equal a boolean, although its text is uncertain.
  return (value) => (typeof value === 'number' ? (Number.isFinite(value) ? no : unreadable) : test(value))
}

/** Whether `exact` can read the filter at all. */
export function isExactFilter(filter: unknown): boolean {
  return Array.isArray(filter)
    ? !filter.some((item) => flagText(item) === undefined)
    : flagText(filter) !== undefined
}

function equalTest(filter: unknown, unreadable: Outcome): ValueTest {
  const expected = flagText(filter)?.toLowerCase()
  if (expected === undefined) return () => unsupported
  return (value) => {
    if (value === expected) return yes
    if (typeof value === 'string') {
      if (value.toLowerCase() === expected) return yes
      return isWellFormed(value) ? no : unreadable
    }
    const text = flagText(value)
    return text === undefined ? unreadable : text.toLowerCase() === expected ? yes : no
  }
}

/** Beyond it, a table is faster to search; up to it, a list is as fast, and a fifth of the size. */
const longestList = 8

/** Items are read in order: one without a certain text leaves undecided what no earlier item equals. */
function oneOfTest(filter: readonly unknown[], unreadable: Outcome): ValueTest {
  const texts: string[] = []
  let otherwise = no
  for (const item of filter) {
    const text = flagText(item)
    if (text === undefined) {
      otherwise = unsupported
      break
    }
    texts.push(text.toLowerCase())
  }
  const expected = texts.length > longestList ? new Set(texts) : texts.slice()
  return (value) => {
    if (typeof value === 'string' && isAmong(expected, value)) return yes
    const text = flagText(value)
    return text === undefined ? unreadable : isAmong(expected, text.toLowerCase()) ? yes : otherwise
  }
}

function isAmong(expected: readonly string[] | ReadonlySet<string>, text: string): boolean {
  return Array.isArray(expected) ? expected.includes(text) : (expected as ReadonlySet<string>).has(text)
}

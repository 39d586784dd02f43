import { describe, expect, it } from 'vitest'
import { compileRegex } from './portable-regex.ts'

/** Patterns that take a backtracking engine quadratic to exponential time, each with the subject that does it. */
const cases: [pattern: string, repeated: string, last: string, answer: boolean][] = [
  ['(a+)+$', 'a', '!', false],
  ['(a|a)*$', 'a', '!', true],
  ['(a|aa)+$', 'a', '!', false],
  ['.*a.*b.*c$', 'ab', '', false],
  ['a*a*a*b', 'a', '', false],
  ['(.*)*x', 'a', '', false],
  ['^(a?){30}a{30}$', 'a', '', false],
  ['([a-z]+)*\\d', 'a', '!', false],
  ['(x+x+)+y', 'x', '', false],
  ['\\s+$', ' ', '!', false],
  ['a*b', 'a', '', false],
  ['(?:a*)*c', 'a', '', false],
  // More situations than are remembered: the slowest way there is.
  ['a[ab]{12}c', 'abbabaabaababbaabbba', '', false],
]

/** Patterns that a backtracking engine may be given, with subjects on which it has to search to the end. */
const harmless: typeof cases = [
  ['^[a-z]+@example\\.com$', 'a', '', false],
  ['^[\\w.]{1,64}@(?:[a-z]+\\.){1,3}com$', 'a', '', false],
  ['(a|b)a?(c|d)', 'a', '', false],
]

/** Microseconds of CPU time of ten tests with a fresh regex: the median of eleven measurements. */
function medianTime(pattern: string, subject: string): number {
  const times = Array.from({ length: 11 }, () => {
    const begin = process.cpuUsage()
    const test = tester(pattern)
    for (let count = 0; count < 10; count++) test(subject)
    const { user, system } = process.cpuUsage(begin)
    return user + system
  })
  return times.sort((a, b) => a - b)[5] ?? Infinity
}

function tester(pattern: string): (subject: string) => boolean | undefined {
  const regex = compileRegex(pattern)
  if (regex.kind !== 'matcher') throw new Error(`${pattern} is ${regex.kind}.`)
  return regex.test
}

describe('a subject of twice the length takes about twice the time', () => {
  it.each([...cases, ...harmless])('%s', (pattern, repeated, last, answer) => {
    const short = repeated.repeat(5_000 / repeated.length) + last
    const long = repeated.repeat(10_000 / repeated.length) + last
    expect([short, long].map(tester(pattern))).toEqual([answer, answer])
    // The least of five attempts, as whatever else the machine does can only add time.
    const growth = Array.from({ length: 5 }, () => medianTime(pattern, long) / medianTime(pattern, short))
    expect(Math.min(...growth)).toBeLessThanOrEqual(3)
  })
})

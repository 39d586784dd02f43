import { RegexAutomaton } from './regex-automaton.ts'
import { linearCost } from './regex-linear.ts'
import { compileProgram } from './regex-program.ts'
import { scanRegex } from './regex-scanner.ts'
import { parseRegex, type RegexNode } from './regex-syntax.ts'

/** A pattern of the operators `regex` and `not_regex`, ready for any number of subjects. */
export type CompiledRegex =
  /** Only the server knows what it means, or it is too large to be tested here. */
  | { readonly kind: 'undecidable' }
  /** It does not compile: no match for `regex` and `not_regex` alike. */
  | { readonly kind: 'invalid' }
  | RegexMatcher

export interface RegexMatcher {
  readonly kind: 'matcher'
  /**
   * Whether the pattern matches anywhere in `subject`, in a time proportional to its length.
   *
   * @returns undefined if that is for the server to say: the subject holds a carriage return or a character outside
   * ASCII, or is so long that the test would keep everybody waiting.
   */
  test(subject: string): boolean | undefined
}

const GREATEST_PATTERN_LENGTH = 10_000
/** Of one test: characters times the steps that each of them can take. */
const GREATEST_WORK = 10_000_000

/**
 * Compiles a pattern to what JavaScript's `RegExp` without flags would answer, wherever the server would answer the
 * same. Never throws, and neither do the matchers; no pattern and no subject makes them slow.
 */
export function compileRegex(pattern: string): CompiledRegex {
  if (pattern === '') return { kind: 'matcher', test: () => true }
  const tokens = pattern.length <= GREATEST_PATTERN_LENGTH ? scanRegex(pattern) : undefined
  if (tokens === undefined) return { kind: 'undecidable' }
  const native = compileNative(pattern, '')
  if (native === undefined) return { kind: 'invalid' }
  for (const token of tokens) {
    // Without the flag, JavaScript gives a meaning of its own to classes such as `[\d-z]`.
    const isClass = token.kind === 'characters' && token.source.startsWith('[')
    if (isClass && compileNative(token.source, 'u') === undefined) return { kind: 'undecidable' }
  }
  const regex = parseRegex(tokens)
  return nativeMatcher(regex, native) ?? automatonMatcher(regex) ?? { kind: 'undecidable' }
}

function compileNative(pattern: string, flags: string): RegExp | undefined {
  try {
    return new RegExp(pattern, flags)
  } catch {
    return undefined
  }
}

function nativeMatcher(regex: RegexNode, native: RegExp): RegexMatcher | undefined {
  const cost = linearCost(regex)
  return cost === undefined ? undefined : matcher(cost, (subject) => native.test(subject))
}

function automatonMatcher(regex: RegexNode): RegexMatcher | undefined {
  const program = compileProgram(regex)
  if (program === undefined) return undefined
  const automaton = new RegexAutomaton(program)
  return matcher(program.kinds.length, (subject) => automaton.test(subject))
}

function matcher(cost: number, test: (subject: string) => boolean): RegexMatcher {
  return {
    kind: 'matcher',
    test: (subject) =>
      subject.length * cost > GREATEST_WORK || /[^\x00-\x0c\x0e-\x7f]/.test(subject)
        ? undefined
        : test(subject),
  }
}

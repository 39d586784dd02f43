import type { ValueTest } from './match-exact.ts'
import { negated, no, binding, unsupported, yes } from './outcome.ts'
import { compileRegex, type CompiledRegex } from '../regex/portable-regex.ts'
import type { CompiledStore } from './compiled-store.ts'

const leftToServer = unsupported | binding

/** The test of `regex` or `not_regex`, on JavaScript's text of both sides. A pattern that does not compile matches neither way. */
export function regexTest(
  operator: 'regex' | 'not_regex',
  filter: unknown,
  regexes: CompiledStore<CompiledRegex>,
): ValueTest {
  const regex = regexes.get(String(filter), compileRegex)
  if (regex.kind === 'undecidable') return () => leftToServer
  if (regex.kind === 'invalid') return () => no
  const negate = operator === 'not_regex'
  return (value) => {
    const matches = regex.test(String(value))
    if (matches === undefined) return leftToServer
    const outcome = matches ? yes : no
    return negate ? negated(outcome) : outcome
  }
}

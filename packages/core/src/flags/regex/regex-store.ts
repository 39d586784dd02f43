import { compileRegex, type CompiledRegex } from './portable-regex.ts'

/** Compiled patterns, one for all who use the same: flags of a project often do, and an automaton weighs more than a flag. */
export class RegexStore {
  readonly #known = new Map<string, CompiledRegex>()

  /** Never throws. */
  compile(pattern: string): CompiledRegex {
    let regex = this.#known.get(pattern)
    if (!regex) {
      regex = compileRegex(pattern)
      this.#known.set(pattern, regex)
    }
    return regex
  }
}

import { ANY_BUT_LINE_BREAKS, oneCharacter, type CharacterSet } from './regex-characters.ts'
import { readClass } from './regex-class.ts'
import { readEscape, type Reading } from './regex-escape.ts'

export type RegexToken =
  /** One character out of a set. `source` is how the pattern writes it. */
  | { readonly kind: 'characters'; readonly set: CharacterSet; readonly source: string }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'open' }
  | { readonly kind: 'or' }
  /** `empty`: the group holds nothing, or ends in a group that does. */
  | { readonly kind: 'close'; readonly empty: boolean }
  /** `max` is Infinity when there is none. */
  | { readonly kind: 'repeat'; readonly min: number; readonly max: number }
  /** The question mark that makes a repetition reluctant. */
  | { readonly kind: 'reluctant' }

const GREATEST_COUNT = 4_294_967_295
const GREATEST_NESTING = 200

/**
 * Cuts a pattern into tokens.
 *
 * @returns undefined if a construct is outside the portable subset, the part of the syntax that means the same to
 * JavaScript and to the server, or if groups nest too deeply. The tokens of a pattern that does not compile are
 * incomplete or in no meaningful order.
 */
export function scanRegex(pattern: string): readonly RegexToken[] | undefined {
  return /[^\x00-\x7f]/.test(pattern) ? undefined : new RegexScanner(pattern).scan()
}

class RegexScanner {
  readonly #pattern: string
  readonly #tokens: RegexToken[] = []
  #nesting = 0

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  scan(): readonly RegexToken[] | undefined {
    let position = 0
    while (position < this.#pattern.length) {
      const end = this.#scanToken(position)
      if (end === undefined) return undefined
      position = end
    }
    return this.#tokens
  }

  /** @returns the index after the token, or undefined if it is not portable. */
  #scanToken(at: number): number | undefined {
    const character = this.#pattern.charAt(at)
    switch (character) {
      case '\\':
        return this.#scanCharacters(at, readEscape(this.#pattern, at, 'outside-class'))
      case '[':
        return this.#scanCharacters(at, readClass(this.#pattern, at))
      case '(':
        return this.#scanOpening(at)
      case ')':
        this.#nesting--
        return this.#add({ kind: 'close', empty: this.#endsEmpty() }, at + 1)
      case '|':
        return this.#add({ kind: 'or' }, at + 1)
      case '^':
        return this.#add({ kind: 'start' }, at + 1)
      case '$':
        return this.#add({ kind: 'end' }, at + 1)
      case '*':
      case '+':
      case '?':
      case '{':
        return this.#scanRepetition(at, character)
      default: {
        const set = character === '.' ? ANY_BUT_LINE_BREAKS : oneCharacter(character.charCodeAt(0))
        return this.#add({ kind: 'characters', set, source: character }, at + 1)
      }
    }
  }

  #scanCharacters(at: number, reading: Reading<number | CharacterSet>): number | undefined {
    if (reading.kind === 'not-portable') return undefined
    if (reading.kind === 'unfinished') return this.#pattern.length
    const set = typeof reading.value === 'number' ? oneCharacter(reading.value) : reading.value
    return this.#add({ kind: 'characters', set, source: this.#pattern.slice(at, reading.end) }, reading.end)
  }

  #scanOpening(at: number): number | undefined {
    const special = this.#pattern[at + 1] === '?'
    if (special && this.#pattern[at + 2] !== ':') return undefined
    this.#nesting++
    if (this.#nesting > GREATEST_NESTING) return undefined
    return this.#add({ kind: 'open' }, at + (special ? 3 : 1))
  }

  #scanRepetition(at: number, sign: '*' | '+' | '?' | '{'): number | undefined {
    if (!this.#mayRepeat(sign)) return undefined
    if (sign === '?' && this.#tokens.at(-1)?.kind === 'repeat') {
      return this.#add({ kind: 'reluctant' }, at + 1)
    }
    if (sign === '{') return this.#scanCounts(at)
    const min = sign === '+' ? 1 : 0
    const max = sign === '?' ? 1 : Infinity
    return this.#add({ kind: 'repeat', min, max }, at + 1)
  }

  #scanCounts(at: number): number | undefined {
    const counts = /^\{(\d+)(?:(,)(\d*))?\}/.exec(this.#pattern.slice(at))
    if (counts === null) return undefined
    const [text, lower, comma, upper] = counts
    const min = Number(lower)
    const max = comma === undefined ? min : upper ? Number(upper) : Infinity
    if (min > GREATEST_COUNT || (max > GREATEST_COUNT && upper !== '')) return undefined
    return this.#add({ kind: 'repeat', min, max }, at + text.length)
  }

  /** Whether every engine that has to agree reads `sign` after the last token as the repetition JavaScript sees. */
  #mayRepeat(sign: '*' | '+' | '?' | '{'): boolean {
    const last = this.#tokens.at(-1)
    switch (last?.kind) {
      case 'start':
      case 'end':
        return false
      case 'close':
        return !last.empty
      case 'repeat':
      case 'reluctant':
        return sign === '*' || sign === '?'
      case 'characters':
        return last.source !== '}' || sign === '*' || sign === '?'
      default:
        return sign !== '{'
    }
  }

  #endsEmpty(): boolean {
    const last = this.#tokens.at(-1)
    return last?.kind === 'open' || (last?.kind === 'close' && last.empty)
  }

  #add(token: RegexToken, end: number): number {
    this.#tokens.push(token)
    return end
  }
}

import {
  DIGITS,
  otherCharacters,
  WHITE_SPACE,
  WORD_CHARACTERS,
  type CharacterSet,
} from './regex-characters.ts'

/** What reading one construct of a pattern came to. `end` is the index after it. */
export type Reading<Value> =
  | { readonly kind: 'read'; readonly value: Value; readonly end: number }
  /** The pattern stops inside the construct, so it does not compile. */
  | { readonly kind: 'unfinished' }
  | { readonly kind: 'not-portable' }

const NAMED: ReadonlyMap<string, number | CharacterSet> = new Map<string, number | CharacterSet>([
  ['d', DIGITS],
  ['D', otherCharacters(DIGITS)],
  ['s', WHITE_SPACE],
  ['S', otherCharacters(WHITE_SPACE)],
  ['w', WORD_CHARACTERS],
  ['W', otherCharacters(WORD_CHARACTERS)],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
  ['v', 11],
])

/** Outside a class these are word boundaries, which other engines define differently. */
const NAMED_IN_CLASS: ReadonlyMap<string, number> = new Map([
  ['b', 8],
  ['B', 66],
])

/** Space and punctuation without `<` and `>`, which are word boundaries to the server's engine. */
const ESCAPABLE = /^[ -/:;=?@[-`{-~]$/

/** Reads the escape whose backslash is at `at`: the code of one character, or a set. */
export function readEscape(
  pattern: string,
  at: number,
  place: 'in-class' | 'outside-class',
): Reading<number | CharacterSet> {
  const letter = pattern[at + 1]
  if (letter === undefined) return { kind: 'unfinished' }
  if (letter === 'x') return readHexadecimal(pattern, at)
  const named = NAMED.get(letter) ?? (place === 'in-class' ? NAMED_IN_CLASS.get(letter) : undefined)
  if (named !== undefined) return { kind: 'read', value: named, end: at + 2 }
  if (!ESCAPABLE.test(letter)) return { kind: 'not-portable' }
  return { kind: 'read', value: letter.charCodeAt(0), end: at + 2 }
}

function readHexadecimal(pattern: string, at: number): Reading<number> {
  const digits = pattern.slice(at + 2, at + 4)
  if (!/^[\da-f]{2}$/i.test(digits)) return { kind: 'not-portable' }
  return { kind: 'read', value: Number.parseInt(digits, 16), end: at + 4 }
}

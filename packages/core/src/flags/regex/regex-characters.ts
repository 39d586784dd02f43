/** A set of ASCII characters: bit n stands for code n, so union, complement and overlap are one operation each. */
export type CharacterSet = bigint

const ASCII_SIZE = 128
const ALL: CharacterSet = (1n << BigInt(ASCII_SIZE)) - 1n

/** The characters from `first` to `last`; what lies beyond ASCII is left out, an empty range is the empty set. */
export function characterRange(first: number, last: number): CharacterSet {
  const end = Math.min(last, ASCII_SIZE - 1)
  return first > end ? 0n : ((1n << BigInt(end - first + 1)) - 1n) << BigInt(first)
}

export function oneCharacter(code: number): CharacterSet {
  return characterRange(code, code)
}

/** Every ASCII character that is not in `set`. */
export function otherCharacters(set: CharacterSet): CharacterSet {
  return ALL & ~set
}

export const DIGITS = characterRange(48, 57)
export const WORD_CHARACTERS = DIGITS | characterRange(65, 90) | characterRange(97, 122) | oneCharacter(95)
export const WHITE_SPACE = characterRange(9, 13) | oneCharacter(32)
/** What a dot matches. */
export const ANY_BUT_LINE_BREAKS = otherCharacters(oneCharacter(10) | oneCharacter(13))

/** For each ASCII code, 1 if it is in `set` and 0 if not. */
export function membershipTable(set: CharacterSet): Uint8Array {
  return Uint8Array.from({ length: ASCII_SIZE }, (_, code) => Number((set >> BigInt(code)) & 1n))
}

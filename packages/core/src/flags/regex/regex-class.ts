import { characterRange, oneCharacter, otherCharacters, type CharacterSet } from './regex-characters.ts'
import { readEscape, type Reading } from './regex-escape.ts'

type Atom = number | CharacterSet

/**
 * Reads the character class whose bracket is at `at`. A class with a range that JavaScript refuses, such as `[z-a]`
 * or `[\d-z]`, is read as well: whether it compiles is not decided here.
 */
export function readClass(pattern: string, at: number): Reading<CharacterSet> {
  const negated = pattern[at + 1] === '^'
  const first = at + (negated ? 2 : 1)
  // Empty, it is "nothing" or "anything" to JavaScript, and to other engines a class that holds a bracket.
  if (pattern[first] === ']') return { kind: 'not-portable' }
  let set: CharacterSet = 0n
  let position = first
  while (pattern[position] !== ']') {
    const member = readMember(pattern, position)
    if (member.kind !== 'read') return member
    set |= member.value
    position = member.end
  }
  return { kind: 'read', value: negated ? otherCharacters(set) : set, end: position + 1 }
}

/** One character, one escape, or a range of two of them. */
function readMember(pattern: string, at: number): Reading<CharacterSet> {
  const low = readAtom(pattern, at)
  if (low.kind !== 'read') return low
  const single: Reading<CharacterSet> = { kind: 'read', value: setOf(low.value), end: low.end }
  if (pattern[low.end] !== '-' || pattern[low.end + 1] === ']') return single
  const dash = readAtom(pattern, low.end)
  if (dash.kind !== 'read') return dash
  const high = readAtom(pattern, dash.end)
  if (high.kind !== 'read') return high
  return { kind: 'read', value: rangeOf(low.value, high.value), end: high.end }
}

function readAtom(pattern: string, at: number): Reading<Atom> {
  const character = pattern[at]
  if (character === undefined) return { kind: 'unfinished' }
  if (character === '\\') return readEscape(pattern, at, 'in-class')
  if (character === '[' || startsSetOperator(pattern, at)) return { kind: 'not-portable' }
  return { kind: 'read', value: character.charCodeAt(0), end: at + 1 }
}

/** Whether `&&`, `--` or `~~` is at `at`: intersection and differences in the server's engine. */
function startsSetOperator(pattern: string, at: number): boolean {
  return ['&&', '--', '~~'].includes(pattern.slice(at, at + 2))
}

function rangeOf(low: Atom, high: Atom): CharacterSet {
  if (typeof low === 'number' && typeof high === 'number') return characterRange(low, high)
  return setOf(low) | setOf(high)
}

function setOf(atom: Atom): CharacterSet {
  return typeof atom === 'number' ? oneCharacter(atom) : atom
}

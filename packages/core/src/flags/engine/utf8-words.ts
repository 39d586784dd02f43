const encoder = new TextEncoder()

/**
 * Writes a text as UTF-8 into big-endian 32-bit words, the form in which SHA-1 reads it. Unpaired surrogates become
 * U+FFFD.
 *
 * @param words zero from `position` on, with room for three bytes per UTF-16 unit and a word more.
 * @param position a byte, anywhere in a word.
 * @returns the position after the text.
 */
export function packUtf8(text: string, words: Int32Array, position: number): number {
  const start = position >> 2
  const before = words[start]!
  if (packUnits(text, words, position) < 0x80) return position + text.length
  words.fill(0, start, ((position + text.length) >> 2) + 1)
  words[start] = before
  for (const byte of encoder.encode(text)) {
    words[position >> 2] = words[position >> 2]! | (byte << (24 - ((position & 3) << 3)))
    position++
  }
  return position
}

/** Writes each UTF-16 unit as one byte. @returns the units or-ed: 0x80 and above means that some of them do not fit. */
function packUnits(text: string, words: Int32Array, position: number): number {
  const end = text.length
  let seen = 0
  let at = 0
  let word = position >> 2
  let packed = words[word]!
  for (let shift = 24 - ((position & 3) << 3); shift >= 0 && at < end; shift -= 8) {
    const unit = text.charCodeAt(at++)
    seen |= unit
    packed |= unit << shift
  }
  words[word++] = packed
  for (; at + 4 <= end; at += 4) {
    const first = text.charCodeAt(at)
    const second = text.charCodeAt(at + 1)
    const third = text.charCodeAt(at + 2)
    const fourth = text.charCodeAt(at + 3)
    seen |= first | second | third | fourth
    words[word++] = (first << 24) | (second << 16) | (third << 8) | fourth
  }
  if (at < end) {
    packed = 0
    for (let shift = 24; at < end; shift -= 8) {
      const unit = text.charCodeAt(at++)
      seen |= unit
      packed |= unit << shift
    }
    words[word] = packed
  }
  return seen
}

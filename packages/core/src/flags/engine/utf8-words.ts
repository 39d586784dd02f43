const encoder = new TextEncoder()

/**
 * Writes a text as UTF-8 into big-endian 32-bit words, the form in which SHA-1 reads it. Unpaired surrogates become
 * U+FFFD.
 *
 * @param words room for a word per UTF-16 unit; whatever they held is overwritten.
 * @returns the number of bytes. What the last word holds behind them is zero.
 */
export function packUtf8(text: string, words: Int32Array): number {
  return packUnits(text, words) < 0x80 ? text.length : packBytes(encoder.encode(text), words)
}

/** Writes each UTF-16 unit as one byte. @returns the units or-ed: 0x80 and above means that some of them do not fit. */
function packUnits(text: string, words: Int32Array): number {
  const { length } = text
  const whole = length & ~3
  let seen = 0
  let word = 0
  for (let at = 0; at < whole; at += 4) {
    const first = text.charCodeAt(at)
    const second = text.charCodeAt(at + 1)
    const third = text.charCodeAt(at + 2)
    const fourth = text.charCodeAt(at + 3)
    seen |= first | second | third | fourth
    words[word++] = (first << 24) | (second << 16) | (third << 8) | fourth
  }
  if (whole < length) {
    let packed = 0
    for (let at = whole; at < length; at++) {
      const unit = text.charCodeAt(at)
      seen |= unit
      packed |= unit << ((3 - (at & 3)) << 3)
    }
    words[word] = packed
  }
  return seen
}

function packBytes(bytes: Uint8Array, words: Int32Array): number {
  words.fill(0, 0, (bytes.length + 3) >> 2)
  for (let at = 0; at < bytes.length; at++) {
    words[at >> 2] = words[at >> 2]! | (bytes[at]! << ((3 - (at & 3)) << 3))
  }
  return bytes.length
}

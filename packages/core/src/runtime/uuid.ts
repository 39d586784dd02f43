import type { Runtime } from '../runtime.ts'

const hexDigits = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const dash = '-'.charCodeAt(0)
const uuidLength = 36

/** Bytes drawn at once: one call to the system's generator serves 409 ids. */
const poolBytes = 4090
const bytesPerId = 10

/** True for text of the 8-4-4-4-12 shape, any case and version. */
export function isUuid(value: unknown): value is string {
  if (typeof value !== 'string' || value.length !== uuidLength) return false
  for (let index = 0; index < uuidLength; index++) {
    const code = value.charCodeAt(index)
    if (isDashPlace(index) ? code !== dash : !isHexDigit(code)) return false
  }
  return true
}

function isDashPlace(index: number): boolean {
  return index === 8 || index === 13 || index === 18 || index === 23
}

/** Of either case: lower-case letters have one bit more. */
function isHexDigit(code: number): boolean {
  const lower = code | 0x20
  return (code >= 0x30 && code <= 0x39) || (lower >= 0x61 && lower <= 0x66)
}

/** Makes lower-case UUIDs of version 7 (RFC 9562): 48 bits of time, then 74 random bits. */
export class UuidSource {
  readonly #runtime: Pick<Runtime, 'now' | 'randomBytes'>
  #pool: Uint8Array = new Uint8Array(0)
  #used = 0

  constructor(runtime: Pick<Runtime, 'now' | 'randomBytes'>) {
    this.#runtime = runtime
  }

  next(): string {
    if (this.#used + bytesPerId > this.#pool.length) {
      this.#pool = this.#runtime.randomBytes(poolBytes)
      this.#used = 0
    }
    const at = this.#used
    this.#used += bytesPerId
    return formatUuid(this.#runtime.now(), this.#pool, at)
  }
}

const codes = Array.from('00000000-0000-0000-0000-000000000000', (character) => character.charCodeAt(0))
/** Where the two digits of each byte stand. */
const places = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34]

/** Written as character codes and read as one text: joined from pieces, the engine would keep all the pieces. */
function formatUuid(now: number, random: Uint8Array, at: number): string {
  for (let index = 0; index < 6; index++) write(index, Math.floor(now / 2 ** (40 - 8 * index)) & 0xff)
  for (let index = 0; index < bytesPerId; index++) write(6 + index, random[at + index] ?? 0)
  codes[14] = '7'.charCodeAt(0)
  codes[19] = hexDigits[8 | (((random[at + 2] ?? 0) >> 4) & 3)] ?? 0
  return String.fromCharCode(...codes)
}

function write(index: number, byte: number): void {
  const place = places[index] ?? 0
  codes[place] = hexDigits[byte >> 4] ?? 0
  codes[place + 1] = hexDigits[byte & 15] ?? 0
}

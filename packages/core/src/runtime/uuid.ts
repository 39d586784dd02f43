import type { Runtime } from '../runtime.ts'

const hexDigits = Array.from('0123456789abcdef', (digit) => digit.charCodeAt(0))
const dash = '-'.charCodeAt(0)
const shape = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Bytes drawn at once: one call to the system's generator serves 409 ids. */
const poolBytes = 4090
const bytesPerId = 10

/** True for text of the 8-4-4-4-12 shape, any case and version. */
export function isUuid(value: unknown): value is string {
  return typeof value === 'string' && shape.test(value)
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

/** Written as character codes and read as one text: joined from pieces, the engine would keep all the pieces. */
function formatUuid(now: number, random: Uint8Array, at: number): string {
  const codes: number[] = []
  const push = (byte: number) => codes.push(hexDigits[byte >> 4] ?? 0, hexDigits[byte & 15] ?? 0)
  const byte = (offset: number) => random[at + offset] ?? 0
  for (let shift = 40; shift >= 0; shift -= 8) {
    push(Math.floor(now / 2 ** shift) & 0xff)
    if (shift === 16) codes.push(dash)
  }
  codes.push(dash)
  push(0x70 | (byte(0) & 0x0f))
  push(byte(1))
  codes.push(dash)
  push(0x80 | (byte(2) & 0x3f))
  push(byte(3))
  codes.push(dash)
  for (let offset = 4; offset < bytesPerId; offset++) push(byte(offset))
  return String.fromCharCode(...codes)
}

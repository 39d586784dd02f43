import type { Runtime } from '../runtime.ts'

const hex = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))
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

function formatUuid(now: number, random: Uint8Array, at: number): string {
  const time = Math.max(0, Math.floor(now)).toString(16).padStart(12, '0').slice(-12)
  const byte = (offset: number) => random[at + offset] ?? 0
  const version = hex[0x70 | (byte(0) & 0x0f)]
  const variant = hex[0x80 | (byte(2) & 0x3f)]
  return (
    `${time.slice(0, 8)}-${time.slice(8)}-${version}${hex[byte(1)]}-${variant}${hex[byte(3)]}-` +
    `${hex[byte(4)]}${hex[byte(5)]}${hex[byte(6)]}${hex[byte(7)]}${hex[byte(8)]}${hex[byte(9)]}`
  )
}

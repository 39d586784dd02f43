import { ConfigError } from '../errors.ts'
import type { Runtime } from '../runtime.ts'
import { base64UrlFromBinary, binaryFromBase64Url } from './base64url.ts'
import { usableDistinctId } from './distinct-id.ts'
import { type Session, sessionFrom } from './session.ts'

/** What our own cookie says about a visitor. Only this server can have written it. */
export interface SignedVisitor {
  readonly id: string
  readonly state: 'anonymous' | 'identified'
  /** The anonymous id that a login in this browser has used up; it is not linked again. */
  readonly claim: string | undefined
  readonly session: Session
  /** When it was written, in milliseconds since the epoch. */
  readonly issuedAt: number
}

/** Browsers keep no cookie for longer, so neither is an older one believed. */
export const longestCookieAgeSeconds = 400 * 24 * 60 * 60

/** Version, contents and an HMAC of 32 bytes; browsers keep at most 4096 bytes. */
const shape = /^v1\.([\w-]{1,4000})\.([\w-]{43})$/

/** Writes and reads the values of our own cookie; one per mount. */
export class CookieSigner {
  readonly name: string
  readonly #token: string
  readonly #secrets: readonly string[]
  readonly #hmac: Runtime['hmac']

  /**
   * @param parts.secrets the first one signs, all of them verify.
   * @throws ConfigError when a secret is the project token, which every browser knows.
   */
  constructor(parts: { token: string; secrets: readonly string[]; hmac: Runtime['hmac'] }) {
    if (parts.secrets.includes(parts.token)) {
      throw new ConfigError(
        'identity.secret must not be the project token, which is public; use a random text',
      )
    }
    this.name = `hedgerow_${parts.token.slice(-8).replace(/[^\w-]/g, '_')}`
    this.#token = parts.token
    this.#secrets = parts.secrets
    this.#hmac = parts.hmac
  }

  /** The cookie's value. */
  sign(visitor: SignedVisitor): string {
    const { id, state, claim, session, issuedAt } = visitor
    const { id: sid, lastActivity: act, start } = session
    const contents = base64UrlFromBinary(asciiJson({ id, state, claim, sid, act, start, iat: issuedAt }))
    return `v1.${contents}.${this.#signature(this.#secrets[0] ?? '', contents)}`
  }

  /** What a value says; undefined unless it was signed here, for this project, and at most 400 days ago. */
  verify(value: string, now: number): SignedVisitor | undefined {
    const [, contents, signature] = shape.exec(value) ?? []
    if (contents === undefined || signature === undefined) return undefined
    if (!this.#secrets.some((secret) => isSame(signature, this.#signature(secret, contents))))
      return undefined
    const visitor = parseVisitor(contents)
    return visitor && Math.abs(now - visitor.issuedAt) <= longestCookieAgeSeconds * 1000 ? visitor : undefined
  }

  /** Over the token too: another project's cookie, signed with the same secret, says nothing here. */
  #signature(secret: string, contents: string): string {
    const bytes = this.#hmac(secret, `hedgerow.v1\n${this.#token}\n${contents}`)
    return base64UrlFromBinary(String.fromCharCode(...bytes))
  }
}

/** JSON whose characters are bytes, which base64 takes as they are: an encoder would cost more than the signature. */
function asciiJson(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\0-\x7f]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
}

/** In a time that does not depend on where they differ. */
function isSame(one: string, other: string): boolean {
  let difference = one.length ^ other.length
  for (let at = 0; at < one.length; at++) difference |= one.charCodeAt(at) ^ other.charCodeAt(at)
  return difference === 0
}

/** Signed contents are ours, but perhaps of another version. */
function parseVisitor(contents: string): SignedVisitor | undefined {
  try {
    const { id, state, claim, sid, act, start, iat } = JSON.parse(binaryFromBase64Url(contents)) as Record<
      string,
      unknown
    >
    const session = sessionFrom(act, sid, start)
    if (typeof id !== 'string' || usableDistinctId(id) !== id || !session || typeof iat !== 'number')
      return undefined
    if (state !== 'anonymous' && state !== 'identified') return undefined
    return { id, state, claim: typeof claim === 'string' ? claim : undefined, session, issuedAt: iat }
  } catch {
    return undefined
  }
}

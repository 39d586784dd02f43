import { ownCookiePlace } from './cookie-domain.ts'
import { RequestCookie, type RequestCookieParts } from './request-cookie.ts'
import { type CookieSigner, longestCookieAgeSeconds, type SignedVisitor } from './signed-cookie.ts'

/** Further ones are not verified: two domain forms are all that an application can leave behind. */
const mostDuplicates = 4

const rewriteAfterMs = 60_000

/** Our signed cookie on one request and its response. */
export class OwnCookie {
  readonly #signer: CookieSigner
  readonly #cookie: RequestCookie
  readonly #parts: RequestCookieParts
  readonly #now: number
  #sent: { readonly visitor: SignedVisitor | undefined } | undefined
  #isWritten = false

  /** @param now when the request began. */
  constructor(signer: CookieSigner, now: number, parts: RequestCookieParts) {
    this.#signer = signer
    this.#cookie = new RequestCookie(signer.name, { httpOnly: true }, parts)
    this.#parts = parts
    this.#now = now
  }

  /** What the browser brought, verified at the first use; of duplicates the one written last. */
  get sent(): SignedVisitor | undefined {
    this.#sent ??= { visitor: this.#newest() }
    return this.#sent.visitor
  }

  /** Written in this request, so that what was sent is of the past. */
  get isWritten(): boolean {
    return this.#isWritten
  }

  /** Whether it is time to write down the visitor's activity; once a minute is enough. */
  get isDue(): boolean {
    return (
      !this.#isWritten &&
      this.sent !== undefined &&
      Math.abs(this.#now - this.sent.issuedAt) >= rewriteAfterMs
    )
  }

  /** @returns false when the headers are gone. */
  write(visitor: Omit<SignedVisitor, 'issuedAt'>): boolean {
    const value = this.#signer.sign({
      ...visitor,
      session: { ...visitor.session, lastActivity: this.#now },
      issuedAt: this.#now,
    })
    const { facts, cookieDomain } = this.#parts
    const place = ownCookiePlace(facts.host ?? '', cookieDomain)
    const isPending = this.#cookie.set(value, longestCookieAgeSeconds, place)
    this.#isWritten ||= isPending
    return isPending
  }

  /** Removes it from everywhere. @returns whether there was one, or was about to be. */
  remove(): boolean {
    const exists = this.#isWritten || this.#cookie.values.length > 0
    if (exists) this.#cookie.remove()
    return exists
  }

  #newest(): SignedVisitor | undefined {
    let newest: SignedVisitor | undefined
    for (const value of this.#cookie.values.slice(0, mostDuplicates)) {
      const visitor = this.#signer.verify(value, this.#now)
      if (visitor && visitor.issuedAt > (newest?.issuedAt ?? -Infinity)) newest = visitor
    }
    return newest
  }
}

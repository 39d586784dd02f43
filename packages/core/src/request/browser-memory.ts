import { isUuid } from '../runtime/uuid.ts'
import type { VisitorIdentity } from './identity.ts'
import { OwnCookie } from './own-cookie.ts'
import type { IdentityLinks } from './ports.ts'
import type { RequestCookieParts } from './request-cookie.ts'
import { type SeedOutcome, SeededCookie } from './seeded-cookie.ts'
import { isFresh, type Session } from './session.ts'
import type { CookieSigner, SignedVisitor } from './signed-cookie.ts'
import { distinctIdHeader } from './tracing-headers.ts'

/** What a `BrowserMemory` is made of. */
export interface BrowserMemoryParts extends RequestCookieParts {
  /** Name of posthog-js's cookie. */
  readonly browserCookie: string
  /** Undefined without `identity.secret`: there is no cookie of our own then. */
  readonly signer: CookieSigner | undefined
  readonly links: IdentityLinks
  /** When the request began. */
  readonly now: number
  readonly newId: () => string
  /** Whether anything may be put into the browser. */
  readonly isOpen: () => boolean
  /** Whether somebody opens a page with this request; only then a visitor is worth beginning. */
  readonly isPage: boolean
  /** Whether somebody is at the browser, so that the request prolongs the session. */
  readonly isAttended: boolean
}

/** What became of what the browser was to remember. */
export type MemoryOutcome = 'kept' | 'headers-sent' | 'unknown-domain'

/**
 * What the visitor's browser remembers: the one place where identity and session are read from cookies and put into them.
 * `isOpen` closes it.
 */
export class BrowserMemory {
  readonly #parts: BrowserMemoryParts
  readonly #seeded: SeededCookie
  readonly #own: OwnCookie | undefined
  #session: Session | undefined
  #begun: string | undefined
  #isForgotten = false

  constructor(parts: BrowserMemoryParts) {
    this.#parts = parts
    this.#seeded = new SeededCookie(parts.browserCookie, parts)
    this.#own = parts.signer && new OwnCookie(parts.signer, parts.now, parts)
  }

  /** The visitor as the browser names them: by our signature, else by posthog-js's cookie or header. */
  get visitor(): VisitorIdentity | undefined {
    const own = this.#own?.sent
    if (own) {
      return { distinctId: own.id, source: 'signed-cookie', isIdentified: own.state === 'identified' }
    }
    const seeded = this.#seeded.sent?.distinctId
    if (seeded !== undefined) return { distinctId: seeded, source: 'cookie', isIdentified: false }
    const header = distinctIdHeader(this.#parts.facts)
    return header === undefined ? undefined : { distinctId: header, source: 'header', isIdentified: false }
  }

  /** The user as whom posthog-js knows whoever is at the browser; a hint, as all that it says. */
  get browserUser(): string | undefined {
    const { sent } = this.#seeded
    return !this.#isForgotten && sent?.state === 'identified' ? sent.distinctId : undefined
  }

  /** The browser's session while it is fresh, else ours, which a visit renews. */
  get session(): Session | undefined {
    const { isAttended, isOpen } = this.#parts
    if (this.#session || this.#isForgotten) return this.#session
    const own = this.#own?.sent
    this.#session = this.#fresh(this.#seeded.sent?.session) ?? this.#fresh(own?.session)
    if (!this.#session && own && isAttended && isOpen()) this.#session = this.#newSession()
    return this.#session
  }

  /** The browser as posthog-js knows it, else by the anonymous id that was made for it. */
  get deviceId(): string | undefined {
    if (this.#begun !== undefined || this.#isForgotten) return this.#begun
    const own = this.#own?.sent
    return this.#seeded.sent?.deviceId ?? (own?.state === 'anonymous' ? own.id : own?.claim)
  }

  /** Whether an anonymous visitor was begun with this request, who will come back under the same id. */
  get hasBegun(): boolean {
    return this.#begun !== undefined
  }

  /**
   * The anonymous id of the browser that a login may link to its user. Signed, or made in this request; without a secret
   * also one that posthog-js calls anonymous, if it has the shape of those that it makes.
   */
  get anonymousId(): string | undefined {
    if (this.#isForgotten) return undefined
    if (this.#begun !== undefined) return this.#begun
    if (this.#own) return this.#own.sent?.state === 'anonymous' ? this.#own.sent.id : undefined
    const { sent } = this.#seeded
    return sent?.state === 'anonymous' && isUuid(sent.distinctId) ? sent.distinctId : undefined
  }

  /** Makes the browser remember a new anonymous visitor. @param isUser for the session of a user whom the application knows. */
  begin(id: string, isUser = false): MemoryOutcome {
    const { isOpen, isPage } = this.#parts
    if (!isPage || !isOpen()) return 'kept'
    const session = this.session ?? this.#newSession()
    const own = this.#write(id, session)
    const outcome: SeedOutcome = isUser ? 'present' : this.#seeded.seed(id, session)
    if (own || outcome === 'pending') {
      this.#session = session
      this.#begun = id
    }
    if (own === false) return 'headers-sent'
    return outcome === 'headers-sent' || outcome === 'unknown-domain' ? outcome : 'kept'
  }

  /**
   * Begins by the page itself what no cookie has begun: the session, and with it a new visitor.
   *
   * @param newId of a visitor who has just been met.
   * @returns whether there was anything to begin.
   */
  handOver(newId: string | undefined): boolean {
    const { isOpen, isPage } = this.#parts
    const { session } = this
    if (!isPage || !isOpen() || (session && (this.#begun ?? newId) === this.#begun)) return false
    this.#session = session ?? this.#newSession()
    this.#begun ??= newId
    return true
  }

  /** Writes down that this user has logged in, in our own cookie alone. */
  logIn(userId: string): MemoryOutcome {
    const sent = this.#own?.isWritten ? undefined : this.#own?.sent
    const isKnown = sent?.state === 'identified' && sent.id === userId
    if (!this.#own || isKnown || !this.#parts.isOpen()) return 'kept'
    const claim = this.#isForgotten ? undefined : (this.anonymousId ?? this.#own.sent?.claim)
    this.#session = this.session ?? this.#newSession()
    const isPending = this.#own.write({ id: userId, state: 'identified', claim, session: this.#session })
    return isPending ? 'kept' : 'headers-sent'
  }

  /** Forgets whoever was here, and goes on with a new anonymous visitor where the browser had our own cookie. */
  logOut(newId: string): void {
    const sent = this.#own?.sent
    if (sent) this.#parts.links.claim(sent.session.id, newId)
    this.#seeded.remove()
    const hadOwn = this.#own?.remove() ?? false
    this.#isForgotten = true
    this.#begun = undefined
    this.#session = undefined
    if (!hadOwn || !this.#parts.isOpen()) return
    const next = this.#newSession()
    if (!this.#write(newId, next)) return
    this.#begun = newId
    this.#session = next
  }

  /** Writes down that the visitor was here, and who they are no longer; at the last moment before the headers go out. */
  keep(identity: VisitorIdentity): MemoryOutcome {
    const { isAttended, isOpen, isPage } = this.#parts
    const own = this.#own?.sent
    if (!own || this.#own?.isWritten || !isAttended || !isOpen()) return 'kept'
    const session = this.session ?? this.#newSession()
    const isOver = this.#isOver(own)
    // Another user sits there now; once their login is over, the browser must not be the first one's again.
    const isOther =
      own.state === 'identified' && identity.source === 'resolver' && identity.distinctId !== own.id
    // A request that began before a login or a logout must not undo it.
    if (isOver && this.#fresh(own.session)) return 'kept'
    if (isOver || isOther) this.#write(this.#parts.newId(), session)
    else if (this.#own?.isDue || !this.#fresh(own.session)) this.#own?.write({ ...own, session })
    const isSeed = isPage && !isOver && own.state === 'anonymous' && identity.source === 'signed-cookie'
    return isSeed && this.#seeded.seed(own.id, session) === 'unknown-domain' ? 'unknown-domain' : 'kept'
  }

  /** Takes away what the browser has of us, and what it was about to get. */
  erase(): void {
    this.#seeded.remove()
    this.#own?.remove()
  }

  /** Whether there was a login or a logout since; the browser should not have it any more. */
  #isOver({ id, state, session }: SignedVisitor): boolean {
    const { links } = this.#parts
    return links.isClaimed(session.id) || (state === 'anonymous' && links.isClaimed(id))
  }

  /** @returns whether our own cookie with an anonymous visitor is on its way; undefined without a secret. */
  #write(id: string, session: Session): boolean | undefined {
    return this.#own?.write({ id, state: 'anonymous', claim: undefined, session })
  }

  #fresh(session: Session | undefined): Session | undefined {
    return session && isFresh(session, this.#parts.now) ? session : undefined
  }

  #newSession(): Session {
    const { now, newId } = this.#parts
    return { id: newId(), lastActivity: now, start: now }
  }
}

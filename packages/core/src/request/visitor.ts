import { isUuid } from '../runtime/uuid.ts'
import type { DocumentVerdict } from './document.ts'
import { Identity, type VisitorIdentity } from './identity.ts'
import type { LoginLinks } from './login-links.ts'
import type { OneTimeWarnings } from './one-time-warnings.ts'
import type { ScopeClient } from './ports.ts'
import type { RequestFacts, ResponseCookies } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import { isFresh, type Session } from './session.ts'
import { VisitorCookie } from './visitor-cookie.ts'

/** What a `Visitor` is found with. */
export interface VisitorParts {
  readonly client: ScopeClient
  readonly options: ResolvedRequestOptions
  readonly warnings: OneTimeWarnings
  readonly loginLinks: LoginLinks
  readonly carrier: object
  readonly facts: RequestFacts
  readonly response: ResponseCookies
  readonly document: DocumentVerdict
  readonly startedAt: number
}

/** The visitor behind one request: identity, cookie and session, from arrival over login to logout. */
export class Visitor {
  readonly #parts: VisitorParts
  readonly #cookie: VisitorCookie
  readonly #identity: Identity
  #session: Session | undefined
  #mintedDevice: string | undefined
  #loggedOut = false

  constructor(parts: VisitorParts) {
    const { client, options, facts, response, carrier, startedAt } = parts
    const { resolve, cookieDomain } = options
    this.#parts = parts
    this.#cookie = new VisitorCookie({ token: client.token, facts, response, cookieDomain })
    this.#identity = new Identity({
      ask: resolve && (() => resolve(carrier, { transport: 'http' })),
      cookie: this.#cookie.sent,
      mint: () => this.#mint(),
      onBadAnswer: (problem) => this.#warnResolver(problem),
    })
    const session = this.#cookie.sent?.session
    if (session && isFresh(session, startedAt)) this.#session = session
  }

  /** Who the visitor is, by what is known now. Its first use settles a new visitor's id and cookie. */
  get identity(): VisitorIdentity {
    return this.#identity.current()
  }

  /** Gives a new visitor their cookie while there is time, on a page that did not ask who they are. */
  settle(): void {
    if (!this.#identity.isSettled) this.#identity.current()
  }

  /** Set while an asynchronous resolver has not answered; never rejects. */
  get pending(): Promise<void> | undefined {
    return this.#identity.pending
  }

  /** The browser's session while it is fresh, or the one begun with a new visitor. */
  get sessionId(): string | undefined {
    return this.#session?.id
  }

  /** Whether they can come back under the same id; who was met on a request without a cookie cannot. */
  get isRemembered(): boolean {
    return this.#identity.current().source !== 'minted' || this.#mintedDevice !== undefined
  }

  get deviceId(): string | undefined {
    return this.#cookie.sent?.deviceId ?? this.#mintedDevice
  }

  /** @returns the browser's anonymous id, when it is to be linked to this user. */
  login(distinctId: string): string | undefined {
    this.#identity.become({ distinctId, source: 'resolver', isIdentified: true })
    const { sent } = this.#cookie
    // Ids of another shape, of a person who is known already, or who has just left, could merge two people.
    if (
      this.#loggedOut ||
      sent?.state !== 'anonymous' ||
      !isUuid(sent.distinctId) ||
      sent.distinctId === distinctId
    )
      return undefined
    return this.#parts.loginLinks.claim(sent.distinctId) ? sent.distinctId : undefined
  }

  /** Removes the cookie and goes on as somebody new; the next page gives them a cookie of their own. */
  logout(): void {
    this.#cookie.remove()
    this.#loggedOut = true
    this.#session = undefined
    this.#mintedDevice = undefined
    this.#identity.become({
      distinctId: this.#parts.client.uuids.next(),
      source: 'minted',
      isIdentified: false,
    })
  }

  /** Only a page gives its visitor a cookie; assets, fetches and bots would leave ids that nobody comes back with. */
  #mint(): string {
    const { client, document, startedAt, warnings } = this.#parts
    const id = client.uuids.next()
    if (client.disabled || !document.isDocument) return id
    const session = { id: client.uuids.next(), lastActivity: startedAt, start: startedAt }
    const outcome = this.#cookie.seed(id, session)
    if (outcome === 'pending') {
      this.#session = session
      this.#mintedDevice = id
    } else if (outcome === 'headers-sent') {
      warnings.warn(
        'cookie-too-late',
        () =>
          'a new visitor got no cookie, because the identity was first needed after the response headers had gone out; read distinctId or flags earlier',
      )
    } else if (outcome === 'unknown-domain') {
      warnings.warn(
        'cookie-domain',
        () =>
          'new visitors get no cookie on this host, because the domain of the browser SDK is not known; set identity.cookieDomain to your registrable domain, such as example.com',
      )
    }
    return id
  }

  #warnResolver(problem: string): void {
    this.#parts.warnings.warn(
      'resolver-failed',
      () =>
        `identity.resolve ${problem}, so the visitor's cookie is used instead; it must answer an id or nothing, also for requests that are not signed in`,
    )
  }
}

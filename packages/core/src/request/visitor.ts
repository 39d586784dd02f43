import type { ObjectNotes } from '../object-notes.ts'
import { within } from '../runtime/within.ts'
import { BrowserMemory, type BrowserMemoryParts } from './browser-memory.ts'
import type { Consent } from './consent.ts'
import type { DocumentVerdict } from './document.ts'
import { Identity, type VisitorIdentity } from './identity.ts'
import type { OneTimeWarnings } from './one-time-warnings.ts'
import type { IdentityLinks, ScopeClient } from './ports.ts'
import type { RequestFacts, ResponseCookies } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import type { CookieSigner } from './signed-cookie.ts'
import { sessionIdHeader, windowIdHeader } from './tracing-headers.ts'
import { warnOfMemory, warnOfResolver } from './visitor-warnings.ts'

/** What all visitors of a request layer are found with. */
export interface VisitorEnvironment {
  readonly warnings: OneTimeWarnings
  readonly links: IdentityLinks
  /** The ids that were made for the visitors of connections. */
  readonly connections: ObjectNotes<string>
  readonly signer: CookieSigner | undefined
  /** Name of posthog-js's cookie. */
  readonly browserCookie: string
}

/** What a `Visitor` is found with. */
export interface VisitorParts {
  readonly client: ScopeClient
  readonly options: ResolvedRequestOptions
  readonly environment: VisitorEnvironment
  readonly consent: Consent
  readonly carrier: object
  readonly facts: RequestFacts
  readonly response: ResponseCookies
  readonly document: DocumentVerdict
  readonly startedAt: number
}

/** What ties a visitor's events together beside their id. */
export interface VisitorTraces {
  readonly sessionId: string | undefined
  readonly windowId: string | undefined
  readonly deviceId: string | undefined
}

const noTraces: VisitorTraces = { sessionId: undefined, windowId: undefined, deviceId: undefined }

/**
 * The visitor behind one request: identity and session, from arrival over login to logout. As long as they do not agree to
 * being captured, they are nobody.
 */
export class Visitor {
  readonly #parts: VisitorParts
  readonly #identity: Identity
  #browserMemory: BrowserMemory | undefined
  /** Who a visitor is that is nobody: an id for this request, which is never sent. */
  #nobody: VisitorIdentity | undefined
  #isKeptInTime = false
  #hasArrived = false
  #traces: VisitorTraces | undefined
  #hasLeft = false

  constructor(parts: VisitorParts) {
    const { options, carrier, facts } = parts
    const { resolve } = options
    this.#parts = parts
    this.#identity = new Identity({
      ask: resolve && (() => resolve(carrier, { transport: facts.transport ?? 'http' })),
      findVisitor: () => this.#memory.visitor ?? this.#mint(),
      onProblem: (problem) => warnOfResolver(parts.environment.warnings, problem, options.deadlineMs),
    })
  }

  /** Who the visitor is, by what is known now. Its first use settles a new visitor's id and cookie. */
  get identity(): VisitorIdentity {
    if (!this.#parts.consent.hasConsent) return this.#asNobody
    const identity = this.#identity.current()
    if (!this.#hasArrived) this.#arrive(identity)
    return identity
  }

  /** Set while an asynchronous resolver has not answered; never rejects. */
  get pending(): Promise<void> | undefined {
    return this.#parts.consent.hasConsent ? this.#identity.pending : undefined
  }

  /** Waits for what is `pending`, at most so long; never rejects. */
  async answer(deadlineMs: number): Promise<void> {
    const { client, options, environment } = this.#parts
    const { pending } = this
    if (pending) await within(client.runtime, deadlineMs, pending)
    if (this.#identity.isPending) warnOfResolver(environment.warnings, 'slow', options.deadlineMs)
  }

  /** The same object until the visitor logs in or out, or is handed over. */
  get traces(): VisitorTraces {
    if (!this.#parts.consent.hasConsent) return noTraces
    if (!this.#hasArrived) this.#arrive(this.#identity.current())
    const { facts } = this.#parts
    this.#traces ??= {
      sessionId: (this.#hasLeft ? undefined : sessionIdHeader(facts)) ?? this.#memory.session?.id,
      windowId: windowIdHeader(facts),
      deviceId: this.#memory.deviceId,
    }
    return this.#traces
  }

  /** The user as whom the browser's own library knows them; a hint. */
  get browserUser(): string | undefined {
    return this.#parts.consent.hasConsent ? this.#memory.browserUser : undefined
  }

  /** Whether they can come back under the same id; who was met on a request without a cookie cannot. */
  get isRemembered(): boolean {
    return this.identity.source !== 'minted' || this.#memory.hasBegun
  }

  /** The page itself tells posthog-js who they are, and in which session. */
  handOver(): void {
    const { distinctId, source } = this.identity
    const newId = source === 'minted' ? distinctId : undefined
    if (this.#memory.handOver(newId)) this.#traces = undefined
  }

  /** @returns the browser's anonymous id, when it is to be linked to this user. */
  login(distinctId: string): string | undefined {
    const { consent } = this.#parts
    const { links } = this.#parts.environment
    this.#identity.become({ distinctId, source: 'resolver', isIdentified: true })
    // Should they agree later in this request, they are the user by then; what they were before stays unlinked.
    if (!consent.hasConsent) return undefined
    const { anonymousId } = this.#memory
    this.#hasArrived = true
    warnOfMemory(this.#parts.environment.warnings, this.#memory.logIn(distinctId))
    this.#traces = undefined
    links.claim(distinctId, distinctId)
    if (anonymousId === undefined || anonymousId === distinctId) return undefined
    return links.claim(anonymousId, distinctId) ? anonymousId : undefined
  }

  /** Gives the user another id for good. @returns false when it belongs to a user already. */
  adopt(alias: string): boolean {
    const { links } = this.#parts.environment
    const { distinctId } = this.identity
    links.claim(distinctId, distinctId)
    return links.claim(alias, distinctId)
  }

  /** Has the browser forget them, and goes on as somebody new. */
  logout(): void {
    const distinctId = this.#parts.client.uuids.next()
    this.#memory.logOut(distinctId)
    this.#hasLeft = true
    this.#hasArrived = true
    this.#traces = undefined
    this.#identity.become({ distinctId, source: 'minted', isIdentified: false })
  }

  /** Has the browser forget them when the headers go out, if they still refuse by then. */
  forget(): void {
    this.keepInTime()
  }

  get #asNobody(): VisitorIdentity {
    this.#nobody ??= { distinctId: this.#parts.client.uuids.next(), source: 'minted', isIdentified: false }
    return this.#nobody
  }

  /** Made when somebody asks who the visitor is; most requests for data never do. */
  get #memory(): BrowserMemory {
    this.#browserMemory ??= new BrowserMemory(this.#memoryParts())
    return this.#browserMemory
  }

  #memoryParts(): BrowserMemoryParts {
    const { client, options, environment, facts, response, document, startedAt, consent } = this.#parts
    return {
      facts,
      response,
      cookieDomain: options.cookieDomain,
      browserCookie: environment.browserCookie,
      signer: environment.signer,
      links: environment.links,
      now: startedAt,
      newId: () => client.uuids.next(),
      isOpen: () => !client.disabled && consent.hasConsent,
      isPage: document.isDocument,
      isAttended: !isUnattended(document),
    }
  }

  /** A user whom the application knows already gets a cookie of ours for the session alone. */
  #arrive({ source }: VisitorIdentity): void {
    const { client, document, environment } = this.#parts
    this.#hasArrived = true
    if (!environment.signer) return
    if (!document.isDocument) this.keepInTime()
    if (source === 'resolver' && !this.#memory.visitor) {
      warnOfMemory(this.#parts.environment.warnings, this.#memory.begin(client.uuids.next(), true))
    }
  }

  /** Writes down what the browser is to remember, at the last moment before the headers go out. */
  keepInTime(): void {
    const { response, environment, consent } = this.#parts
    if (this.#isKeptInTime) return
    this.#isKeptInTime = true
    response.beforeHeaders(() => {
      if (consent.isRefusal) return this.#memory.erase()
      // Without a cookie of our own there is nothing to keep of a visitor who has arrived.
      if (environment.signer || !this.#hasArrived)
        warnOfMemory(this.#parts.environment.warnings, this.#memory.keep(this.identity))
    })
  }

  /** Only a page gives its visitor a cookie; assets, fetches and bots would leave ids that nobody comes back with. */
  #mint(): VisitorIdentity {
    const { client, environment, facts } = this.#parts
    const { connections } = environment
    const known = facts.connection && connections.get(facts.connection)
    const distinctId = known ?? client.uuids.next()
    if (facts.connection) connections.set(facts.connection, distinctId)
    warnOfMemory(this.#parts.environment.warnings, this.#memory.begin(distinctId))
    return { distinctId, source: 'minted', isIdentified: false }
  }
}

/** Nobody is at the browser: what happens prolongs no session. */
function isUnattended({ reason, agent }: DocumentVerdict): boolean {
  return reason === 'prefetch' || agent?.kind === 'bot' || agent?.kind === 'probe'
}

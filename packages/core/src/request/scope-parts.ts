import type { FlagSnapshot } from '../flag-snapshot.ts'
import type { ObjectNotes } from '../object-notes.ts'
import { Consent } from './consent.ts'
import { type DocumentVerdict, judgeDocument, mayBeDocument } from './document.ts'
import type { FeatureNames } from './feature-names.ts'
import { noteFlagRead } from './flag-read.ts'
import type { VisitorIdentity } from './identity.ts'
import type { OneTimeWarnings } from './one-time-warnings.ts'
import type { OpenScopes } from './open-scopes.ts'
import type { FlagRead, IdentityLinks, ScopeClient, ScopeFlagReader } from './ports.ts'
import type { RequestFacts, ResponseCookies } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import { ScopeEnding } from './scope-ending.ts'
import { ScopeEvents } from './scope-events.ts'
import { ScopeFlags } from './scope-flags.ts'
import { ScopeWarnings } from './scope-warnings.ts'
import type { CookieSigner } from './signed-cookie.ts'
import type { UrlScrubber } from './url-scrubber.ts'
import { Visitor } from './visitor.ts'
import { VisitorChanges } from './visitor-changes.ts'

/** What one request layer shares among its scopes. */
export interface ScopeEnvironment {
  readonly client: ScopeClient
  readonly flagReader: ScopeFlagReader
  readonly options: ResolvedRequestOptions
  readonly warnings: OneTimeWarnings
  readonly links: IdentityLinks
  readonly openScopes: OpenScopes
  readonly connections: ObjectNotes<string>
  /** Undefined without `identity.secret`. */
  readonly signer: CookieSigner | undefined
  readonly scrubber: UrlScrubber
  readonly featureNames: FeatureNames
  /** Name of posthog-js's cookie. */
  readonly browserCookie: string
  /** Name of the cookie that holds the visitor's consent. */
  readonly consentCookie: string
}

/** What a scope consists of; each part is made when another one first needs it, since most requests need few of them. */
export class ScopeParts {
  readonly environment: ScopeEnvironment
  readonly client: ScopeClient
  readonly options: ResolvedRequestOptions
  /** The framework's request, for resolvers. */
  readonly carrier: object
  readonly facts: RequestFacts
  readonly response: ResponseCookies
  readonly startedAt: number
  /** Whether this may turn out to be a pageview, as far as the request and the options say. */
  readonly mayCount: boolean
  readonly #mayBeDocument: boolean
  #document: DocumentVerdict | undefined
  #consent: Consent | undefined
  #visitor: Visitor | undefined
  #flags: ScopeFlags | undefined
  #events: ScopeEvents | undefined
  #changes: VisitorChanges | undefined
  #warn: ScopeWarnings | undefined
  #ending: ScopeEnding | undefined

  constructor(
    environment: ScopeEnvironment,
    carrier: object,
    facts: RequestFacts,
    response: ResponseCookies,
  ) {
    const { client, options } = environment
    this.environment = environment
    this.client = client
    this.options = options
    this.carrier = carrier
    this.facts = facts
    this.response = response
    this.startedAt = client.runtime.now()
    const { mode, accept, api } = options.pageviews
    this.#mayBeDocument = mayBeDocument(facts)
    this.mayCount = mode !== 'off' && (this.#mayBeDocument || api || accept !== undefined)
    if (!this.mayCount) return
    response.watchHead?.()
    // While the connection stands that it is read from.
    void facts.ip
  }

  /** Whether a person is about to see a page. */
  get isDocument(): boolean {
    return this.#mayBeDocument && this.document.isDocument
  }

  get document(): DocumentVerdict {
    this.#document ??= judgeDocument(this.facts, this.client.ownBotTokens)
    return this.#document
  }

  get consent(): Consent {
    this.#consent ??= new Consent(this)
    return this.#consent
  }

  get visitor(): Visitor {
    this.#visitor ??= new Visitor(this)
    return this.#visitor
  }

  get flags(): ScopeFlags {
    this.#flags ??= new ScopeFlags(this)
    return this.#flags
  }

  get events(): ScopeEvents {
    this.#events ??= new ScopeEvents(this)
    return this.#events
  }

  get changes(): VisitorChanges {
    this.#changes ??= new VisitorChanges(this)
    return this.#changes
  }

  get ending(): ScopeEnding {
    this.#ending ??= new ScopeEnding(this)
    return this.#ending
  }

  get warn(): ScopeWarnings {
    this.#warn ??= new ScopeWarnings(
      this.environment.warnings,
      () => `${this.facts.method} ${this.events.request.url.pathname}`,
    )
    return this.#warn
  }

  /** Flags of who the visitor is by now. */
  get snapshot(): FlagSnapshot {
    const { identity, traces } = this.visitor
    return this.flags.of(identity, traces.deviceId, this.events.membership)
  }

  /** The route's template as far as it is known by now; afterwards as the response had it. */
  get route(): string | undefined {
    return this.#ending?.response?.route ?? this.response.route?.()
  }

  /** To be called each time that the visitor turns out to refuse. */
  onRefusal(): void {
    this.visitor.forget()
  }

  /** To be called when a flag was read. */
  onRead(read: FlagRead, identity: VisitorIdentity): void {
    noteFlagRead(this, read, identity)
  }

  /** Loads the flags of who the visitor is by now, if the request has begun to use flags. Never rejects. */
  async reload(): Promise<void> {
    if (this.#flags?.inUse) await this.snapshot.load()
  }
}

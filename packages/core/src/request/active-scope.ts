import type { FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import type { ObjectNotes } from '../object-notes.ts'
import { callerStack } from '../caller-stack.ts'
import {
  type Bootstrap,
  bootstrapFlags,
  bootstrapIdentity,
  bootstrapSession,
  isNonce,
  scriptOf,
} from './bootstrap.ts'
import { Consent } from './consent.ts'
import type { ConsentValue } from './consent-options.ts'
import { type DocumentVerdict, judgeDocument } from './document.ts'
import { noteFlagRead } from './flag-read.ts'
import type { IdentitySource } from './identity.ts'
import type { OneTimeWarnings } from './one-time-warnings.ts'
import type { OpenScopes } from './open-scopes.ts'
import type { IdentityLinks, ScopeClient, ScopeFlagReader } from './ports.ts'
import type { RequestFacts, ResponseCookies, ResponseFacts } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import type { IdentifyProperties, RequestScope } from './request-scope.ts'
import type { ScopedEvent, ScopeMessage } from './scoped-event.ts'
import { ScopeEnding } from './scope-ending.ts'
import { ScopeEvents } from './scope-events.ts'
import { ScopeFlags } from './scope-flags.ts'
import { VisitorChanges } from './visitor-changes.ts'
import { ScopeWarnings } from './scope-warnings.ts'
import type { CookieSigner } from './signed-cookie.ts'
import type { UrlRules } from '../url-rules.ts'
import type { UrlScrubber } from './url-scrubber.ts'
import { Visitor } from './visitor.ts'

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
}

/** The scope of one request, from its opening to its end and beyond. */
export class ActiveScope implements RequestScope {
  readonly #environment: ScopeEnvironment
  readonly #response: ResponseCookies
  readonly #document: DocumentVerdict
  readonly #consent: Consent
  readonly #visitor: Visitor
  readonly #flags: ScopeFlags
  readonly #events: ScopeEvents
  readonly #changes: VisitorChanges
  readonly #warn: ScopeWarnings
  readonly #ending: ScopeEnding
  /** Null until somebody asks: loading flags settles who the visitor is, so it waits for authentication. */
  #ready: Promise<void> | undefined | null = null

  /** @param carrier the framework's request, for the resolver. */
  constructor(
    environment: ScopeEnvironment,
    carrier: object,
    facts: RequestFacts,
    response: ResponseCookies,
  ) {
    const { client, options } = environment
    const startedAt = client.runtime.now()
    const document = judgeDocument(facts, client.ownBotTokens)
    const consent = new Consent({ ...environment, carrier, facts, onRefusal: () => visitor.forget() })
    const visitor = new Visitor({ ...environment, consent, carrier, facts, response, document, startedAt })
    const flags = new ScopeFlags({
      reader: environment.flagReader,
      consent,
      deadlineMs: options.deadlineMs,
      now: () => client.runtime.now(),
      onRead: (read, identity) => noteFlagRead(parts, read, identity),
    })
    const events = new ScopeEvents({
      ...{ client, options, facts, consent, visitor, flags, scrubber: environment.scrubber },
      route: () => this.#route,
    })
    const warn = new ScopeWarnings(
      environment.warnings,
      () => `${facts.method} ${events.request.url.pathname}`,
    )
    const reload = () => this.#reload()
    const { scrubber } = environment
    const parts = {
      ...{ client, options, facts, startedAt, document, consent, visitor, events, scrubber, warn, reload },
    }
    this.#environment = environment
    this.#response = response
    this.#document = document
    this.#consent = consent
    this.#visitor = visitor
    this.#flags = flags
    this.#events = events
    this.#warn = warn
    this.#changes = new VisitorChanges(parts)
    this.#ending = new ScopeEnding(parts)
  }

  get ready(): Promise<void> | undefined {
    if (this.#ready === null) this.#ready = this.#prepare()
    return this.#ready
  }

  get distinctId(): string {
    return this.#visitor.identity.distinctId
  }

  get identitySource(): IdentitySource {
    return this.#visitor.identity.source
  }

  get isIdentified(): boolean {
    return this.#visitor.identity.isIdentified
  }

  get sessionId(): string | undefined {
    return this.#visitor.traces.sessionId
  }

  get consent(): ConsentValue {
    return this.#consent.value
  }

  get hasConsent(): boolean {
    return this.#consent.hasConsent
  }

  setConsent(consent: 'granted' | 'denied'): void {
    if (consent === 'granted' || consent === 'denied') this.#consent.set(consent)
    else this.#warn.consentRefused()
  }

  get flags(): FlagSnapshot {
    const { identity, traces } = this.#visitor
    return this.#flags.of(identity, traces.deviceId, this.#events.membership)
  }

  get flagSubject(): FlagSubject {
    const { identity, traces } = this.#visitor
    return this.#flags.subject(identity, traces.deviceId, this.#events.membership)
  }

  get properties(): Readonly<Record<string, unknown>> {
    return this.#events.properties
  }

  capture(event: string, properties: Readonly<Record<string, unknown>> = {}): void {
    const make = () => this.eventOf({ event, properties, timestamp: undefined, uuid: undefined })
    this.#environment.client.push(make, this.#consent)
  }

  get urlRules(): UrlRules {
    return this.#environment.scrubber
  }

  eventOf(message: ScopeMessage): ScopedEvent {
    return this.#events.ofVisitor(message)
  }

  identify(userId: string, properties: IdentifyProperties = {}): Promise<void> {
    return this.#changes.identify(userId, properties)
  }

  alias(other: { readonly alias: string }): void {
    this.#changes.alias(other)
  }

  logout(): void {
    this.#changes.logout()
  }

  group(type: string, key: string, properties?: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#changes.group(type, key, properties)
  }

  captureException(thrown: unknown, properties: Readonly<Record<string, unknown>> = {}): void {
    const { client } = this.#environment
    const timestamp = new Date(client.runtime.now())
    client.pushException({
      thrown,
      mechanism: { type: 'generic', handled: true },
      callerStack: callerStack(this.captureException),
      consent: this.#consent,
      urls: this.urlRules,
      event: () => this.eventOf({ event: '$exception', properties, timestamp, uuid: undefined }),
    })
  }

  bootstrap(): Bootstrap {
    this.#visitor.handOver()
    const { identity, browserUser } = this.#visitor
    return {
      ...(this.hasConsent && bootstrapIdentity(identity, browserUser)),
      ...bootstrapFlags(this.flags),
      ...bootstrapSession(this.sessionId),
    }
  }

  bootstrapScript(nonce?: string): string {
    this.#ending.isBootstrapped = true
    if (nonce !== undefined && !isNonce(nonce)) this.#warn.nonceRefused()
    const { name } = this.#environment.options
    return scriptOf(this.bootstrap(), name, isNonce(nonce) ? nonce : undefined)
  }

  run<T>(callback: () => T): T {
    return this.#environment.client.runInScope(this, callback)
  }

  observe(error: unknown): void {
    this.#ending.observe(error)
  }

  fail(error: unknown): void {
    this.#ending.fail(error)
  }

  /** Ends the scope as its response stands, for an adapter whose application closes. */
  abort(): void {
    const response = this.#response.facts?.()
    if (response) this.end(response)
  }

  /** A scope is no data: it leaves no trace where what holds it becomes JSON. */
  toJSON(): undefined {
    return undefined
  }

  end(response: ResponseFacts): void {
    this.#environment.openScopes.remove(this)
    this.#ending.end(response)
  }

  /** Whether the visitor agrees is known in every handler; their flags where they are loaded ahead. */
  #prepare(): Promise<void> | undefined {
    if (this.#environment.client.disabled) return undefined
    if (!this.#consent.pending) return this.#preload()
    const answered = this.#flags.wait((deadlineMs) => this.#consent.answer(deadlineMs))
    return answered.then(() => this.#preload())
  }

  /** The template as far as it is known by now; afterwards as the response had it. */
  get #route(): string | undefined {
    const ended = this.#ending.response
    return ended ? ended.route : this.#response.route?.()
  }

  /** Flags of who the visitor is by now, if the request has begun to use flags. */
  async #reload(): Promise<void> {
    if (this.#flags.inUse) await this.flags.load()
  }

  #preload(): Promise<void> | undefined {
    const { options } = this.#environment
    const wanted =
      options.preload === 'always' || (options.preload === 'documents' && this.#document.isDocument)
    if (!wanted) return undefined
    if (this.#visitor.pending) {
      const resolved = this.#flags.wait((deadlineMs) => this.#visitor.answer(deadlineMs))
      return resolved.then(() => this.flags.load()).then(ignore)
    }
    return this.flags.state === 'loaded' ? undefined : this.flags.load().then(ignore)
  }
}

function ignore(): void {}

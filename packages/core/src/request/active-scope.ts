import { type ContextFrame, groundOf } from '../context.ts'
import type { FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import { callerStack } from '../caller-stack.ts'
import {
  type Bootstrap,
  bootstrapFlags,
  bootstrapIdentity,
  bootstrapSession,
  isNonce,
  scriptOf,
} from './bootstrap.ts'
import type { ConsentValue } from './consent-options.ts'
import type { IdentitySource } from './identity.ts'
import { OpenScope } from './open-scopes.ts'
import type { ResponseFacts } from './request-facts.ts'
import type { IdentifyProperties, RequestScope } from './request-scope.ts'
import type { ScopeParts } from './scope-parts.ts'
import type { ScopedEvent, ScopeMessage } from './scoped-event.ts'
import type { UrlRules } from '../url-rules.ts'

/** The scope of one request, from its opening to its end and beyond. */
export class ActiveScope extends OpenScope implements RequestScope {
  readonly #parts: ScopeParts
  /** Null until somebody asks: loading flags settles who the visitor is, so it waits for authentication. */
  #ready: Promise<void> | undefined | null = null
  /** What contexts within this request stand on. */
  #ground: ContextFrame<RequestScope> | undefined

  constructor(parts: ScopeParts) {
    super()
    this.#parts = parts
    // A page's visitor has to be known before its headers go out, whether anybody asks or not.
    if (parts.isDocument) parts.visitor.keepInTime()
  }

  get ready(): Promise<void> | undefined {
    if (this.#ready === null) this.#ready = this.#prepare()
    return this.#ready
  }

  get distinctId(): string {
    return this.#parts.visitor.identity.distinctId
  }

  get identitySource(): IdentitySource {
    return this.#parts.visitor.identity.source
  }

  get isIdentified(): boolean {
    return this.#parts.visitor.identity.isIdentified
  }

  get sessionId(): string | undefined {
    return this.#parts.visitor.traces.sessionId
  }

  get consent(): ConsentValue {
    return this.#parts.consent.value
  }

  get hasConsent(): boolean {
    return this.#parts.consent.hasConsent
  }

  setConsent(consent: 'granted' | 'denied'): void {
    if (consent === 'granted' || consent === 'denied') this.#parts.consent.set(consent)
    else this.#parts.warn.consentRefused()
  }

  get flags(): FlagSnapshot {
    return this.#parts.snapshot
  }

  get flagSubject(): FlagSubject {
    const { identity, traces } = this.#parts.visitor
    return this.#parts.flags.subject(identity, traces.deviceId, this.#parts.events.membership)
  }

  get properties(): Readonly<Record<string, unknown>> {
    return this.#parts.events.properties
  }

  capture(event: string, properties: Readonly<Record<string, unknown>> = {}): void {
    const make = () => this.eventOf({ event, properties, timestamp: undefined, uuid: undefined })
    this.#parts.client.push(make, this.#parts.consent)
  }

  get urlRules(): UrlRules {
    return this.#parts.environment.scrubber
  }

  eventOf(message: ScopeMessage): ScopedEvent {
    return this.#parts.events.ofVisitor(message)
  }

  identify(userId: string, properties: IdentifyProperties = {}): Promise<void> {
    return this.#parts.changes.identify(userId, properties)
  }

  alias(other: { readonly alias: string }): void {
    this.#parts.changes.alias(other)
  }

  logout(): void {
    this.#parts.changes.logout()
  }

  group(type: string, key: string, properties?: Readonly<Record<string, unknown>>): Promise<void> {
    return this.#parts.changes.group(type, key, properties)
  }

  captureException(thrown: unknown, properties: Readonly<Record<string, unknown>> = {}): void {
    const { client } = this.#parts
    const timestamp = new Date(client.runtime.now())
    client.pushException({
      thrown,
      mechanism: { type: 'generic', handled: true },
      callerStack: callerStack(this.captureException),
      consent: this.#parts.consent,
      urls: this.urlRules,
      event: () => this.eventOf({ event: '$exception', properties, timestamp, uuid: undefined }),
    })
  }

  bootstrap(): Bootstrap {
    this.#parts.visitor.handOver()
    const { identity, browserUser } = this.#parts.visitor
    return {
      ...(this.hasConsent && bootstrapIdentity(identity, browserUser)),
      ...bootstrapFlags(this.flags),
      ...bootstrapSession(this.sessionId),
    }
  }

  bootstrapScript(nonce?: string): string {
    this.#parts.ending.bootstrap()
    if (nonce !== undefined && !isNonce(nonce)) this.#parts.warn.nonceRefused()
    const { name } = this.#parts.options
    return scriptOf(this.bootstrap(), name, isNonce(nonce) ? nonce : undefined)
  }

  run<T>(callback: () => T): T {
    this.#ground ??= groundOf<RequestScope>(this)
    return this.#parts.client.runOn(this.#ground, callback)
  }

  observe(error: unknown): void {
    this.#parts.ending.observe(error)
  }

  fail(error: unknown): void {
    this.#parts.ending.fail(error)
  }

  /** Ends the scope as its response stands, for an adapter whose application closes. */
  abort(): void {
    const response = this.#parts.response.facts?.()
    if (response) this.end(response)
  }

  /** A scope is no data: it leaves no trace where what holds it becomes JSON. */
  toJSON(): undefined {
    return undefined
  }

  end(response: ResponseFacts): void {
    this.#parts.environment.openScopes.remove(this)
    this.#parts.ending.end(response)
  }

  /** Whether the visitor agrees is known in every handler; their flags where they are loaded ahead. */
  #prepare(): Promise<void> | undefined {
    const { client, options } = this.#parts
    if (client.disabled) return undefined
    if (!options.consent.resolve || !this.#parts.consent.pending) return this.#preload()
    const answered = this.#parts.flags.wait((deadlineMs) => this.#parts.consent.answer(deadlineMs))
    return answered.then(() => this.#preload())
  }

  #preload(): Promise<void> | undefined {
    const { options } = this.#parts
    const wanted = options.preload === 'always' || (options.preload === 'documents' && this.#parts.isDocument)
    if (!wanted) return undefined
    if (this.#parts.visitor.pending) {
      const resolved = this.#parts.flags.wait((deadlineMs) => this.#parts.visitor.answer(deadlineMs))
      return resolved.then(() => this.flags.load()).then(ignore)
    }
    return this.flags.state === 'loaded' ? undefined : this.flags.load().then(ignore)
  }
}

function ignore(): void {}

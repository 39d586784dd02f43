import type { FlagSnapshot, FlagSubject } from '../flag-snapshot.ts'
import { callerStack } from '../caller-stack.ts'
import { ownMembers } from '../own-members.ts'
import {
  type Bootstrap,
  bootstrapFlags,
  bootstrapIdentity,
  bootstrapSession,
  isNonce,
  scriptOf,
} from './bootstrap.ts'
import { distinctIdProblem, usableDistinctId } from './distinct-id.ts'
import { type DocumentVerdict, judgeDocument } from './document.ts'
import type { IdentitySource, VisitorIdentity } from './identity.ts'
import { failureMessage, isDeparture, ObservedErrors } from './observed-errors.ts'
import type { OneTimeWarnings } from './one-time-warnings.ts'
import type { OpenScopes } from './open-scopes.ts'
import { describeVerdict, judgePageview, type PageviewEvent } from './pageview.ts'
import type { FlagRead, IdentityLinks, ScopeClient, ScopeFlagReader } from './ports.ts'
import type { RequestFacts, ResponseCookies, ResponseFacts } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import type { IdentifyProperties, RequestScope } from './request-scope.ts'
import type { ScopedEvent, ScopeMessage } from './scoped-event.ts'
import { sourceProperties } from './request-properties.ts'
import { responseProperties } from './response-properties.ts'
import { ScopeEvents } from './scope-events.ts'
import { ScopeFlags } from './scope-flags.ts'
import { usableGroupText, withGroup } from './scope-groups.ts'
import { ScopeWarnings } from './scope-warnings.ts'
import { isSharedResponse } from './shared-cache.ts'
import type { CookieSigner } from './signed-cookie.ts'
import { Visitor } from './visitor.ts'

/** What one request layer shares among its scopes. */
export interface ScopeEnvironment {
  readonly client: ScopeClient
  readonly flagReader: ScopeFlagReader
  readonly options: ResolvedRequestOptions
  readonly warnings: OneTimeWarnings
  readonly links: IdentityLinks
  readonly openScopes: OpenScopes
  /** Undefined without `identity.secret`. */
  readonly signer: CookieSigner | undefined
}

/** The scope of one request, from its opening to its end and beyond. */
export class ActiveScope implements RequestScope {
  readonly #environment: ScopeEnvironment
  readonly #facts: RequestFacts
  readonly #response: ResponseCookies
  readonly #startedAt: number
  readonly #document: DocumentVerdict
  readonly #visitor: Visitor
  readonly #flags: ScopeFlags
  readonly #events: ScopeEvents
  readonly #warn: ScopeWarnings
  #observed: ObservedErrors | undefined
  /** Whether the page was given what makes the browser's library count it. */
  #bootstrapped = false
  /** How the response ended. */
  #ending: ResponseFacts | undefined
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
    this.#environment = environment
    this.#facts = facts
    this.#response = response
    this.#startedAt = startedAt
    this.#document = document
    this.#visitor = new Visitor({ ...environment, carrier, facts, response, document, startedAt })
    this.#flags = new ScopeFlags({
      reader: environment.flagReader,
      deadlineMs: options.deadlineMs,
      now: () => client.runtime.now(),
      onRead: (read, identity) => this.#noteRead(read, identity),
    })
    this.#events = new ScopeEvents({ client, options, facts, visitor: this.#visitor, flags: this.#flags })
    this.#warn = new ScopeWarnings(
      environment.warnings,
      () => `${facts.method} ${this.#events.request.url.pathname}`,
    )
  }

  get ready(): Promise<void> | undefined {
    if (this.#ready === null) this.#ready = this.#preload()
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
    this.#environment.client.push(() =>
      this.eventOf({ event, properties, timestamp: undefined, uuid: undefined }),
    )
  }

  eventOf(message: ScopeMessage): ScopedEvent {
    return this.#events.ofVisitor(message)
  }

  async identify(userId: string, properties: IdentifyProperties = {}): Promise<void> {
    const distinctId = usableDistinctId(userId)
    if (distinctId === undefined) return this.#warn.linkRefused('identify', distinctIdProblem(userId))
    const { set, setOnce }: IdentifyProperties = ownMembers(properties)
    const anonymous = this.#visitor.login(distinctId)
    this.#pushPersonEvent('identify', '$identify', distinctId, {
      $set: set ?? {},
      $set_once: setOnce ?? {},
      ...(anonymous !== undefined && { $anon_distinct_id: anonymous }),
    })
    if (this.#flags.inUse) await this.flags.load()
  }

  alias(other: { readonly alias: string }): void {
    const { alias: given } = ownMembers(other)
    const { distinctId, isIdentified } = this.#visitor.identity
    if (!isIdentified)
      return this.#warn.linkRefused('alias', 'would belong to a visitor who is not signed in')
    const alias = usableDistinctId(given)
    if (alias === undefined) return this.#warn.linkRefused('alias', distinctIdProblem(given))
    if (alias === distinctId) return
    if (!this.#visitor.adopt(alias)) return this.#warn.linkRefused('alias')
    this.#pushPersonEvent('alias', '$create_alias', distinctId, { distinct_id: distinctId, alias })
  }

  logout(): void {
    this.#events.leave()
    this.#visitor.logout()
  }

  async group(type: string, key: string, properties?: Readonly<Record<string, unknown>>): Promise<void> {
    const [groupType, groupKey] = [usableGroupText(type), usableGroupText(key)]
    if (groupType === undefined || groupKey === undefined) return this.#warn.groupRefused()
    const membership = withGroup(this.#events.membership, groupType, groupKey, properties)
    if (!membership) return
    this.#events.membership = membership
    if (properties) {
      this.#environment.client.push(() => this.#events.ofGroup(groupType, groupKey, properties))
    }
    if (this.#flags.inUse) await this.flags.load()
  }

  captureException(thrown: unknown, properties: Readonly<Record<string, unknown>> = {}): void {
    const { client } = this.#environment
    const timestamp = new Date(client.runtime.now())
    client.pushException({
      thrown,
      mechanism: { type: 'generic', handled: true },
      callerStack: callerStack(this.captureException),
      event: () => this.eventOf({ event: '$exception', properties, timestamp, uuid: undefined }),
    })
  }

  bootstrap(): Bootstrap {
    this.#visitor.handOver()
    const { identity, browserUser } = this.#visitor
    return {
      ...bootstrapIdentity(identity, browserUser),
      ...bootstrapFlags(this.flags),
      ...bootstrapSession(this.sessionId),
    }
  }

  bootstrapScript(nonce?: string): string {
    this.#bootstrapped = true
    if (nonce !== undefined && !isNonce(nonce)) this.#warn.nonceRefused()
    const { name } = this.#environment.options
    return scriptOf(this.bootstrap(), name, isNonce(nonce) ? nonce : undefined)
  }

  run<T>(callback: () => T): T {
    return this.#environment.client.runInScope(this, callback)
  }

  observe(error: unknown): void {
    if (this.#ending && !this.#ending.completed && isDeparture(error)) return
    this.#observed ??= new ObservedErrors()
    this.#observed.note(error, this.#environment.client.runtime.now())
    if (this.#ending) this.#captureFailures(this.#ending)
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
    if (this.#ending) return
    this.#ending = response
    this.#environment.openScopes.remove(this)
    if (this.#bootstrapped && isSharedResponse(response.cacheControl)) this.#warn.bootstrapShared()
    this.#captureFailures(response)
    const { client, options } = this.#environment
    const verdict = judgePageview({
      facts: this.#facts,
      document: this.#document,
      response,
      options: options.pageviews,
      ownBotTokens: client.ownBotTokens,
      bootstrapped: this.#bootstrapped,
      onBadAnswer: (problem) => this.#warn.acceptFailed(problem),
    })
    if (client.logger.isEnabled('debug')) client.logger.debug('pageview', describeVerdict(verdict))
    if (verdict.reason === 'bot') client.refuseBot()
    if (!verdict.counts) return
    const endedAt = client.runtime.now()
    const capture = () => this.#capturePageview(verdict.event, response, endedAt)
    const { pending } = this.#visitor
    if (pending) client.hold(this.#visitor.answer(options.deadlineMs).then(capture))
    else capture()
  }

  #preload(): Promise<void> | undefined {
    const { client, options } = this.#environment
    const wanted =
      options.preload === 'always' || (options.preload === 'documents' && this.#document.isDocument)
    if (!wanted || client.disabled) return undefined
    if (this.#visitor.pending) {
      const resolved = this.#flags.wait((deadlineMs) => this.#visitor.answer(deadlineMs))
      return resolved.then(() => this.flags.load()).then(ignore)
    }
    return this.flags.state === 'loaded' ? undefined : this.flags.load().then(ignore)
  }

  #capturePageview(event: PageviewEvent, response: ResponseFacts, endedAt: number): void {
    this.#environment.client.push(() =>
      this.#events.ofArrival({
        event,
        properties: {
          ...sourceProperties(this.#facts, this.#events.request.url),
          ...responseProperties(response, this.#startedAt, endedAt),
          ...(event === '$bot_pageview' && { $browser_type: 'bot' }),
        },
        timestamp: new Date(this.#startedAt),
        uuid: undefined,
      }),
    )
  }

  #captureFailures(response: ResponseFacts): void {
    const { client, options } = this.#environment
    for (const { error, at } of this.#observed?.failures(response, options.minErrorStatus) ?? []) {
      client.pushException({
        thrown: error,
        mechanism: { type: 'middleware', handled: false },
        callerStack: undefined,
        event: () => this.eventOf(failureMessage(response, at)),
      })
    }
  }

  /** What changes persons is not sent where there are none to change. */
  #pushPersonEvent(
    kind: 'identify' | 'alias',
    event: string,
    distinctId: string,
    properties: Readonly<Record<string, unknown>>,
  ): void {
    const { client, options } = this.#environment
    if (options.personProfiles === 'never') return
    client.push(() => this.#events.ofPerson(kind, event, distinctId, properties))
  }

  /**
   * What nobody waited for was not evaluated: such a read exposes the visitor to nothing. Who cannot come back under the
   * same id has no history that an exposure could belong to.
   */
  #noteRead(read: Omit<FlagRead, 'distinctId'>, identity: VisitorIdentity): void {
    const { reason, key } = read.result
    if (reason === 'not-loaded') {
      if (!this.#environment.client.disabled) this.#warn.flagNotLoaded(key)
      return
    }
    if (reason === 'unavailable' || reason === 'override' || !this.#visitor.isRemembered) return
    const { distinctId } = identity
    this.#environment.client.expose({ distinctId, ...read }, (properties) =>
      this.#events.of(identity, {
        event: '$feature_flag_called',
        properties,
        timestamp: undefined,
        uuid: undefined,
      }),
    )
  }
}

function ignore(): void {}

import type { EventMessage } from '../before-send.ts'
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
import { hasPerson } from './person-profiles.ts'
import type { FlagRead, IdentityLinks, ScopeClient, ScopeFlagReader } from './ports.ts'
import type { RequestFacts, ResponseCookies, ResponseFacts } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import type { IdentifyProperties, RequestScope } from './request-scope.ts'
import type { ScopedEvent, ScopeMessage } from './scoped-event.ts'
import { type RequestProperties, requestProperties, sourceProperties } from './request-properties.ts'
import { responseProperties } from './response-properties.ts'
import { ScopeFlags } from './scope-flags.ts'
import { groupMessage, noMembership, usableGroupText, withGroup } from './scope-groups.ts'
import { ScopeWarnings } from './scope-warnings.ts'
import { isSharedResponse } from './shared-cache.ts'
import type { CookieSigner } from './signed-cookie.ts'
import { Visitor, type VisitorTraces } from './visitor.ts'

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

/** Properties of a request's events, as long as what they were made from is the same. */
interface CommonProperties {
  readonly identity: VisitorIdentity
  readonly traces: VisitorTraces
  readonly flags: Readonly<Record<string, unknown>>
  readonly properties: Readonly<Record<string, unknown>>
}

/** A visitor who has logged out. */
interface Departed {
  readonly identity: VisitorIdentity
  readonly traces: VisitorTraces
}

/** The scope of one request, from its opening to its end and beyond. */
export class ActiveScope implements RequestScope {
  readonly ready: Promise<void> | undefined
  readonly #environment: ScopeEnvironment
  readonly #facts: RequestFacts
  readonly #response: ResponseCookies
  readonly #startedAt: number
  readonly #document: DocumentVerdict
  readonly #visitor: Visitor
  readonly #flags: ScopeFlags
  readonly #warn: ScopeWarnings
  #requestProperties: RequestProperties | undefined
  #common: CommonProperties | undefined
  /** Who came in, when they have logged out since. */
  #departed: Departed | undefined
  #membership = noMembership
  #observed: ObservedErrors | undefined
  /** Whether the page was given what makes the browser's library count it. */
  #bootstrapped = false
  /** How the response ended. */
  #ending: ResponseFacts | undefined

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
    this.#warn = new ScopeWarnings(
      environment.warnings,
      () => `${facts.method} ${this.#request.url.pathname}`,
    )
    this.#startedAt = startedAt
    this.#document = document
    this.#visitor = new Visitor({ ...environment, carrier, facts, response, document, startedAt })
    this.#flags = new ScopeFlags({
      reader: environment.flagReader,
      deadlineMs: options.deadlineMs,
      now: () => client.runtime.now(),
      onRead: (read, identity) => this.#noteRead(read, identity),
    })
    this.ready = this.#preload()
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
    return this.#flags.of(identity, traces.deviceId, this.#membership)
  }

  get flagSubject(): FlagSubject {
    const { identity, traces } = this.#visitor
    return this.#flags.subject(identity, traces.deviceId, this.#membership)
  }

  get properties(): Readonly<Record<string, unknown>> {
    return { ...this.#request.properties, ...sessionProperties(this.#visitor.traces) }
  }

  capture(event: string, properties: Readonly<Record<string, unknown>> = {}): void {
    this.#environment.client.push(() =>
      this.eventOf({ event, properties, timestamp: undefined, uuid: undefined }),
    )
  }

  eventOf(message: ScopeMessage): ScopedEvent {
    const groups = this.#groups
    const joined = groups ? { ...message, groups: { ...groups, ...message.groups } } : message
    return this.#eventOf(this.#visitor.identity, joined)
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
    const { identity, traces } = this.#visitor
    this.#departed ??= { identity, traces }
    this.#visitor.logout()
  }

  async group(type: string, key: string, properties?: Readonly<Record<string, unknown>>): Promise<void> {
    const [groupType, groupKey] = [usableGroupText(type), usableGroupText(key)]
    if (groupType === undefined || groupKey === undefined) return this.#warn.groupRefused()
    const membership = withGroup(this.#membership, groupType, groupKey, properties)
    if (!membership) return
    this.#membership = membership
    if (properties) this.#describeGroup(groupType, groupKey, properties)
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
      this.#eventOf(this.#departed?.identity ?? this.#visitor.identity, {
        event,
        properties: {
          ...sourceProperties(this.#facts, this.#request.url),
          ...responseProperties(response, this.#startedAt, endedAt),
          ...(event === '$bot_pageview' && { $browser_type: 'bot' }),
        },
        timestamp: new Date(this.#startedAt),
        uuid: undefined,
        groups: this.#groups,
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

  /** Said of nobody in particular for who is no person: under their id it would make them one. */
  #describeGroup(type: string, key: string, properties: Readonly<Record<string, unknown>>): void {
    const { client, options } = this.#environment
    const { identity, traces, isRemembered } = this.#visitor
    const isPerson = hasPerson(options.personProfiles, identity, isRemembered)
    const owner = isPerson ? identity.distinctId : `$${type}_${key}`
    client.push(() => ({
      kind: 'capture',
      message: this.#addressed(owner, groupMessage(type, key, properties)),
      common: { $hedgerow_id_source: identity.source, ...sessionProperties(traces) },
    }))
  }

  #eventOf(identity: VisitorIdentity, message: ScopeMessage): ScopedEvent {
    return {
      kind: 'capture',
      message: this.#addressed(identity.distinctId, message),
      common: this.#commonOf(identity),
    }
  }

  /** With a known client address the event may be located; without one it would be located at this server. */
  #addressed(distinctId: string, message: ScopeMessage): EventMessage {
    const { client } = this.#environment
    const disableGeoip =
      message.disableGeoip ?? (this.#facts.ip === undefined ? undefined : client.geoipForcedOff)
    return { ...message, distinctId, disableGeoip }
  }

  /** The same object for all events of one identity until another flag is read, so that it is serialised once. */
  #commonOf(identity: VisitorIdentity): Readonly<Record<string, unknown>> {
    const flags = this.#flags.properties
    const traces = identity === this.#departed?.identity ? this.#departed.traces : this.#visitor.traces
    if (
      this.#common?.identity !== identity ||
      this.#common.flags !== flags ||
      this.#common.traces !== traces
    ) {
      const { options } = this.#environment
      const properties = {
        ...flags,
        ...this.#request.properties,
        ...sessionProperties(traces),
        ...(traces.deviceId && { $device_id: traces.deviceId }),
        $hedgerow_id_source: identity.source,
        ...(!hasPerson(options.personProfiles, identity, this.#visitor.isRemembered) && {
          $process_person_profile: false,
        }),
      }
      this.#common = { identity, traces, flags, properties }
    }
    return this.#common.properties
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
    client.push(() => ({
      kind,
      message: this.#addressed(distinctId, { event, properties, timestamp: undefined, uuid: undefined }),
      common: {
        $hedgerow_id_source: this.#visitor.identity.source,
        ...sessionProperties(this.#visitor.traces),
      },
    }))
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
      this.#eventOf(identity, {
        event: '$feature_flag_called',
        properties,
        timestamp: undefined,
        uuid: undefined,
      }),
    )
  }

  get #groups(): Readonly<Record<string, string>> | undefined {
    return this.#membership === noMembership ? undefined : this.#membership.groups
  }

  get #request(): RequestProperties {
    this.#requestProperties ??= requestProperties(this.#facts)
    return this.#requestProperties
  }
}

function sessionProperties({ sessionId, windowId }: VisitorTraces): Readonly<Record<string, unknown>> {
  return { ...(sessionId && { $session_id: sessionId }), ...(windowId && { $window_id: windowId }) }
}

function ignore(): void {}

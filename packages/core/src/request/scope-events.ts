import type { EventMessage } from '../before-send.ts'
import type { PropertyLayer, PropertyLayers } from '../property-layers.ts'
import type { VisitorIdentity } from './identity.ts'
import { hasPerson } from './person-profiles.ts'
import type { Consented, ScopeClient } from './ports.ts'
import type { RequestFacts } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import { type RequestProperties, requestProperties } from './request-properties.ts'
import type { ScopeFlags } from './scope-flags.ts'
import { type GroupMembership, groupMessage, noMembership } from './scope-groups.ts'
import type { ScopedEvent, ScopeMessage } from './scoped-event.ts'
import type { UrlScrubber } from './url-scrubber.ts'
import type { Visitor, VisitorTraces } from './visitor.ts'

/** What the events of a scope are made of. */
export interface ScopeEventsParts {
  readonly client: Pick<ScopeClient, 'geoipForcedOff'>
  readonly options: Pick<ResolvedRequestOptions, 'personProfiles'>
  readonly facts: RequestFacts
  readonly consent: Consented
  readonly visitor: Visitor
  readonly flags: Pick<ScopeFlags, 'properties'>
  readonly environment: { readonly scrubber: UrlScrubber }
  /** Template of the request's route, as far as it is known by now. */
  readonly route: string | undefined
}

/** Properties of a request's events, as long as what they were made from is the same. */
interface CommonProperties {
  readonly identity: VisitorIdentity
  readonly traces: VisitorTraces
  readonly flags: Readonly<Record<string, unknown>>
  readonly request: RequestProperties
  readonly ofVisitor: PropertyLayer
  readonly layers: PropertyLayers
}

/** A visitor who has logged out. */
interface Departed {
  readonly identity: VisitorIdentity
  readonly traces: VisitorTraces
  readonly membership: GroupMembership
}

/** Makes the events of one request: whose they are, in which groups, and what they all say. */
export class ScopeEvents {
  readonly #parts: ScopeEventsParts
  #request: RequestProperties | undefined
  /** What `#request` was read with. */
  #route: string | undefined
  #common: CommonProperties | undefined
  /** Who came in, when they have logged out since. */
  #departed: Departed | undefined
  /** The visitor's groups from now on. */
  membership = noMembership

  constructor(parts: ScopeEventsParts) {
    this.#parts = parts
  }

  /** What the request says about itself, read at the first use, and again when it depends on a route that has become known. */
  get request(): RequestProperties {
    const { facts, environment } = this.#parts
    const { scrubber } = environment
    const route = scrubber.mode === 'template' ? this.#parts.route : undefined
    if (this.#request === undefined || route !== this.#route) {
      this.#request = requestProperties(facts, scrubber, route)
      this.#route = route
    }
    return this.#request
  }

  /** What every event of this request says, whoever it belongs to. */
  get properties(): Readonly<Record<string, unknown>> {
    return { ...this.request.properties, ...sessionProperties(this.#parts.visitor.traces) }
  }

  /** An event of the visitor, as they are now. */
  ofVisitor(message: ScopeMessage): ScopedEvent {
    return this.of(this.#parts.visitor.identity, inGroups(this.membership, message))
  }

  /** The pageview of whoever came in. @param properties none of which other events of the request have. */
  ofPage(event: string, properties: PropertyLayer, at: number): ScopedEvent {
    const { identity, membership } = this.#departed ?? {
      identity: this.#parts.visitor.identity,
      membership: this.membership,
    }
    const message = { event, properties: noProperties, timestamp: new Date(at), uuid: undefined }
    return this.of(identity, inGroups(membership, message), properties)
  }

  /** An event of this identity, in the groups that the message names and no others. */
  of(identity: VisitorIdentity, message: ScopeMessage, further?: PropertyLayer): ScopedEvent {
    return {
      kind: 'capture',
      message: this.#addressed(identity.distinctId, message),
      common: this.#commonOf(identity),
      further,
    }
  }

  /** An event that changes persons. */
  ofPerson(
    kind: 'identify' | 'alias',
    event: string,
    distinctId: string,
    properties: Readonly<Record<string, unknown>>,
  ): ScopedEvent {
    return {
      kind,
      message: this.#addressed(distinctId, { event, properties, timestamp: undefined, uuid: undefined }),
      common: this.#sparse,
    }
  }

  /** The event that describes a group; nobody's in particular for who is no person: under their id it would make them one. */
  ofGroup(type: string, key: string, properties: Readonly<Record<string, unknown>>): ScopedEvent {
    const { options, visitor } = this.#parts
    const { identity, isRemembered } = visitor
    const isPerson = hasPerson(options.personProfiles, identity, isRemembered)
    const owner = isPerson ? identity.distinctId : `$${type}_${key}`
    return {
      kind: 'capture',
      message: this.#addressed(owner, groupMessage(type, key, properties)),
      common: this.#sparse,
    }
  }

  /** To be called before the visitor logs out: who goes on is in no group, and who came in keeps what was theirs. */
  leave(): void {
    const { consent, visitor } = this.#parts
    const { identity, traces } = visitor
    // Nobody has left who was nobody: their id is never sent, also if they agree later on.
    if (consent.hasConsent) this.#departed ??= { identity, traces, membership: this.membership }
    this.membership = noMembership
  }

  /** With a known client address the event may be located; without one it would be located at this server. */
  #addressed(distinctId: string, message: ScopeMessage): EventMessage {
    const { client, facts } = this.#parts
    const disableGeoip = message.disableGeoip ?? (facts.ip === undefined ? undefined : client.geoipForcedOff)
    return { ...message, distinctId, disableGeoip }
  }

  /** The same objects for all events of one identity until another flag is read, so that they are serialised once. */
  #commonOf(identity: VisitorIdentity): PropertyLayers {
    const { visitor } = this.#parts
    const flags = this.#parts.flags.properties
    const { request } = this
    const traces = identity === this.#departed?.identity ? this.#departed.traces : visitor.traces
    const known = this.#common
    const isSame = known?.identity === identity && known.traces === traces
    if (isSame && known.flags === flags && known.request === request) return known.layers
    const ofVisitor = isSame ? known.ofVisitor : this.#visitorLayer(identity, traces)
    const layers = [flags, request.properties, ofVisitor]
    this.#common = { identity, traces, flags, request, ofVisitor, layers }
    return layers
  }

  #visitorLayer(identity: VisitorIdentity, traces: VisitorTraces): PropertyLayer {
    const { options, visitor } = this.#parts
    const layer: Record<string, unknown> = { $hedgerow_id_source: identity.source }
    if (traces.sessionId) layer['$session_id'] = traces.sessionId
    if (traces.windowId) layer['$window_id'] = traces.windowId
    if (traces.deviceId) layer['$device_id'] = traces.deviceId
    if (!hasPerson(options.personProfiles, identity, visitor.isRemembered))
      layer['$process_person_profile'] = false
    return layer
  }

  /** What events about persons and groups say of their request. */
  get #sparse(): PropertyLayers {
    const { identity, traces } = this.#parts.visitor
    return [{ $hedgerow_id_source: identity.source, ...sessionProperties(traces) }]
  }
}

const noProperties: PropertyLayer = {}

/** The message with the visitor's groups beneath its own. */
function inGroups(membership: GroupMembership, message: ScopeMessage): ScopeMessage {
  if (membership === noMembership) return message
  return { ...message, groups: { ...membership.groups, ...message.groups } }
}

function sessionProperties({ sessionId, windowId }: VisitorTraces): Readonly<Record<string, unknown>> {
  return { ...(sessionId && { $session_id: sessionId }), ...(windowId && { $window_id: windowId }) }
}

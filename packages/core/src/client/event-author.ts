import type { IncomingEvent } from '../capture/event-pipeline.ts'
import type { ContextData, ContextFrame } from '../context.ts'
import type { ContextStorage } from '../context-storage.ts'
import type { FlagSubject } from '../flag-snapshot.ts'
import type { CaptureMessage } from '../messages.ts'
import { createNotes } from '../object-notes.ts'
import { ownMembers, unserializable } from '../own-members.ts'
import type { RequestScope } from '../request/request-scope.ts'
import type { ScopedEvent } from '../request/scoped-event.ts'
import { mergedLayers, type PropertyLayer, type PropertyLayers } from '../property-layers.ts'
import type { UrlRules } from '../url-rules.ts'
import type { UuidSource } from '../runtime/uuid.ts'

/** Marks an event that belongs to nobody. */
const personless: PropertyLayer = { $process_person_profile: false }

/**
 * Says whose an event is: the caller's explicit id, else the context's, else the request scope's visitor, else nobody's.
 * What registered properties, scope and context add lies beneath the caller's own properties.
 */
export class EventAuthor {
  readonly #contexts: ContextStorage<RequestScope>
  readonly #uuids: UuidSource
  #registered: PropertyLayer = {}
  /** What was registered beneath a scope's properties, by these: one object for all events of a request. */
  #underScopes = createNotes<PropertyLayers>()

  constructor(contexts: ContextStorage<RequestScope>, uuids: UuidSource) {
    this.#contexts = contexts
    this.#uuids = uuids
  }

  register(properties: Record<string, unknown>): void {
    this.#setRegistered({ ...this.#registered, ...ownMembers(properties, unserializable) })
  }

  unregister(name: string): void {
    this.#setRegistered(Object.fromEntries(Object.entries(this.#registered).filter(([key]) => key !== name)))
  }

  /** The event with its author, ready for the queue. */
  address(message: CaptureMessage): IncomingEvent {
    const { distinctId: explicitId, ...given } = { ...message }
    const event = { timestamp: undefined, uuid: undefined, ...given, properties: given.properties ?? {} }
    const frame = this.#contexts.current
    const scope = frame?.fresh ? undefined : frame?.scope
    const distinctId = isGiven(explicitId) ? explicitId : frame?.data.distinctId
    if (scope && !isGiven(distinctId)) {
      const scoped = scope.eventOf(event)
      return { ...scoped, common: withLayer(this.#underScope(scoped.common), contextLayer(frame)) }
    }
    const author = isGiven(distinctId) ? undefined : personless
    return {
      kind: 'capture',
      message: { ...event, distinctId: isGiven(distinctId) ? distinctId : this.#uuids.next() },
      common: [merged(this.#registered, scope?.properties, contextLayer(frame), author)],
    }
  }

  /** An event of a scope, with what was registered. */
  withRegistered(event: ScopedEvent): IncomingEvent {
    const { kind, message, common, further } = event
    if (kind !== 'capture') return event
    if (!hasMembers(this.#registered)) {
      return further ? { kind, message, common: [...common, further] } : event
    }
    // What is registered may have one of the further ones, which win.
    const properties = { ...message.properties, ...further }
    return { kind, message: { ...message, properties }, common: this.#underScope(common) }
  }

  /** The context in which an event would be captured here. */
  context(): ContextData | undefined {
    const frame = this.#contexts.current
    if (!frame) return undefined
    const { data, scope, fresh } = frame
    if (!scope || fresh) return { ...data }
    return {
      distinctId: data.distinctId ?? scope.distinctId,
      sessionId: data.sessionId ?? scope.sessionId,
      properties: { ...scope.properties, ...data.properties },
    }
  }

  /** What URLs pass here, in the messages of exceptions; undefined outside a request. */
  get urlRules(): UrlRules | undefined {
    return this.#contexts.current?.scope?.urlRules
  }

  /** Who a flag call that names nobody is about: the context's person, else the request's visitor; undefined: nobody. */
  subject(): FlagSubject | undefined {
    const frame = this.#contexts.current
    const distinctId: unknown = frame?.data.distinctId
    if (!isGiven(distinctId)) return frame?.fresh ? undefined : frame?.scope?.flagSubject
    if (typeof distinctId !== 'string' && typeof distinctId !== 'number') return undefined
    return { distinctId: String(distinctId), groups: {}, personProperties: {}, groupProperties: {} }
  }

  #setRegistered(properties: PropertyLayer): void {
    this.#registered = properties
    this.#underScopes = createNotes()
  }

  #underScope(common: PropertyLayers | undefined): PropertyLayers | undefined {
    if (!common || !hasMembers(this.#registered)) return common
    const known = this.#underScopes.get(common)
    if (known) return known
    const layers = [merged(this.#registered, ...common)]
    this.#underScopes.set(common, layers)
    return layers
  }
}

/** Later layers over earlier ones. The same object where there is only one, whose text is then known. */
function merged(...layers: readonly (PropertyLayer | undefined)[]): PropertyLayer {
  return mergedLayers(layers.filter((layer) => layer !== undefined).filter(hasMembers))
}

function withLayer(
  layers: PropertyLayers | undefined,
  over: PropertyLayer | undefined,
): PropertyLayers | undefined {
  return over && hasMembers(over) ? [merged(...(layers ?? []), over)] : layers
}

function hasMembers(layer: PropertyLayer): boolean {
  return Object.keys(layer).length > 0
}

function contextLayer(frame: ContextFrame<RequestScope> | undefined): PropertyLayer | undefined {
  if (!frame) return undefined
  const { properties, sessionId } = frame.data
  return sessionId === undefined ? properties : { ...properties, $session_id: sessionId }
}

function isGiven<T>(value: T): value is NonNullable<T> {
  return value !== undefined && value !== null && value !== ''
}

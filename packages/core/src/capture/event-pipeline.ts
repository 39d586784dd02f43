import type { BeforeSend, EventMessage } from '../before-send.ts'
import type { Emitter } from '../emitter.ts'
import type { Logger } from '../logger.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { ownMembers, unserializable } from '../own-members.ts'
import { mergedLayers, type PropertyLayers } from '../property-layers.ts'
import { held } from '../runtime/held.ts'
import { isUuid, type UuidSource } from '../runtime/uuid.ts'
import { utf8Length } from '../serialize.ts'
import type { QueuedEvent } from '../store/event-store.ts'
import type { Library } from '../transport/endpoints.ts'
import { whenRejected } from '../when-rejected.ts'
import { type Delivery, speaksV1 } from './delivery.ts'
import type { DeliveryLedger, RefusalReason } from './delivery-ledger.ts'
import { flagLayer } from './flag-layer.ts'
import { withBotMarked, withoutUrlHashes } from './event-adjustments.ts'
import { utcTimestamp } from './timestamp.ts'
import { v1Event } from './v1-event.ts'
import { type SettledEvent, type WireEvent, WireEventBuilder } from './wire-event.ts'

/** An event on its way in; `kind` is the name under which listeners hear of it. */
export interface IncomingEvent {
  readonly kind: 'capture' | 'identify' | 'alias'
  readonly message: EventMessage
  /** Shared properties beneath those of the message. */
  readonly common?: PropertyLayers | undefined
  /** `before_send` has seen it. */
  readonly isReviewed?: boolean | undefined
}

/** Takes an event that is ready, named as it is after `before_send`. */
type Accept = (event: QueuedEvent, name: string) => void

/** Takes an event from the caller to the queue, synchronously: hooks, uuid, time, one serialisation. It never throws. */
export class EventPipeline {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #uuids: UuidSource
  readonly #logger: Logger
  readonly #emitter: Emitter
  readonly #ledger: DeliveryLedger
  readonly #delivery: Delivery
  readonly #builder: WireEventBuilder
  /** Whether the user wants events to be captured. */
  optedIn: boolean

  constructor(parts: {
    options: ResolvedOptions
    runtime: Runtime
    uuids: UuidSource
    logger: Logger
    emitter: Emitter
    library: Library
    ledger: DeliveryLedger
    delivery: Delivery
  }) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#uuids = parts.uuids
    this.#logger = parts.logger
    this.#emitter = parts.emitter
    this.#ledger = parts.ledger
    this.#delivery = parts.delivery
    this.#builder = new WireEventBuilder(parts.options, parts.library)
    this.optedIn = parts.options.defaultOptIn
  }

  /** Queues an event, if it is one: what reads the caller's message is `make`, and may throw. */
  push(make: () => IncomingEvent | undefined): void {
    this.#take(make, (event, name) => this.#delivery.accept(event, name))
  }

  /** Sends an event in a request of its own; resolves when it was settled, and never rejects. */
  async pushNow(make: () => IncomingEvent | undefined): Promise<void> {
    let settled: Promise<void> | undefined
    this.#take(make, (event, name) => {
      settled = this.#delivery.acceptNow(event, name)
    })
    if (settled) await held(this.#runtime, settled)
  }

  /** The event as `before_send` leaves it, which then does not see it again; undefined when it was refused. */
  reviewed(incoming: IncomingEvent): IncomingEvent | undefined {
    const hooks = this.#options.beforeSend
    if (incoming.isReviewed || hooks.length === 0) return incoming
    const { kind, message, common } = incoming
    const merged = { ...message, properties: { ...mergedLayers(common), ...membersOf(message.properties) } }
    const result = this.#runHooks(hooks, merged)
    if (result) return { kind, message: result, isReviewed: true }
    this.refuse('before-send')
    return undefined
  }

  refuse(reason: RefusalReason): void {
    this.#ledger.refuse(reason)
    this.#logger.debug('event-refused', `an event was not accepted, reason: ${reason}`)
  }

  /** Where reading the message throws, this one event is refused and its caller hears nothing. */
  #take(make: () => IncomingEvent | undefined, accept: Accept): void {
    if (this.#options.disabled) return this.refuse('disabled')
    try {
      const incoming = make()
      if (!incoming) return
      if (this.optedIn) return this.#process(incoming, accept)
      this.#emitter.emit(incoming.kind, 'The client is disabled, so this event is not captured.')
      this.refuse('opted-out')
    } catch {
      this.#refuseInvalid('its message cannot be read')
    }
  }

  #process(incoming: IncomingEvent, accept: Accept): void {
    const event = this.reviewed(incoming)
    if (!event) return
    const { kind, message, common } = event
    const distinctId = textOf(message.distinctId)
    if (!isName(message.event)) return this.#refuseInvalid('event must be a non-empty string')
    if (!distinctId) return this.#refuseInvalid('distinctId must be a non-empty string')
    const uuid = isUuid(message.uuid) ? message.uuid.toLowerCase() : this.#uuids.next()
    const settled = this.#adjust({
      distinctId,
      event: message.event,
      common: message.flags ? [{ ...flagLayer(message.flags), ...mergedLayers(common) }] : common,
      properties: membersOf(message.properties),
      groups: isObject(message.groups) ? message.groups : undefined,
      disableGeoip: message.disableGeoip ?? this.#options.disableGeoip,
      uuid,
      timestamp: utcTimestamp(message.timestamp, this.#runtime.now()),
    })
    this.#queue(kind, settled, accept)
  }

  /** What options change about an event, whoever made it. */
  #adjust(event: SettledEvent): SettledEvent {
    const { cutsUrlHashes, marksBotPageviews, ownBotTokens } = this.#options
    let adjusted = event
    if (cutsUrlHashes) adjusted = withoutUrlHashes(adjusted)
    if (marksBotPageviews) adjusted = withBotMarked(adjusted, ownBotTokens)
    return adjusted
  }

  #queue(kind: IncomingEvent['kind'], event: SettledEvent, accept: Accept): void {
    const v0 = this.#builder.serialize(event)
    if (!v0) return this.#delivery.rejectTooLarge()
    const wire = speaksV1(this.#options, event.event) ? v1Text(v0.json, this.#runtime.now()) : v0
    // The form of v1 may be a few bytes longer.
    if (wire.bytes > this.#options.maxEventBytes) return this.#delivery.rejectTooLarge()
    accept({ uuid: event.uuid, json: wire.json, bytes: wire.bytes }, event.event)
    // From the text, so that listeners see what is sent, and nothing they do to it changes that.
    if (this.#emitter.isHeard(kind)) this.#emitter.emit(kind, JSON.parse(v0.json))
  }

  #runHooks(hooks: readonly BeforeSend[], message: EventMessage): EventMessage | undefined {
    const failed = () =>
      this.#logger.error(
        'before-send-failed',
        'before_send threw, so its event is not sent; it must handle its own errors',
      )
    let current = message
    for (const hook of hooks) {
      try {
        const result = hook(current)
        whenRejected(result, failed)
        if (!isObject(result)) return undefined
        current = result
      } catch {
        failed()
        return undefined
      }
    }
    return current
  }

  #refuseInvalid(problem: string): void {
    this.#ledger.refuse('invalid')
    this.#logger.warn('invalid-event', `an event is not sent: ${problem}`)
  }
}

/** The text of our own v0 event, in the form of v1. */
function v1Text(v0: string, now: number): { json: string; bytes: number } {
  const json = JSON.stringify(v1Event(JSON.parse(v0) as WireEvent, now))
  return { json, bytes: utf8Length(json) }
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Callers without types pass numbers too. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/**
 * Properties, read once, so that whatever looks at them sees the same: those of an object that converts itself are what
 * it converts to.
 */
function membersOf(properties: EventMessage['properties']): EventMessage['properties'] {
  if (!isObject(properties)) return {}
  const { toJSON } = properties
  const members: unknown = typeof toJSON === 'function' ? toJSON.call(properties) : properties
  return Array.isArray(members) ? {} : ownMembers(members, unserializable)
}

function isObject<T extends object>(value: T | null | undefined | void): value is T {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

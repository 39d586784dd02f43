import type { BeforeSend, EventMessage } from '../before-send.ts'
import type { Emitter } from '../emitter.ts'
import type { Logger } from '../logger.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { isUuid, type UuidSource } from '../runtime/uuid.ts'
import type { QueuedEvent } from '../store/event-store.ts'
import type { DeliveryLedger, RefusalReason } from './delivery-ledger.ts'
import { utcTimestamp } from './timestamp.ts'
import { type PropertyLayer, WireEventBuilder } from './wire-event.ts'

/** An event on its way in; `kind` is the name under which listeners hear of it. */
export interface IncomingEvent {
  readonly kind: 'capture' | 'identify' | 'alias'
  readonly message: EventMessage
  /** Shared properties beneath those of the message. */
  readonly common?: PropertyLayer | undefined
}

/** Where the pipeline hands its results. */
export interface EventSink {
  accept(event: QueuedEvent): void
  /** An accepted event that cannot be kept. */
  rejectTooLarge(): void
}

/** Takes an event from the caller to the queue, synchronously: hooks, uuid, time, one serialisation. It never throws. */
export class EventPipeline {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #uuids: UuidSource
  readonly #logger: Logger
  readonly #emitter: Emitter
  readonly #ledger: DeliveryLedger
  readonly #sink: EventSink
  readonly #builder: WireEventBuilder

  constructor(parts: {
    options: ResolvedOptions
    runtime: Runtime
    uuids: UuidSource
    logger: Logger
    emitter: Emitter
    ledger: DeliveryLedger
    sink: EventSink
  }) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#uuids = parts.uuids
    this.#logger = parts.logger
    this.#emitter = parts.emitter
    this.#ledger = parts.ledger
    this.#sink = parts.sink
    this.#builder = new WireEventBuilder(parts.options)
  }

  push(incoming: IncomingEvent): void {
    if (this.#options.disabled) return this.refuse('disabled')
    this.guard(() => this.#process(incoming))
  }

  /** Runs what reads a caller's message. Where that throws, this one event is refused and its caller hears nothing. */
  guard(read: () => void): void {
    try {
      read()
    } catch {
      this.#refuseInvalid('its message cannot be read')
    }
  }

  refuse(reason: RefusalReason): void {
    this.#ledger.refuse(reason)
    this.#logger.debug('event-refused', `an event was not accepted, reason: ${reason}`)
  }

  #process({ kind, message, common }: IncomingEvent): void {
    const hooks = this.#options.beforeSend
    let accepted: EventMessage = message
    if (hooks.length > 0) {
      const merged = { ...message, properties: { ...common, ...membersOf(message.properties) } }
      const result = this.#runHooks(hooks, merged)
      if (!result) return this.refuse('before-send')
      accepted = result
    }
    const distinctId = textOf(accepted.distinctId)
    if (!isName(accepted.event)) return this.#refuseInvalid('event must be a non-empty string')
    if (!distinctId) return this.#refuseInvalid('distinctId must be a non-empty string')
    this.#queue(kind, { ...accepted, distinctId }, hooks.length > 0 ? undefined : common)
  }

  #queue(kind: IncomingEvent['kind'], message: EventMessage, common: PropertyLayer | undefined): void {
    const uuid = isUuid(message.uuid) ? message.uuid.toLowerCase() : this.#uuids.next()
    const settled = {
      distinctId: message.distinctId,
      event: message.event,
      common,
      properties: membersOf(message.properties),
      groups: isObject(message.groups) ? message.groups : undefined,
      disableGeoip: message.disableGeoip ?? this.#options.disableGeoip,
      uuid,
      timestamp: utcTimestamp(message.timestamp, this.#runtime.now()),
    }
    const serialized = this.#builder.serialize(settled)
    if (!serialized) return this.#sink.rejectTooLarge()
    this.#sink.accept({ uuid, ...serialized })
    // From the text, so that listeners see what is sent, and nothing they do to it changes that.
    if (this.#emitter.isHeard(kind)) this.#emitter.emit(kind, JSON.parse(serialized.json))
  }

  #runHooks(hooks: readonly BeforeSend[], message: EventMessage): EventMessage | undefined {
    let current = message
    for (const hook of hooks) {
      try {
        const result = hook(current)
        if (!isObject(result)) return undefined
        current = result
      } catch {
        this.#logger.error(
          'before-send-failed',
          'before_send threw, so its event is not sent; it must handle its own errors',
        )
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

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

/** Callers without types pass numbers too. */
function textOf(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined
}

/** Properties as they will be read: those of an object that converts itself are what it converts to. */
function membersOf(properties: EventMessage['properties']): EventMessage['properties'] {
  if (!isObject(properties)) return {}
  const { toJSON } = properties
  const members: typeof properties = typeof toJSON === 'function' ? toJSON.call(properties) : properties
  return isObject(members) ? members : {}
}

function isObject<T extends object>(value: T | null | undefined | void): value is T {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

import type { EventPipeline, IncomingEvent } from '../capture/event-pipeline.ts'
import type { EventMessage } from '../before-send.ts'
import type { Logger } from '../logger.ts'
import type { CaptureMessage } from '../messages.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import type { ClientFlags } from './client-flags.ts'
import { copiedProperties } from './copied-properties.ts'
import type { EventAuthor } from './event-author.ts'
import type { EventGate } from './event-gate.ts'
import type { PendingWork } from './pending-work.ts'

/** What an intake hands events to, and asks. */
export interface EventIntakeParts {
  readonly options: Pick<ResolvedOptions, 'maxEventBytes'>
  readonly pipeline: Pick<EventPipeline, 'optedIn' | 'reviewed'>
  readonly gate: EventGate
  readonly author: EventAuthor
  readonly flags: ClientFlags
  readonly preparations: PendingWork
  readonly logger: Logger
  readonly runtime: Runtime
}

/**
 * Takes captured events, whose flags may have to be evaluated first. Author, context, time and properties are always those
 * of the call, and `flush` waits for what is being prepared.
 */
export class EventIntake {
  readonly #parts: EventIntakeParts

  constructor(parts: EventIntakeParts) {
    this.#parts = parts
  }

  /** Queues an event, once it is prepared. */
  capture(message: CaptureMessage): void {
    const { gate } = this.#parts
    const { consent } = gate
    let unprepared: IncomingEvent | undefined
    gate.push(() => this.#read(message, (event) => (unprepared = event)), consent)
    if (unprepared) void this.#prepare(unprepared, (event) => gate.push(() => event, consent))
  }

  /** Sends an event in a request of its own; resolves when it was settled, and never rejects. */
  async captureNow(message: CaptureMessage): Promise<void> {
    const { gate } = this.#parts
    const { consent } = gate
    let unprepared: IncomingEvent | undefined
    let settled = gate.pushNow(() => this.#read(message, (event) => (unprepared = event)), consent)
    if (unprepared) {
      await this.#prepare(unprepared, (event) => {
        settled = gate.pushNow(() => event, consent)
      })
    }
    await settled
  }

  /** @returns undefined for an event that was refused, and for one that is left to be prepared. */
  #read(message: CaptureMessage, leave: (event: IncomingEvent) => void): IncomingEvent | undefined {
    const { author, pipeline } = this.#parts
    const event = author.address(message)
    if (!pipeline.optedIn || !event.message.sendFeatureFlags) return event
    this.#warnIfTwice(event.message)
    // `before_send` may take the wish back, or the event: flags are then not asked for in vain.
    const reviewed = pipeline.reviewed(event)
    if (!reviewed?.message.sendFeatureFlags || reviewed.message.flags) return reviewed
    leave(this.#held(reviewed))
    return undefined
  }

  /** Never rejects. */
  #prepare(event: IncomingEvent, push: (event: IncomingEvent) => void): Promise<void> {
    const { flags, preparations } = this.#parts
    const prepared = flags.calls
      .forEvent(event.message)
      .then((snapshot) => push({ ...event, message: { ...event.message, flags: snapshot } }))
    preparations.add(prepared)
    return prepared
  }

  #warnIfTwice({ flags }: EventMessage): void {
    if (!flags) return
    this.#parts.logger.warn(
      'flags-twice',
      'capture() was given both flags and sendFeatureFlags; flags are used',
    )
  }

  #held({ message, common, ...event }: IncomingEvent): IncomingEvent {
    const { options, runtime } = this.#parts
    const copyOf = (properties: Readonly<Record<string, unknown>>) =>
      copiedProperties(properties, options.maxEventBytes)
    return {
      ...event,
      message: {
        ...message,
        properties: copyOf(message.properties),
        groups: message.groups && { ...message.groups },
        timestamp: message.timestamp ?? new Date(runtime.now()),
      },
      common: common?.map(copyOf),
    }
  }
}

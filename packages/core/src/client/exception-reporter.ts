import type { IncomingEvent } from '../capture/event-pipeline.ts'
import { ExceptionCapture } from '../exceptions/exception-capture.ts'
import type { Mechanism } from '../exceptions/exception-list.ts'
import type { FlagSnapshot } from '../flag-snapshot.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Consented } from '../request/ports.ts'
import { mergedLayers } from '../property-layers.ts'
import { defaultUrlOptions } from '../request/url-options.ts'
import type { UrlRules } from '../url-rules.ts'
import { UrlScrubber } from '../request/url-scrubber.ts'
import type { Runtime } from '../runtime.ts'
import { copiedProperties } from './copied-properties.ts'
import type { EventAuthor } from './event-author.ts'
import type { EventGate } from './event-gate.ts'
import type { PendingWork } from './pending-work.ts'

/** Of exceptions that the application reports itself. */
const reported: Mechanism = { type: 'generic', handled: true }

/** Outside of requests. */
const defaultRules: UrlRules = new UrlScrubber(defaultUrlOptions, () => {})

/** An exception that is to become an event. */
export interface ThrownEvent {
  readonly thrown: unknown
  readonly mechanism: Mechanism
  /** Stack of the reporting code, for a thrown value without one. */
  readonly callerStack: string | undefined
  /** Whose consent it needs; undefined outside of requests. */
  readonly consent: Consented | undefined
  /** What URLs in its messages pass. */
  readonly urls: UrlRules
  /** The event without its description; reads what the caller passed, and may throw. */
  event(): IncomingEvent
}

/** What `captureException` was given. */
export interface ExceptionReport extends Pick<ThrownEvent, 'thrown' | 'callerStack'> {
  readonly distinctId: string | undefined
  readonly properties: Record<string, unknown> | undefined
  readonly uuid: string | undefined
  readonly flags: FlagSnapshot | undefined
}

/**
 * Captures reported exceptions. Author, context, time and the caller's properties are those of the call; only the
 * description of the exception is waited for, and `flush` and `shutdown` wait with it.
 */
export class ExceptionReporter {
  readonly #maxEventBytes: number
  readonly #runtime: Runtime
  readonly #author: EventAuthor
  readonly #gate: EventGate
  readonly #preparations: PendingWork
  readonly #exceptions: ExceptionCapture

  constructor(parts: {
    options: Pick<ResolvedOptions, 'maxEventBytes'>
    runtime: Runtime
    author: EventAuthor
    gate: EventGate
    preparations: PendingWork
  }) {
    this.#maxEventBytes = parts.options.maxEventBytes
    this.#runtime = parts.runtime
    this.#author = parts.author
    this.#gate = parts.gate
    this.#preparations = parts.preparations
    this.#exceptions = new ExceptionCapture(parts.runtime)
  }

  /** Queues the exception once it is described. */
  report(report: ExceptionReport): void {
    this.push(this.#authored(report))
  }

  /** Queues an exception whose author is known, once it is described. */
  push(exception: ThrownEvent): void {
    const { consent } = exception
    if (this.#gate.refuses(consent)) return
    this.#preparations.add(this.#prepare(exception).then((make) => this.#gate.push(make, consent)))
  }

  /** Sends the exception in a request of its own; resolves when it was settled, and never rejects. */
  async reportNow(report: ExceptionReport): Promise<void> {
    const exception = this.#authored(report)
    const { consent } = exception
    if (this.#gate.refuses(consent)) return
    let settled: Promise<void> | undefined
    const begun = this.#prepare(exception).then((make) => {
      settled = this.#gate.pushNow(make, consent)
    })
    this.#preparations.add(begun)
    await begun
    await settled
  }

  /** @returns what makes the event; it throws for one that cannot be read, which the pipeline refuses and counts. */
  async #prepare(exception: ThrownEvent): Promise<() => IncomingEvent | undefined> {
    try {
      const event = this.#held(exception.event())
      const described = await this.#exceptions.properties(exception)
      return () => described && { ...event, common: [{ ...mergedLayers(event.common), ...described }] }
    } catch (problem) {
      return () => {
        throw problem
      }
    }
  }

  #authored({ thrown, callerStack, ...message }: ExceptionReport): ThrownEvent {
    return {
      thrown,
      mechanism: reported,
      callerStack,
      consent: this.#gate.consent,
      urls: this.#author.urlRules ?? defaultRules,
      event: () =>
        this.#author.address({
          ...message,
          event: '$exception',
          timestamp: new Date(this.#runtime.now()),
        }),
    }
  }

  /** What the caller does to its properties while the exception is described changes nothing. */
  #held({ message, ...event }: IncomingEvent): IncomingEvent {
    const properties = copiedProperties(message.properties, this.#maxEventBytes)
    return { ...event, message: { ...message, properties } }
  }
}

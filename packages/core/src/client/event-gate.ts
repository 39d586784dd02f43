import type { EventPipeline, IncomingEvent } from '../capture/event-pipeline.ts'
import type { ContextStorage } from '../context-storage.ts'
import type { Consented } from '../request/ports.ts'
import type { RequestScope } from '../request/request-scope.ts'

/**
 * The only way into the queue, whoever captures: without the consent of the visitor whose request this is, nothing passes,
 * and is counted as refused. Calls that name somebody are no exception.
 */
export class EventGate {
  readonly #pipeline: EventPipeline
  readonly #contexts: ContextStorage<RequestScope>

  constructor(pipeline: EventPipeline, contexts: ContextStorage<RequestScope>) {
    this.#pipeline = pipeline
    this.#contexts = contexts
  }

  /** Whose consent counts for what this code sends; undefined outside of requests. */
  get consent(): Consented | undefined {
    return this.#contexts.current?.scope
  }

  push(make: () => IncomingEvent | undefined, consent = this.consent): void {
    if (!this.refuses(consent)) this.#pipeline.push(make)
  }

  /** Resolves when the event was settled, and never rejects. */
  pushNow(make: () => IncomingEvent | undefined, consent = this.consent): Promise<void> {
    return this.refuses(consent) ? Promise.resolve() : this.#pipeline.pushNow(make)
  }

  /** Whether an event may not pass, which is then counted; for those who would prepare it in vain. */
  refuses(consent: Consented | undefined): boolean {
    if (consent?.hasConsent ?? true) return false
    this.#pipeline.refuse('consent-denied')
    return true
  }
}

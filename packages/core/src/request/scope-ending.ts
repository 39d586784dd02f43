import type { Consent } from './consent.ts'
import type { DocumentVerdict } from './document.ts'
import {
  exceptionMessage,
  failureMessage,
  isDeparture,
  isFailureByItself,
  type ObservedError,
  ObservedErrors,
} from './observed-errors.ts'
import { describeVerdict, judgePageview, type PageviewEvent } from './pageview.ts'
import type { ScopeClient } from './ports.ts'
import type { RequestFacts, ResponseCookies, ResponseFacts } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import { sourceProperties } from './request-properties.ts'
import { addResponseProperties } from './response-properties.ts'
import type { ScopeEvents } from './scope-events.ts'
import type { ScopeMessage } from './scoped-event.ts'
import type { ScopeWarnings } from './scope-warnings.ts'
import { isSharedResponse } from './shared-cache.ts'
import type { UrlScrubber } from './url-scrubber.ts'
import type { Visitor } from './visitor.ts'

/** What the ending of a scope is made of. */
export interface ScopeEndingParts {
  readonly client: ScopeClient
  readonly options: ResolvedRequestOptions
  readonly facts: RequestFacts
  readonly startedAt: number
  readonly document: DocumentVerdict
  readonly consent: Consent
  readonly visitor: Visitor
  readonly events: ScopeEvents
  readonly environment: { readonly scrubber: UrlScrubber }
  readonly warn: ScopeWarnings
  readonly response: ResponseCookies
  /** Without this, only the route itself can make the request a pageview. */
  readonly mayCount: boolean
}

/** The ending of one request: its pageview, and the errors that failed it. */
export class ScopeEnding {
  readonly #parts: ScopeEndingParts
  #observed: ObservedErrors | undefined
  #response: ResponseFacts | undefined
  #isBootstrapped = false

  constructor(parts: ScopeEndingParts) {
    this.#parts = parts
  }

  /** How the response ended, once it has. */
  get response(): ResponseFacts | undefined {
    return this.#response
  }

  /** To be called when the page is given what makes the browser's library count it. */
  bootstrap(): void {
    this.#isBootstrapped = true
    this.#parts.response.watchHead?.()
  }

  /** Notes an error that passed by; captured once the response is over, if it failed the request. */
  observe(error: unknown): void {
    if (this.#response && !this.#response.completed && isDeparture(error)) return
    if (!this.#observed) this.#parts.response.watchHead?.()
    this.#observed ??= new ObservedErrors()
    this.#observed.note(error, this.#parts.client.runtime.now())
    if (this.#response) this.#captureFailures(this.#response)
  }

  /** Captures an error of which the response says nothing, if it is a failure by itself. */
  fail(error: unknown): void {
    const { client, options } = this.#parts
    if (!isFailureByItself(error, options.minErrorStatus)) return
    const at = client.runtime.now()
    this.#captureExceptions([{ error, at }], () => exceptionMessage({}, at))
  }

  /** Captures what the response comes to; once. */
  end(response: ResponseFacts): void {
    if (this.#response) return
    this.#response = response
    if (this.#isBootstrapped && isSharedResponse(response.cacheControl)) this.#parts.warn.bootstrapShared()
    this.#captureFailures(response)
    const { client, mayCount } = this.#parts
    if (mayCount || response.pageview !== undefined || client.logger.isEnabled('debug')) this.#count(response)
  }

  #count(response: ResponseFacts): void {
    const { client, options, facts, document } = this.#parts
    const verdict = judgePageview({
      facts,
      document,
      response,
      options: options.pageviews,
      ownBotTokens: client.ownBotTokens,
      bootstrapped: this.#isBootstrapped,
      onBadAnswer: (problem) => this.#parts.warn.acceptFailed(problem),
    })
    if (client.logger.isEnabled('debug')) client.logger.debug('pageview', describeVerdict(verdict))
    if (verdict.reason === 'bot') client.refuseBot()
    if (!verdict.counts) return
    const endedAt = client.runtime.now()
    const capture = () => this.#capturePageview(verdict.event, response, endedAt)
    const { consent, visitor } = this.#parts
    if (consent.pending ?? visitor.pending) client.hold(this.#visitorKnown().then(capture))
    else capture()
  }

  /** Whether they agree comes first: nobody is asked who they are otherwise. */
  async #visitorKnown(): Promise<void> {
    const { consent, visitor, options } = this.#parts
    await consent.answer(options.deadlineMs)
    await visitor.answer(options.deadlineMs)
  }

  #capturePageview(event: PageviewEvent, response: ResponseFacts, endedAt: number): void {
    const { client, facts, startedAt, events, consent, environment } = this.#parts
    const { scrubber } = environment
    client.push(() => {
      const properties = sourceProperties(facts, events.request.url, scrubber)
      addResponseProperties(properties, response, { startedAt, endedAt }, scrubber)
      if (event === '$bot_pageview') properties['$browser_type'] = 'bot'
      return events.ofPage(event, properties, startedAt)
    }, consent)
  }

  #captureFailures(response: ResponseFacts): void {
    const { options, environment } = this.#parts
    const failures = this.#observed?.failures(response, options.minErrorStatus) ?? []
    this.#captureExceptions(failures, ({ at }) => failureMessage(response, at, environment.scrubber))
  }

  #captureExceptions(
    exceptions: readonly ObservedError[],
    message: (exception: ObservedError) => ScopeMessage,
  ): void {
    if (exceptions.length === 0) return
    const { client, options, consent, events, environment } = this.#parts
    const capture = () => {
      for (const exception of exceptions) {
        client.pushException({
          thrown: exception.error,
          mechanism: { type: 'middleware', handled: false },
          callerStack: undefined,
          consent,
          urls: environment.scrubber,
          event: () => events.ofVisitor(message(exception)),
        })
      }
    }
    if (consent.pending) client.hold(consent.answer(options.deadlineMs).then(capture))
    else capture()
  }
}

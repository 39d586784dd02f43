import { isThenable } from '../is-thenable.ts'
import { within } from '../runtime/within.ts'
import { readConsentCookie } from './consent-cookie.ts'
import type { ConsentValue } from './consent-options.ts'
import { cookieValues } from './cookies.ts'
import type { OneTimeWarnings } from './one-time-warnings.ts'
import type { ScopeClient } from './ports.ts'
import type { RequestFacts } from './request-facts.ts'
import type { ResolvedRequestOptions } from './request-options.ts'
import { type ConsentProblem, warnOfConsent } from './visitor-warnings.ts'

/** What consent is found out with. */
export interface ConsentParts {
  readonly client: Pick<ScopeClient, 'runtime'>
  readonly options: Pick<ResolvedRequestOptions, 'consent' | 'deadlineMs'>
  readonly environment: { readonly warnings: OneTimeWarnings; readonly consentCookie: string }
  readonly carrier: object
  readonly facts: RequestFacts
  /** Hears each time that the visitor turns out to refuse. */
  onRefusal(): void
}

interface Verdict {
  readonly value: ConsentValue
  readonly hasConsent: boolean
  readonly isRefusal: boolean
}

const granted: Verdict = { value: 'granted', hasConsent: true, isRefusal: false }
const denied: Verdict = { value: 'denied', hasConsent: false, isRefusal: true }
/** The callback has not said anything (yet): nobody has agreed, and nobody has refused. */
const undetermined: Verdict = { value: 'denied', hasConsent: false, isRefusal: false }
const silence = {
  granted: { value: 'unknown', hasConsent: true, isRefusal: false },
  denied: { value: 'unknown', hasConsent: false, isRefusal: true },
} as const satisfies Record<string, Verdict>

/**
 * The consent of one request's visitor: the one place that decides whether anything about them may leave this process or
 * be put into their browser. Found out at its first use, once.
 */
export class Consent {
  readonly #parts: ConsentParts
  #verdict: Verdict | undefined
  #pending: Promise<void> | undefined
  /** The application has said so itself since. */
  #isSet = false

  constructor(parts: ConsentParts) {
    this.#parts = parts
  }

  get value(): ConsentValue {
    return this.#current.value
  }

  /** Whether events may be captured, flags asked for and cookies set. */
  get hasConsent(): boolean {
    return this.#current.hasConsent
  }

  /** Whether somebody said no, so that the browser is to forget them; not where it just could not be found out. */
  get isRefusal(): boolean {
    return this.#current.isRefusal
  }

  /** Set while an asynchronous callback has not answered; settles with its answer taken over, never rejects. */
  get pending(): Promise<void> | undefined {
    if (this.#parts.options.consent.resolve && !this.#verdict) this.#ask()
    return this.#pending
  }

  /** Waits for what is `pending`, at most so long; never rejects. A later answer still counts from then on. */
  async answer(deadlineMs: number): Promise<void> {
    const { pending } = this
    if (!pending) return
    await within(this.#parts.client.runtime, deadlineMs, pending)
    if (this.#pending) this.#warn('slow')
  }

  /** The visitor has said so in this request; counts above everything else. */
  set(value: 'granted' | 'denied'): void {
    this.#isSet = true
    this.#pending = undefined
    this.#settle(value === 'granted' ? granted : denied)
  }

  get #current(): Verdict {
    if (!this.#verdict) this.#ask()
    return this.#verdict ?? undetermined
  }

  #ask(): void {
    const { options, carrier } = this.#parts
    const { resolve } = options.consent
    if (!resolve) return this.#settle(this.#told())
    // What the callback itself captures is of a visitor who has not agreed yet.
    this.#verdict = undetermined
    try {
      const answer = resolve(carrier)
      if (!isThenable(answer)) return this.#take(answer)
      const pending = Promise.resolve(answer)
        .then(
          (late) => this.#take(late),
          () => this.#warn('rejected'),
        )
        .finally(() => (this.#pending = undefined))
      if (!this.#isSet) this.#pending = pending
    } catch {
      this.#warn('threw')
    }
  }

  #take(answer: unknown): void {
    if (this.#isSet) return
    if (answer === true || answer === 'granted') return this.#settle(granted)
    if (answer === false || answer === 'denied') return this.#settle(denied)
    if (answer !== undefined && answer !== null) this.#warn('no-answer')
    this.#settle(this.#told())
  }

  #warn(problem: ConsentProblem): void {
    warnOfConsent(this.#parts.environment.warnings, problem, this.#parts.options.deadlineMs)
  }

  #settle(verdict: Verdict): void {
    this.#verdict = verdict
    if (verdict.isRefusal) this.#parts.onRefusal()
  }

  /** What the browser says. */
  #told(): Verdict {
    const { environment, options, facts } = this.#parts
    const { gpc, dnt, cookie, unknown } = options.consent
    if (gpc && isOne(facts.header('sec-gpc'))) return denied
    if (dnt && isOne(facts.header('dnt'))) return denied
    const values = cookie ? cookieValues(facts.header('cookie'), environment.consentCookie) : []
    const said = readConsentCookie(values)
    if (said === undefined) return silence[unknown]
    return said === 'granted' ? granted : denied
  }
}

/** Proxies that repeat a header join it by commas. */
function isOne(header: string | undefined): boolean {
  return header !== undefined && header.split(',').some((value) => value.trim() === '1')
}

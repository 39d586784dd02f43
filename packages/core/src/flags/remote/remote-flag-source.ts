import type { FlagSubject } from '../../flag-snapshot.ts'
import type { Logger } from '../../logger.ts'
import type { Runtime } from '../../runtime.ts'
import { serialize } from '../../serialize.ts'
import { AnsweredResults } from './answered-results.ts'
import { Breaker, type BreakerLimits } from './breaker.ts'
import type { FlagResults, FlagSource } from '../flag-source.ts'
import type { FlagsApi } from './flags-api.ts'
import { RecentResults } from './recent-results.ts'

/** One attempt: the requests that wait cannot wait for another. A late answer may still fill the cache until then. */
const limits = { timeoutMs: 3000, retries: 0 }
const breakerLimits: BreakerLimits = { failures: 5, pauseMs: 30_000, longestPauseMs: 300_000 }
/** Of a subject; nothing is asked about a larger one. */
const mostBytes = 1024 * 1024

/** One request to PostHog, which several waiting scopes may share. */
interface Call {
  readonly answer: Promise<FlagResults | undefined>
  /** Its outcome was reported to the breaker, by the answer or by the first wait that ended without one. */
  judged: boolean
}

/**
 * Flags by `POST /flags/?v=2`, for requests that cannot wait long: one attempt, a deadline, a breaker that stops asking
 * a service that fails, and a small cache that late answers fill too.
 */
export class RemoteFlagSource implements FlagSource {
  readonly #api: Pick<FlagsApi, 'evaluate'>
  readonly #runtime: Runtime
  readonly #logger: Logger
  readonly #onPause: (isPaused: boolean) => void
  readonly #deadlineMs: number
  readonly #breaker: Breaker
  readonly #recent: RecentResults
  readonly #calls = new Map<string, Call>()

  /**
   * @param parts.deadlineMs what a request may wait for flags in all; a wait that was given less, because something else
   * had used it up, says nothing about PostHog.
   * @param parts.onPause hears when PostHog is left alone because it keeps failing, and when it is asked again.
   */
  constructor(parts: {
    api: Pick<FlagsApi, 'evaluate'>
    runtime: Runtime
    logger: Logger
    onPause: (isPaused: boolean) => void
    deadlineMs: number
    cacheSize: number
    cacheTtlMs: number
  }) {
    const now = () => parts.runtime.now()
    this.#api = parts.api
    this.#runtime = parts.runtime
    this.#logger = parts.logger
    this.#onPause = parts.onPause
    this.#deadlineMs = parts.deadlineMs
    this.#breaker = new Breaker(breakerLimits, now)
    this.#recent = new RecentResults(parts.cacheSize, parts.cacheTtlMs, now)
  }

  peek(subject: FlagSubject): FlagResults | undefined {
    const key = keyOf(subject)
    return key === undefined ? undefined : this.#recent.get(key)
  }

  async load(subject: FlagSubject, deadlineMs: number): Promise<FlagResults | undefined> {
    const key = keyOf(subject)
    if (key === undefined) return undefined
    const known = this.#recent.get(key)
    if (known) return known
    // No time is left: a call would be paid for in vain, and its wait would be over at once.
    if (deadlineMs <= 0) return undefined
    const call = this.#calls.get(key) ?? this.#call(key, subject)
    return call && this.#within(deadlineMs, call)
  }

  /** An answer of PostHog says all there is to know. */
  canComplete(): boolean {
    return false
  }

  #call(key: string, subject: FlagSubject): Call | undefined {
    if (!this.#breaker.admits()) return undefined
    const call: Call = { answer: this.#ask(key, subject), judged: false }
    this.#calls.set(key, call)
    void call.answer.then((results) => this.#judge(call, results !== undefined))
    return call
  }

  async #ask(key: string, subject: FlagSubject): Promise<FlagResults | undefined> {
    // A scope speaks for its visitor: the server's own address must not place them.
    const answer = await this.#api.evaluate({ subject, disableGeoip: true }, limits)
    this.#calls.delete(key)
    if (answer.failure || answer.quotaLimited) return undefined
    const results = new AnsweredResults(answer)
    this.#recent.set(key, results)
    return results
  }

  /** A full wait cut short counts as a failure: a service slower than the deadline is of no use to requests. */
  #within(deadlineMs: number, call: Call): Promise<FlagResults | undefined> {
    return new Promise((resolve) => {
      const timer = this.#runtime.setTimeout(() => {
        if (deadlineMs >= this.#deadlineMs) this.#judge(call, false)
        resolve(undefined)
      }, deadlineMs)
      void call.answer.then((results) => {
        this.#runtime.clearTimeout(timer)
        resolve(results)
      })
    })
  }

  #judge(call: Call, succeeded: boolean): void {
    if (call.judged) return
    call.judged = true
    const wasOpen = this.#breaker.isOpen
    if (succeeded) this.#breaker.succeeded()
    else this.#breaker.failed()
    if (this.#breaker.isOpen === wasOpen) return
    this.#onPause(!wasOpen)
    if (wasOpen) this.#logger.warn('flags-available', 'PostHog evaluates flags again')
    else {
      this.#logger.warn(
        'flags-unavailable',
        `flag evaluation failed ${breakerLimits.failures} times in a row; flags take their defaults, the next try is in ${breakerLimits.pauseMs / 1000} s`,
      )
    }
  }
}

/** Undefined for a subject about whom nothing is asked: one without an id, and one that is too large. */
function keyOf(subject: FlagSubject): string | undefined {
  const { distinctId, groups, personProperties, groupProperties } = subject
  if (distinctId === '') return undefined
  return serialize([distinctId, groups, personProperties, groupProperties], mostBytes).json
}

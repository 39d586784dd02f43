import type { FlagSubject } from '../flag-snapshot.ts'
import type { Logger } from '../logger.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import { commonHeaders, flagsUrl, type Library } from '../transport/endpoints.ts'
import { exchange } from '../transport/http-transport.ts'
import { Breaker, type BreakerLimits } from './breaker.ts'
import { flagProblem, parseFlagResponse } from './flag-response.ts'
import type { FlagResults, FlagSource } from './flag-source.ts'
import { RecentResults } from './recent-results.ts'

/** A late answer may still fill the cache until then. */
const requestTimeoutMs = 3000
const breakerLimits: BreakerLimits = { failures: 5, pauseMs: 30_000, longestPauseMs: 300_000 }

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
  readonly #options: Pick<ResolvedOptions, 'host' | 'token'>
  readonly #runtime: Runtime
  readonly #library: Library
  readonly #logger: Logger
  readonly #onCall: () => void
  readonly #breaker: Breaker
  readonly #recent: RecentResults
  readonly #calls = new Map<string, Call>()
  readonly #reported = new Set<ReturnType<typeof flagProblem>>()

  /** @param parts.onCall is told of each request before it is made; PostHog bills them. */
  constructor(parts: {
    options: Pick<ResolvedOptions, 'host' | 'token'>
    runtime: Runtime
    library: Library
    logger: Logger
    onCall: () => void
    cacheSize: number
    cacheTtlMs: number
  }) {
    const now = () => parts.runtime.now()
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#library = parts.library
    this.#logger = parts.logger
    this.#onCall = parts.onCall
    this.#breaker = new Breaker(breakerLimits, now)
    this.#recent = new RecentResults(parts.cacheSize, parts.cacheTtlMs, now)
  }

  peek(subject: FlagSubject): FlagResults | undefined {
    return this.#recent.get(keyOf(subject))
  }

  async load(subject: FlagSubject, deadlineMs: number): Promise<FlagResults | undefined> {
    const key = keyOf(subject)
    const known = this.#recent.get(key)
    if (known) return known
    // No time is left: a call would be paid for in vain, and its wait, over at once, would say nothing about PostHog.
    if (deadlineMs <= 0) return undefined
    const call = this.#calls.get(key) ?? this.#call(key, subject)
    return call && this.#within(deadlineMs, call)
  }

  #call(key: string, subject: FlagSubject): Call | undefined {
    if (!this.#breaker.admits()) return undefined
    const call: Call = { answer: this.#fetch(subject), judged: false }
    this.#calls.set(key, call)
    const settle = (results: FlagResults | undefined) => {
      this.#calls.delete(key)
      if (results) this.#recent.set(key, results)
      this.#judge(call, results !== undefined)
    }
    call.answer.then(settle, () => settle(undefined))
    return call
  }

  async #fetch(subject: FlagSubject): Promise<FlagResults | undefined> {
    this.#onCall()
    const result = await exchange(this.#runtime, {
      url: flagsUrl(this.#options.host),
      method: 'POST',
      headers: commonHeaders(this.#library),
      body: JSON.stringify(bodyOf(this.#options.token, subject)),
      timeoutMs: requestTimeoutMs,
      read: 'json',
    })
    if (result.status === undefined) return undefined
    this.#report(flagProblem(result.json))
    return parseFlagResponse(result.json)
  }

  /** Says once what every request would otherwise repeat. */
  #report(problem: ReturnType<typeof flagProblem>): void {
    if (problem === undefined || this.#reported.has(problem)) return
    this.#reported.add(problem)
    if (problem === 'quota-limited') {
      this.#logger.warn(
        'flags-quota',
        'PostHog evaluates no flags for this project, because its quota is used up; flags take their defaults',
      )
    } else {
      this.#logger.error(
        'flags-incomplete',
        'PostHog could not compute some flags; these take their defaults',
      )
    }
  }

  /** A wait cut short counts as a failure: a service slower than the deadline is of no use to requests. */
  #within(deadlineMs: number, call: Call): Promise<FlagResults | undefined> {
    return new Promise((resolve) => {
      const timer = this.#runtime.setTimeout(() => {
        this.#judge(call, false)
        resolve(undefined)
      }, deadlineMs)
      const finish = (results: FlagResults | undefined) => {
        this.#runtime.clearTimeout(timer)
        resolve(results)
      }
      call.answer.then(finish, () => finish(undefined))
    })
  }

  #judge(call: Call, succeeded: boolean): void {
    if (call.judged) return
    call.judged = true
    const wasOpen = this.#breaker.isOpen
    if (succeeded) this.#breaker.succeeded()
    else this.#breaker.failed()
    if (this.#breaker.isOpen === wasOpen) return
    if (wasOpen) this.#logger.warn('flags-available', 'PostHog evaluates flags again')
    else {
      this.#logger.warn(
        'flags-unavailable',
        `flag evaluation failed ${breakerLimits.failures} times in a row; flags take their defaults, the next try is in ${breakerLimits.pauseMs / 1000} s`,
      )
    }
  }
}

function keyOf(subject: FlagSubject): string {
  return JSON.stringify([
    subject.distinctId,
    subject.groups,
    subject.personProperties,
    subject.groupProperties,
  ])
}

function bodyOf(token: string, subject: FlagSubject): Record<string, unknown> {
  const device = subject.personProperties['$device_id']
  return {
    token,
    distinct_id: subject.distinctId,
    groups: subject.groups,
    person_properties: subject.personProperties,
    group_properties: subject.groupProperties,
    // A scope speaks for its visitor: the server's own address must not place them.
    geoip_disable: true,
    ...(device ? { $device_id: device } : {}),
    evaluation_runtime: 'server',
  }
}

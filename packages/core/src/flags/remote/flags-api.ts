import type { Logger } from '../../logger.ts'
import type { ResolvedOptions } from '../../options.ts'
import type { Runtime } from '../../runtime.ts'
import { commonHeaders, flagsUrl, type Library } from '../../transport/endpoints.ts'
import { exchange } from '../../transport/http-transport.ts'
import { pause } from '../../transport/pause.ts'
import type { StopSignal } from '../../transport/stop-signal.ts'
import { type FlagResponse, parseFlagResponse } from './flag-response.ts'
import { flagsBody, type FlagsQuery } from '../definitions/flags-body.ts'
import {
  type FailedCall,
  type FlagsFailure,
  isWorthRetrying,
  noAnswer,
  refusal,
  unusable,
} from './flags-failure.ts'

export type { FlagsQuery }

const retryDelayMs = 300

/** What came of asking PostHog for flags. */
export interface FlagsAnswer extends Omit<FlagResponse, 'isMinimal'> {
  /** Why there is no answer; `flags` is then empty. */
  readonly failure: FailedCall | undefined
}

/** How long and how often to ask. */
export interface FlagsLimits {
  /** For one attempt, headers and body together. */
  readonly timeoutMs: number
  /** Further attempts, 300 ms after the one before, where another may go better. */
  readonly retries: number
}

/** Remote flag evaluation (`POST /flags/?v=2`). Remembers no answers: each call asks PostHog. */
export class FlagsApi {
  readonly #options: Pick<ResolvedOptions, 'host' | 'token' | 'evaluationContexts'>
  readonly #runtime: Runtime
  readonly #library: Library
  readonly #logger: Logger
  readonly #onCall: () => void
  readonly #onMinimal: (minimal: boolean) => void
  readonly #stopSignal: () => StopSignal
  readonly #reported = new Set<string>()

  /**
   * @param parts.onCall is told of each request before it is made; PostHog bills them.
   * @param parts.stopSignal gives requests from now on up when it stops.
   * @param parts.onMinimal hears from each usable answer whether PostHog wants minimal `$feature_flag_called` events.
   */
  constructor(parts: {
    options: Pick<ResolvedOptions, 'host' | 'token' | 'evaluationContexts'>
    runtime: Runtime
    library: Library
    logger: Logger
    onCall: () => void
    onMinimal: (minimal: boolean) => void
    stopSignal: () => StopSignal
  }) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#library = parts.library
    this.#logger = parts.logger
    this.#onCall = parts.onCall
    this.#onMinimal = parts.onMinimal
    this.#stopSignal = parts.stopSignal
  }

  /** Asks for flags. The first request is made before this returns. Never rejects. */
  async evaluate(query: FlagsQuery, { timeoutMs, retries }: FlagsLimits): Promise<FlagsAnswer> {
    const body = flagsBody(query, this.#options)
    if (body === undefined) return failed(unusable(-1, 'the properties of the subject are too large'), 0)
    const signal = this.#stopSignal()
    for (let attempt = 1; ; attempt++) {
      const answer = await this.#attempt(body, timeoutMs, signal)
      if (!isFailure(answer)) return answer
      if (attempt > retries || !isWorthRetrying(answer)) return failed(answer, attempt)
      await pause(this.#runtime, retryDelayMs, signal)
      if (signal.stopped) return failed(answer, attempt)
    }
  }

  async #attempt(body: string, timeoutMs: number, signal: StopSignal): Promise<FlagsAnswer | FlagsFailure> {
    this.#onCall()
    const result = await exchange(this.#runtime, {
      url: flagsUrl(this.#options.host),
      method: 'POST',
      headers: commonHeaders(this.#library),
      body,
      timeoutMs,
      read: 'json',
      signal,
    })
    if (result.status === undefined) return noAnswer(result)
    if (result.status < 200 || result.status > 399) return refusal(result.status)
    const response = parseFlagResponse(result.json)
    if (!response) return unusable(result.status, 'the answer holds no flags')
    const { isMinimal, ...answer } = response
    this.#onMinimal(isMinimal)
    this.#report(response)
    return { ...answer, failure: undefined }
  }

  #report({ quotaLimited, hasErrors }: FlagResponse): void {
    if (quotaLimited && this.#isNew('quota')) {
      this.#logger.warn(
        'flags-quota',
        'PostHog evaluates no flags for this project, because its quota is used up; flags take their defaults',
      )
    }
    if (hasErrors && this.#isNew('errors')) {
      this.#logger.error(
        'flags-incomplete',
        'PostHog could not compute some flags; these take their defaults',
      )
    }
  }

  /** Whether a problem is not reported yet; every answer would otherwise repeat it. */
  #isNew(problem: string): boolean {
    if (this.#reported.has(problem)) return false
    this.#reported.add(problem)
    return true
  }
}

function isFailure(answer: FlagsAnswer | FlagsFailure): answer is FlagsFailure {
  return 'code' in answer
}

function failed(failure: FlagsFailure, attempts: number): FlagsAnswer {
  return {
    flags: new Map(),
    hasErrors: false,
    quotaLimited: false,
    requestId: undefined,
    evaluatedAt: undefined,
    failure: { ...failure, attempts },
  }
}

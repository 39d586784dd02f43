import type { Logger } from '../logger.ts'

/**
 * Whether the PostHog host answers, as seen by everything that talks to it. Logs one line per change, so that an
 * outage of hours is two lines and not one per request.
 */
export class HostHealth {
  readonly #logger: Logger
  #reachable = true

  constructor(logger: Logger) {
    this.#logger = logger
  }

  get reachable(): boolean {
    return this.#reachable
  }

  /** An exchange got an answer, of whatever status below 500. */
  answered(): void {
    if (this.#reachable) return
    this.#reachable = true
    this.#logger.warn('host-reachable', 'PostHog answers again; what was kept in memory is being sent')
  }

  /** An exchange failed; `symptom` is short and carries no address, such as `no answer within 10000 ms`. */
  failed(symptom: string): void {
    if (!this.#reachable) return
    this.#reachable = false
    this.#logger.warn(
      'host-unreachable',
      `PostHog cannot be reached (${symptom}); requests go on and events wait in memory until it answers`,
    )
  }
}

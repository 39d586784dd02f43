import type { Logger } from '../logger.ts'
import type { HttpResult } from './http-transport.ts'

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

  /** Takes the outcome of an exchange into account: an answer of whatever status below 500 means that the host is there. */
  note(result: HttpResult, timeoutMs: number): void {
    if (result.status !== undefined && result.status < 500) this.#answered()
    else this.#failed(symptomOf(result, timeoutMs))
  }

  #answered(): void {
    if (this.#reachable) return
    this.#reachable = true
    this.#logger.warn('host-reachable', 'PostHog answers again; what was kept in memory is being sent')
  }

  /** @param symptom short, and without an address. */
  #failed(symptom: string): void {
    if (!this.#reachable) return
    this.#reachable = false
    this.#logger.warn(
      'host-unreachable',
      `PostHog cannot be reached (${symptom}); requests go on and events wait in memory until it answers`,
    )
  }
}

function symptomOf(result: HttpResult, timeoutMs: number): string {
  if (result.status !== undefined) return `status ${result.status}`
  return result.failure === 'timeout' ? `no answer within ${timeoutMs} ms` : 'connection failed'
}

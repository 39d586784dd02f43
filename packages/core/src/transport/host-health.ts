import type { Logger } from '../logger.ts'
import type { HttpResult } from './http-transport.ts'

/** What is logged when a host stops answering, and when it answers again. */
export interface HealthLines {
  /** The code is this with `-reachable` or `-unreachable`. */
  readonly code: string
  readonly reachable: string
  /** @param symptom short, and without an address. */
  unreachable(symptom: string): string
}

const clientLines: HealthLines = {
  code: 'host',
  reachable: 'PostHog answers again; what was kept in memory is being sent',
  unreachable: (symptom) =>
    `PostHog cannot be reached (${symptom}); requests go on and events wait in memory until it answers`,
}

/**
 * Whether the PostHog host answers, as seen by everything that talks to it. Logs one line per change, so that an
 * outage of hours is two lines and not one per request.
 */
export class HostHealth {
  readonly #logger: Logger
  readonly #lines: HealthLines
  #reachable = true

  /** @param lines default: those of what the client itself sends. */
  constructor(logger: Logger, lines: HealthLines = clientLines) {
    this.#logger = logger
    this.#lines = lines
  }

  /** Whether it answered the last time that it was asked; true before the first time. */
  get isReachable(): boolean {
    return this.#reachable
  }

  /** Takes the outcome of an exchange into account: an answer of whatever status below 500 means that the host is there. */
  note(result: HttpResult, timeoutMs: number): void {
    if (result.status !== undefined && result.status < 500) this.answered()
    else this.failed(symptomOf(result, timeoutMs))
  }

  /** The host is there. */
  answered(): void {
    if (this.#reachable) return
    this.#reachable = true
    this.#logger.warn(`${this.#lines.code}-reachable`, this.#lines.reachable)
  }

  /** The host is not there. @param symptom short, and without an address. */
  failed(symptom: string): void {
    if (!this.#reachable) return
    this.#reachable = false
    this.#logger.warn(`${this.#lines.code}-unreachable`, this.#lines.unreachable(symptom))
  }
}

function symptomOf(result: HttpResult, timeoutMs: number): string {
  if (result.status !== undefined) return `status ${result.status}`
  return result.failure === 'timeout' ? `no answer within ${timeoutMs} ms` : 'connection failed'
}

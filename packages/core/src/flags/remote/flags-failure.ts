import type { HttpResult } from '../../transport/http-transport.ts'
import { isRetryableStatus } from '../../transport/retry.ts'
import { isWireRecord } from '../../wire-record.ts'

/** Causes looked through for a refused connection; a chain of causes may be a ring. */
const mostCauses = 10

/** Why PostHog gave no flags. */
export interface FlagsFailure {
  /**
   * As it goes out in `$feature_flag_error`. `timeout` and `connection_error`: there was no answer; `api_error_<status>`:
   * PostHog refused; `unknown_error`: the answer holds no flags, or the subject is too large to ask about.
   */
  readonly code: 'timeout' | 'connection_error' | `api_error_${number}` | 'unknown_error'
  /** -1 without an answer. */
  readonly status: number
  /** What was thrown; undefined for a refusal. */
  readonly cause: unknown
}

/** How a call for flags failed in the end. */
export interface FailedCall extends FlagsFailure {
  /** Requests made; 0 for a subject that is too large to ask about. */
  readonly attempts: number
}

/** The failure of an exchange that brought no answer. */
export function noAnswer({ failure, cause }: HttpResult & { status: undefined }): FlagsFailure {
  return { code: failure === 'timeout' ? 'timeout' : 'connection_error', status: -1, cause }
}

/** The failure of an exchange that PostHog refused. */
export function refusal(status: number): FlagsFailure {
  return { code: `api_error_${status}`, status, cause: undefined }
}

/** The failure of a call that could not be made, or whose answer could not be read; `status` as in `FlagsFailure`. */
export function unusable(status: number, message: string): FlagsFailure {
  return { code: 'unknown_error', status, cause: new Error(message) }
}

/**
 * Whether the next attempt may go better: after a timeout, a broken connection, or a gateway that did not get through. Not
 * where nobody listens, nor when PostHog itself is in trouble: asking again would add to it.
 */
export function isWorthRetrying({ code, status, cause }: FlagsFailure): boolean {
  if (code === 'connection_error') return !isRefused(cause)
  return code === 'timeout' || status === 502 || status === 504
}

/** Whether the same call could succeed later. */
export function mayPass({ code, status }: FlagsFailure): boolean {
  return code === 'timeout' || code === 'connection_error' || isRetryableStatus(status)
}

/** `fetch` wraps the error of the socket in one of its own. */
function isRefused(cause: unknown): boolean {
  let error = cause
  for (let depth = 0; depth < mostCauses && isWireRecord(error); depth++) {
    if (error['code'] === 'ECONNREFUSED') return true
    error = error['cause']
  }
  return false
}

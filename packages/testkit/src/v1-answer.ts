import type { Answer } from './answer.ts'
import type { ReceivedRequest } from './received-request.ts'
import { v1EventsOf } from './v1-wire-event.ts'
import type { V1WireEvent } from './v1-wire-event.ts'

/**
 * What capture v1 says about one event: `ok`, `warning`, `limited`, `drop`, `retry`, or a text that no client
 * knows yet; as an object when it says why.
 */
export type V1Result = string | { readonly result: string; readonly details: string }

/** Results by UUID, where those not named are `ok`, or a function of the event and its place in the batch. */
export type V1Results = Readonly<Record<string, V1Result>> | ((event: V1WireEvent, index: number) => V1Result)

/** The errors of capture v1 by status. */
const ERROR_TAGS = {
  400: 'missing_required_headers',
  401: 'missing_authorization',
  402: 'billing_limit_exceeded',
  408: 'body_read_timeout',
  413: 'payload_too_large',
  415: 'unsupported_content_type',
  500: 'internal_error',
  503: 'service_unavailable',
  504: 'gateway_timeout',
} as const

/** A status that capture v1 has an error for. */
export type V1ErrorStatus = keyof typeof ERROR_TAGS

const RETRYABLE: ReadonlySet<V1ErrorStatus> = new Set([408, 500, 503, 504])

/** What may be set about an answer of capture v1. */
export interface V1AnswerOptions {
  /**
   * Whole seconds in `Retry-After`; `null` leaves the header out. It is only ever sent where the real server
   * sends it: with a `retry` among the results, and with 408, 500, 503 and 504. @default 1
   */
  readonly retryAfter?: number | null
}

/**
 * The 200 of capture v1 for a request: one result for each of its events, keyed by UUID.
 *
 * @example
 * server.answer('/i/v1/analytics/events', (request) => v1Results(request, { [uuid]: 'retry' }, { retryAfter: 3 }))
 */
export function v1Results(
  request: ReceivedRequest,
  results: V1Results = {},
  options: V1AnswerOptions = {},
): Answer {
  const entries = v1EventsOf(request.body).map((event, index) => {
    const scripted = typeof results === 'function' ? results(event, index) : (results[event.uuid] ?? 'ok')
    return [
      event.uuid,
      typeof scripted === 'string' ? { result: scripted, details: null } : scripted,
    ] as const
  })
  const isRetryable = entries.some(([, { result }]) => result === 'retry')
  return {
    status: 200,
    body: { results: Object.fromEntries(entries) },
    headers: headersFor(request, isRetryable, options),
  }
}

/** An error of capture v1 for a request, with the tag that belongs to the status. */
export function v1Error(
  request: ReceivedRequest,
  status: V1ErrorStatus,
  options: V1AnswerOptions = {},
): Answer {
  const tag = ERROR_TAGS[status]
  return {
    status,
    body: { error: tag, error_description: `scripted: ${tag}`, error_uri: `/errors/${tag}` },
    headers: headersFor(request, RETRYABLE.has(status), options),
  }
}

/** The events of a request to capture v1 that an answer to it settled well: all but its `retry` and `drop` ones. */
export function v1EventsAcceptedBy(answer: Answer | undefined, request: ReceivedRequest): V1WireEvent[] {
  const results = typeof answer === 'object' ? memberOf(answer.body, 'results') : undefined
  return v1EventsOf(request.body).filter(({ uuid }) => {
    const result = memberOf(memberOf(results, uuid), 'result')
    return result !== 'retry' && result !== 'drop'
  })
}

function headersFor(
  request: ReceivedRequest,
  isRetryable: boolean,
  { retryAfter = 1 }: V1AnswerOptions,
): Record<string, string> {
  const requestId = request.headers['posthog-request-id']
  return {
    ...(typeof requestId === 'string' && { 'posthog-request-id': requestId }),
    ...(isRetryable && retryAfter !== null && { 'retry-after': String(retryAfter) }),
  }
}

function memberOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

import type { ResponseFacts } from './request-facts.ts'
import type { ScopeMessage } from './scoped-event.ts'
import type { UrlScrubber } from './url-scrubber.ts'

/** More different errors than this in one request say nothing new. */
const mostErrors = 10

/** An error that an adapter has seen, and when, in milliseconds since the epoch. */
export interface ObservedError {
  readonly error: unknown
  readonly at: number
}

/** The errors of one request, from when they pass by until its response says what became of them. */
export class ObservedErrors {
  readonly #errors = new Map<unknown, number>()

  /** Takes note of an error; once, however many handlers it passes. */
  note(error: unknown, at: number): void {
    if (this.#errors.size < mostErrors && !this.#errors.has(error)) this.#errors.set(error, at)
  }

  /** The errors that failed the request, to be asked once its response is over; each is given once. */
  failures(response: ResponseFacts, minStatus: number): ObservedError[] {
    const errors = [...this.#errors]
    this.#errors.clear()
    return errors
      .filter(([error]) => isFailure(error, response, minStatus))
      .map(([error, at]) => ({ error, at }))
  }
}

/** The `$exception` of an error that failed its request, still without a description. @param at when it passed by. */
export function failureMessage(
  { route, status, headersAt }: ResponseFacts,
  at: number,
  scrubber: UrlScrubber,
): ScopeMessage {
  return exceptionMessage(
    {
      $route: scrubber.route(route),
      ...(headersAt !== undefined && status !== undefined && { $response_status_code: status }),
    },
    at,
  )
}

/** An `$exception` still without a description. @param at when it passed by. */
export function exceptionMessage(properties: Readonly<Record<string, unknown>>, at: number): ScopeMessage {
  return { event: '$exception', properties, timestamp: new Date(at), uuid: undefined }
}

/** Whether an error is a failure as far as it says itself: by its own status, if it has one. */
export function isFailureByItself(error: unknown, minStatus: number): boolean {
  return (statusOf(error) ?? minStatus) >= minStatus
}

/**
 * A response counts by its status. Where none went out, the visitor left before, and the error's own status counts: a
 * body parser's complaint about that is no failure. Where it broke off while all was well, the error came too late to
 * change it.
 */
function isFailure(
  error: unknown,
  { status, headersAt, completed }: ResponseFacts,
  minStatus: number,
): boolean {
  if (headersAt === undefined || status === undefined) return isFailureByItself(error, minStatus)
  return status >= minStatus || (status < 400 && !completed)
}

/** How streams, requests and abort signals say that the other end is gone. */
const departures: ReadonlySet<unknown> = new Set([
  'ABORT_ERR',
  'ECONNABORTED',
  'ECONNRESET',
  'EPIPE',
  'ERR_STREAM_DESTROYED',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/** Whether an error says no more than that the visitor has left, when it comes after they have. */
export function isDeparture(error: unknown): boolean {
  return departures.has(memberOf(error, 'code')) || memberOf(error, 'name') === 'AbortError'
}

/** By the conventions of Node's frameworks. */
function statusOf(error: unknown): number | undefined {
  const statuses = [memberOf(error, 'status'), memberOf(error, 'statusCode')]
  return statuses.find((status) => typeof status === 'number')
}

function memberOf(error: unknown, name: string): unknown {
  try {
    return typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined
  } catch {
    // A getter or a proxy that throws: it says nothing.
    return undefined
  }
}

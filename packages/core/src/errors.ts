const brand = Symbol.for('hedgerow.error')

/** Stable names for what went wrong; messages may change, codes do not. */
export type ErrorCode =
  | 'config'
  | 'name-taken'
  | 'shutdown-hooks-off'
  | 'token-shared'
  | 'transport'
  | 'queue-full'
  | 'too-large'
  | 'invalid-event'
  | 'before-send-failed'
  | 'listener-failed'
  | 'resolver-failed'
  | 'scope-missing'
  | 'scope-failed'
  | 'flags-unavailable'
  | 'definitions'
  | 'definition-cache'

/** Any failure that Hedgerow reports, with a stable `code`. Never carries a key, an id or a property value. */
export class HedgerowError extends Error {
  override readonly name: string = 'HedgerowError'
  readonly code: ErrorCode

  constructor(code: ErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.code = code
    Object.defineProperty(this, brand, { value: true })
  }

  /** True for errors of every installed copy of Hedgerow, where `instanceof` sees only its own. */
  static is(value: unknown): value is HedgerowError {
    return typeof value === 'object' && value !== null && brand in value
  }
}

/**
 * Thrown at construction for an option that cannot work. Never thrown while serving requests. Its code is `name-taken`
 * where two clients claim one property of a request; a framework without a boot of its own shows that at the first request
 * that meets both, which is then only reported. Only reported are, too, an application that does not hear of its end
 * (`shutdown-hooks-off`), and two clients of one project that each count its pages (`token-shared`).
 */
export class ConfigError extends HedgerowError {
  override readonly name = 'ConfigError'

  constructor(
    message: string,
    options: { cause?: unknown; code?: 'config' | 'name-taken' | 'shutdown-hooks-off' | 'token-shared' } = {},
  ) {
    const { code = 'config', ...others } = options
    super(code, message, others)
  }
}

/** Why an accepted event was lost. */
export type DropReason = 'queue-full' | 'too-large' | 'rejected' | 'retries-exhausted'

/** Reported for every lost event: which reason, and how many at once. */
export class DropError extends HedgerowError {
  override readonly name = 'DropError'
  readonly reason: DropReason
  /** Events lost by this one occurrence. */
  readonly dropped: number

  constructor(reason: 'queue-full' | 'too-large', dropped: number, message: string) {
    super(reason, message)
    this.reason = reason
    this.dropped = dropped
  }
}

/**
 * A request that PostHog did not accept after all attempts: a refusal (`status`), or no answer at all
 * (`status` is -1). An awaited `flush()` rejects with it; background sending only reports it.
 */
export class TransportError extends HedgerowError {
  override readonly name = 'TransportError'
  /** HTTP status of the last answer, -1 when there was none. */
  readonly status: number
  readonly attempts: number
  /** Whether the same request could succeed later; its events are then still queued, or counted as `retries-exhausted`. */
  readonly retryable: boolean
  /** Events lost with this failure; 0 when they stay queued. */
  readonly dropped: number
  /** Capture v1: the id under which the server knows the request. */
  readonly requestId: string | undefined
  /** Capture v1: events that the server refused one by one, with its reasons. */
  readonly drops: readonly { readonly uuid: string; readonly details: unknown }[] | undefined
  /** Capture v1: uuids of events that the server asked to send again until the attempts were used up. */
  readonly retryExhausted: readonly string[] | undefined
  /** On the error that `flush()` rejects with: what that flush achieved before and beside the failure. */
  readonly report: DeliveryReport | undefined

  constructor(
    message: string,
    facts: Pick<TransportError, 'status' | 'attempts' | 'retryable' | 'dropped'> &
      Partial<Pick<TransportError, 'cause' | 'requestId' | 'drops' | 'retryExhausted' | 'report'>>,
  ) {
    super('transport', message, facts.cause === undefined ? undefined : { cause: facts.cause })
    this.status = facts.status
    this.attempts = facts.attempts
    this.retryable = facts.retryable
    this.dropped = facts.dropped
    this.requestId = facts.requestId
    this.drops = facts.drops
    this.retryExhausted = facts.retryExhausted
    this.report = facts.report
  }

  /** The same failure, for a caller of `flush()`. */
  withReport(report: DeliveryReport): TransportError {
    const { message, status, attempts, retryable, dropped, cause, requestId, drops, retryExhausted } = this
    const facts = { status, attempts, retryable, dropped, cause, requestId, drops, retryExhausted }
    return new TransportError(message, { ...facts, report })
  }
}

/**
 * Flag definitions that could not be had: PostHog refused them (`status` 401, 403 or 429), or sent what cannot be read
 * (200). Reported, never thrown, and the definitions in force stay. A PostHog that does not answer is no such error: the
 * next load simply tries again.
 */
export class DefinitionsError extends HedgerowError {
  override readonly name = 'DefinitionsError'
  /** HTTP status of the answer. */
  readonly status: number

  constructor(message: string, status: number) {
    super('definitions', message)
    this.status = status
  }
}

/** What one `flush()` or `shutdown()` did, in events. */
export interface DeliveryReport {
  readonly sent: number
  readonly dropped: number
  /** Safe in a durable store; 0 without one. */
  readonly spooled: number
  /** Still in memory when the call ended. */
  readonly pending: number
  readonly timedOut: boolean
}

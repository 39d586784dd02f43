import type { TransportError } from '../errors.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import type { UuidSource } from '../runtime/uuid.ts'
import type { ClaimedEvent } from '../store/event-store.ts'
import { commonHeaders, type Library, v1BatchUrl } from '../transport/endpoints.ts'
import type { HostHealth } from '../transport/host-health.ts'
import { exchange, type HttpResult } from '../transport/http-transport.ts'
import { pauseBeforeRetry } from '../transport/pause-before-retry.ts'
import { isV1RetryableStatus } from '../transport/retry.ts'
import type { StopSignal } from '../transport/stop-signal.ts'
import type { BatchSender, Loss, PartOutcome, SenderParts } from './batch-sender.ts'
import { noAnswer } from './delivery-errors.ts'
import type { DeliveryLedger } from './delivery-ledger.ts'
import { requestBody } from './request-body.ts'
import { v1Failure } from './v1-failure.ts'
import { type V1Drop, v1Verdicts } from './v1-results.ts'

/** A batch on its way through its attempts. */
interface Batch {
  readonly requestId: string
  readonly createdAt: string
  /** What the next attempt sends. */
  pending: readonly ClaimedEvent[]
  readonly drops: V1Drop[]
}

/** How the attempts ended, for what is pending then. */
type Ending =
  | { readonly kind: 'unanswered'; readonly attempts: number; readonly cause: unknown }
  | {
      readonly kind: 'answered'
      readonly attempts: number
      readonly status: number
      readonly retryable: boolean
    }

/**
 * Sends by capture v1 (`POST /i/v1/analytics/events`): the server answers for each event, and only those that it asks
 * for are sent again, under the same request id.
 */
export class V1Sender implements BatchSender {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #library: Library
  readonly #ledger: DeliveryLedger
  readonly #health: HostHealth
  readonly #uuids: UuidSource

  constructor(parts: SenderParts, uuids: UuidSource) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#library = parts.library
    this.#ledger = parts.ledger
    this.#health = parts.health
    this.#uuids = uuids
  }

  get batchSize(): number {
    return this.#options.maxBatchSize
  }

  async deliver(
    events: readonly ClaimedEvent[],
    signal: StopSignal,
    settle: (outcome: PartOutcome) => void,
  ): Promise<void> {
    const createdAt = new Date(this.#runtime.now()).toISOString()
    const batch: Batch = { requestId: this.#uuids.next(), createdAt, pending: events, drops: [] }
    const ending = await this.#attempt(batch, signal, settle)
    const losses = lossesOf(batch, ending)
    if (losses.length > 0) settle({ kind: 'lost', losses, error: failureOf(batch, ending) })
    if (ending.kind === 'unanswered') {
      settle({ kind: 'kept', events: batch.pending, error: noAnswer(ending.cause, ending.attempts) })
    }
  }

  async #attempt(batch: Batch, signal: StopSignal, settle: (outcome: PartOutcome) => void): Promise<Ending> {
    for (let attempts = 1; ; attempts++) {
      if (signal.stopped) return { kind: 'unanswered', attempts: attempts - 1, cause: undefined }
      const result = await this.#post(batch, attempts, signal)
      const again = this.#take(batch, result, settle)
      if (!again || attempts > this.#options.fetchRetryCount) return endingOf(result, attempts, again)
      await pauseBeforeRetry(this.#runtime, attempts, this.#options.fetchRetryDelay, result, signal)
    }
  }

  /** Settles what the answer decides. @returns whether what is pending then may be sent once more. */
  #take(batch: Batch, result: HttpResult, settle: (outcome: PartOutcome) => void): boolean {
    if (result.status === undefined) return true
    if (result.status < 200 || result.status > 299) return isV1RetryableStatus(result.status)
    const verdicts = v1Verdicts(batch.pending, result.json)
    if (!verdicts) return false
    if (verdicts.done.length > 0) settle({ kind: 'sent', events: verdicts.done })
    batch.drops.push(...verdicts.dropped)
    batch.pending = verdicts.retry
    return verdicts.retry.length > 0
  }

  async #post(batch: Batch, attempt: number, signal: StopSignal): Promise<HttpResult> {
    const body = await requestBody(this.#runtime, this.#envelope(batch), !this.#options.disableCompression)
    const { id, version } = this.#library
    this.#ledger.call('batch')
    const result = await exchange(this.#runtime, {
      url: v1BatchUrl(this.#options.host),
      method: 'POST',
      headers: {
        ...commonHeaders(this.#library),
        Authorization: `Bearer ${this.#options.token}`,
        'PostHog-Sdk-Info': `${id}/${version}`,
        'PostHog-Attempt': String(attempt),
        'PostHog-Request-Id': batch.requestId,
        'PostHog-Request-Timestamp': new Date(this.#runtime.now()).toISOString(),
        ...body.headers,
      },
      body: body.content,
      timeoutMs: this.#options.requestTimeout,
      read: 'json',
      signal,
    })
    if (!signal.stopped) this.#health.note(result, this.#options.requestTimeout)
    return result
  }

  #envelope({ createdAt, pending }: Batch): string {
    const events = pending.map((event) => event.json).join(',')
    const migration = this.#options.historicalMigration ? '"historical_migration":true,' : ''
    return `{"created_at":"${createdAt}",${migration}"batch":[${events}]}`
  }
}

function endingOf(result: HttpResult, attempts: number, retryable: boolean): Ending {
  if (result.status === undefined) return { kind: 'unanswered', attempts, cause: result.cause }
  return { kind: 'answered', attempts, status: result.status, retryable }
}

function lossesOf({ drops, pending }: Batch, ending: Ending): Loss[] {
  const losses: Loss[] = []
  if (drops.length > 0) losses.push({ reason: 'rejected', events: drops.map(({ event }) => event) })
  if (ending.kind === 'answered' && pending.length > 0) {
    losses.push({ reason: ending.retryable ? 'retries-exhausted' : 'rejected', events: pending })
  }
  return losses
}

function failureOf({ requestId, drops, pending }: Batch, ending: Ending): TransportError {
  const { attempts } = ending
  if (ending.kind === 'answered') return v1Failure({ ...ending, requestId, drops, given: pending })
  // The drops had an answer; what had none is reported on its own.
  return v1Failure({ requestId, attempts, drops, status: 200, given: [], retryable: false })
}

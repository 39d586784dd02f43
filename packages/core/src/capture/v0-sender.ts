import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import type { ClaimedEvent } from '../store/event-store.ts'
import { batchUrl, commonHeaders, type Library } from '../transport/endpoints.ts'
import type { HostHealth } from '../transport/host-health.ts'
import { exchange, type HttpResult } from '../transport/http-transport.ts'
import { pauseBeforeRetry } from '../transport/pause-before-retry.ts'
import { isRetryableStatus } from '../transport/retry.ts'
import type { StopSignal } from '../transport/stop-signal.ts'
import type { BatchSender, PartOutcome, SenderParts } from './batch-sender.ts'
import { noAnswer, refusal } from './delivery-errors.ts'
import type { DeliveryLedger } from './delivery-ledger.ts'
import { type RequestBody, requestBody } from './request-body.ts'

/** Successes after which a batch size that a 413 halved is tried doubled again; sooner would repeat the refusal all the time. */
const successesToDouble = 8

/** Stands for the answer that was not waited for. */
const givenUp: HttpResult = { status: undefined, failure: 'aborted', cause: undefined }

/** Sends by capture v0 (`POST /batch/`): retries, backoff, and halving where the server finds a batch too large. */
export class V0Sender implements BatchSender {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #library: Library
  readonly #ledger: DeliveryLedger
  readonly #health: HostHealth
  #learnedBatchSize: number
  #successesInARow = 0

  constructor(parts: SenderParts) {
    this.#options = parts.options
    this.#runtime = parts.runtime
    this.#library = parts.library
    this.#ledger = parts.ledger
    this.#health = parts.health
    this.#learnedBatchSize = parts.options.maxBatchSize
  }

  /** Events in the next batch: halved by a 413, doubled again after successes, at most `maxBatchSize`. */
  get batchSize(): number {
    return this.#learnedBatchSize
  }

  /** Never rejects. `settle` hears of every event exactly once; a stopped signal settles the rest as kept. */
  async deliver(
    events: readonly ClaimedEvent[],
    signal: StopSignal,
    settle: (outcome: PartOutcome) => void,
  ): Promise<void> {
    const { result, attempts } = await this.#attempt(events, signal)
    const { status } = result
    if (status !== undefined && status >= 200 && status <= 299) {
      this.#learnFromSuccess()
      return settle({ kind: 'sent', events })
    }
    if (status === 413 && events.length > 1) {
      const half = Math.floor(events.length / 2)
      this.#learnedBatchSize = Math.min(this.#learnedBatchSize, half)
      this.#successesInARow = 0
      await this.deliver(events.slice(0, half), signal, settle)
      return this.deliver(events.slice(half), signal, settle)
    }
    if (status === undefined) return settle({ kind: 'kept', events, error: noAnswer(result.cause, attempts) })
    const error = refusal(status, attempts, events.length)
    const reason = status === 413 ? 'too-large' : error.retryable ? 'retries-exhausted' : 'rejected'
    settle({ kind: 'lost', losses: [{ reason, events }], error })
  }

  #learnFromSuccess(): void {
    if (++this.#successesInARow < successesToDouble) return
    this.#successesInARow = 0
    this.#learnedBatchSize = Math.min(this.#learnedBatchSize * 2, this.#options.maxBatchSize)
  }

  async #attempt(
    events: readonly ClaimedEvent[],
    signal: StopSignal,
  ): Promise<{ result: HttpResult; attempts: number }> {
    const body = await requestBody(this.#runtime, this.#envelope(events), !this.#options.disableCompression)
    for (let attempts = 1; ; attempts++) {
      if (signal.stopped) return { result: givenUp, attempts: attempts - 1 }
      const result = await this.#post(body, signal)
      if (attempts > this.#options.fetchRetryCount || !isRetryable(result)) return { result, attempts }
      await pauseBeforeRetry(this.#runtime, attempts, this.#options.fetchRetryDelay, result, signal)
    }
  }

  async #post(body: RequestBody, signal: StopSignal): Promise<HttpResult> {
    this.#ledger.call('batch')
    const result = await exchange(this.#runtime, {
      url: batchUrl(this.#options.host),
      method: 'POST',
      headers: { ...commonHeaders(this.#library), ...body.headers },
      body: body.content,
      timeoutMs: this.#options.requestTimeout,
      read: 'status',
      signal,
    })
    if (!signal.stopped) this.#health.note(result, this.#options.requestTimeout)
    return result
  }

  /** `sent_at` is fixed here, so that every retry sends the same bytes. */
  #envelope(events: readonly ClaimedEvent[]): string {
    const { token, historicalMigration } = this.#options
    const batch = events.map((event) => event.json).join(',')
    const migration = historicalMigration ? ',"historical_migration":true' : ''
    const sentAt = new Date(this.#runtime.now()).toISOString()
    return `{"api_key":${JSON.stringify(token)},"batch":[${batch}],"sent_at":"${sentAt}"${migration}}`
  }
}

function isRetryable(result: HttpResult): boolean {
  return result.status === undefined || isRetryableStatus(result.status)
}

import { TransportError } from '../errors.ts'
import type { ResolvedOptions } from '../options.ts'
import type { Runtime } from '../runtime.ts'
import type { ClaimedEvent } from '../store/event-store.ts'
import { batchUrl, commonHeaders } from '../transport/endpoints.ts'
import type { HostHealth } from '../transport/host-health.ts'
import { exchange, type HttpResult } from '../transport/http-transport.ts'
import { isRetryableStatus, retryDelayMs } from '../transport/retry.ts'
import { retryAfterMs } from '../transport/retry-after.ts'
import type { StopSignal } from '../transport/stop-signal.ts'
import type { DeliveryLedger } from './delivery-ledger.ts'

/** Successes after which a batch size that a 413 halved is tried doubled again; sooner would repeat the refusal all the time. */
const successesToDouble = 8

/** What became of one part of a batch; parts are settled one after another, in order. */
export type PartOutcome =
  | { readonly kind: 'sent'; readonly events: readonly ClaimedEvent[] }
  | {
      readonly kind: 'lost' | 'kept'
      readonly events: readonly ClaimedEvent[]
      readonly error: TransportError
    }

/** Stands for the answer that was not waited for. */
const givenUp: HttpResult = { status: undefined, failure: 'aborted', cause: undefined }

interface Body {
  readonly content: string | Uint8Array<ArrayBuffer>
  readonly headers: Record<string, string>
}

/** Sends one batch at a time to its end: retries, backoff, and halving where the server finds it too large. */
export class Sender {
  readonly #options: ResolvedOptions
  readonly #runtime: Runtime
  readonly #ledger: DeliveryLedger
  readonly #health: HostHealth
  #learnedBatchSize: number
  #successesInARow = 0

  constructor(parts: {
    options: ResolvedOptions
    runtime: Runtime
    ledger: DeliveryLedger
    health: HostHealth
  }) {
    this.#options = parts.options
    this.#runtime = parts.runtime
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
    const lost = status !== undefined
    settle({
      kind: lost ? 'lost' : 'kept',
      events,
      error: failureOf(result, attempts, lost ? events.length : 0),
    })
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
    const body = await this.#encode(events)
    for (let attempts = 1; ; attempts++) {
      if (signal.stopped) return { result: givenUp, attempts: attempts - 1 }
      const result = await this.#post(body, signal)
      if (attempts > this.#options.fetchRetryCount || !isRetryable(result)) return { result, attempts }
      const asked = result.status === undefined ? undefined : result.header('Retry-After')
      const delay = retryDelayMs(
        attempts,
        this.#options.fetchRetryDelay,
        () => this.#runtime.random(),
        retryAfterMs(asked, this.#runtime.now()),
      )
      await this.#pause(delay, signal)
    }
  }

  async #post(body: Body, signal: StopSignal): Promise<HttpResult> {
    this.#ledger.call('batch')
    const result = await exchange(this.#runtime, {
      url: batchUrl(this.#options.host),
      method: 'POST',
      headers: body.headers,
      body: body.content,
      timeoutMs: this.#options.requestTimeout,
      read: 'status',
      signal,
    })
    if (result.status !== undefined && result.status < 500) this.#health.answered()
    else if (!signal.stopped) this.#health.failed(symptomOf(result, this.#options.requestTimeout))
    return result
  }

  /** `sent_at` is fixed here, so that every retry sends the same bytes. */
  async #encode(events: readonly ClaimedEvent[]): Promise<Body> {
    const batch = events.map((event) => event.json).join(',')
    const sentAt = new Date(this.#runtime.now()).toISOString()
    const text = `{"api_key":${JSON.stringify(this.#options.token)},"batch":[${batch}],"sent_at":"${sentAt}"}`
    const headers = commonHeaders()
    if (this.#options.disableCompression) return { content: text, headers }
    try {
      const content = await this.#runtime.gzip(new TextEncoder().encode(text))
      return { content, headers: { ...headers, 'Content-Encoding': 'gzip' } }
    } catch {
      return { content: text, headers }
    }
  }

  /** Shorter when the signal stops. */
  #pause(delayMs: number, signal: StopSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal.stopped) return resolve()
      const end = () => {
        this.#runtime.clearTimeout(timer)
        forget()
        resolve()
      }
      const timer = this.#runtime.setTimeout(end, delayMs)
      const forget = signal.onStop(end)
    })
  }
}

function isRetryable(result: HttpResult): boolean {
  return result.status === undefined || isRetryableStatus(result.status)
}

function symptomOf(result: HttpResult, timeoutMs: number): string {
  if (result.status !== undefined) return `status ${result.status}`
  return result.failure === 'timeout' ? `no answer within ${timeoutMs} ms` : 'connection failed'
}

function failureOf(result: HttpResult, attempts: number, dropped: number): TransportError {
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`
  if (result.status === undefined) {
    return new TransportError(`no answer from PostHog for a batch after ${tries}; its events stay queued`, {
      status: -1,
      attempts,
      retryable: true,
      dropped,
      cause: result.cause,
    })
  }
  return new TransportError(
    `PostHog answered a batch with status ${result.status} after ${tries}; ${dropped} ${dropped === 1 ? 'event is' : 'events are'} lost${hintFor(result.status)}`,
    { status: result.status, attempts, retryable: isRetryableStatus(result.status), dropped },
  )
}

/** What a reader of the message should check. */
function hintFor(status: number): string {
  if (status === 401 || status === 403) return '; check the project token and the host (region) of the client'
  if (status === 404) return '; check that host is a PostHog ingestion address'
  if (status === 413) return '; the event is larger than the server accepts'
  return ''
}

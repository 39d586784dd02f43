import type { ResolvedOptions } from '../../options.ts'
import type { Runtime } from '../../runtime.ts'
import { commonHeaders, definitionsUrl, type Library } from '../../transport/endpoints.ts'
import { exchange, type HttpResult } from '../../transport/http-transport.ts'
import type { StopSignal } from '../../transport/stop-signal.ts'

/** What PostHog said to a request for flag definitions. */
export type DefinitionsAnswer =
  | { readonly kind: 'body'; readonly json: unknown; readonly etag: string | undefined }
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'refused'; readonly status: 401 | 403 | 429 }
  | { readonly kind: 'over-quota' }
  /** Nothing usable; `symptom` is short, and without an address. */
  | { readonly kind: 'none'; readonly symptom: string }

/** `GET /flags/definitions`: one attempt at a time, conditional once an answer was accepted. */
export class DefinitionRequest {
  readonly #options: Pick<ResolvedOptions, 'host' | 'token' | 'requestTimeout'>
  readonly #secretKey: string
  readonly #runtime: Runtime
  readonly #library: Library
  readonly #stop: StopSignal
  /** Of the definitions in force, for the caller to set; undefined: whatever PostHog has is wanted. */
  etag: string | undefined

  constructor(parts: {
    options: Pick<ResolvedOptions, 'host' | 'token' | 'requestTimeout'>
    secretKey: string
    runtime: Runtime
    library: Library
    stop: StopSignal
  }) {
    this.#options = parts.options
    this.#secretKey = parts.secretKey
    this.#runtime = parts.runtime
    this.#library = parts.library
    this.#stop = parts.stop
  }

  /** Calls `fetch` before it returns. Never rejects. */
  async send(): Promise<DefinitionsAnswer> {
    const result = await exchange(this.#runtime, {
      url: definitionsUrl(this.#options.host, this.#options.token),
      method: 'GET',
      headers: {
        ...commonHeaders(this.#library),
        Authorization: `Bearer ${this.#secretKey}`,
        ...(this.etag !== undefined && { 'If-None-Match': this.etag }),
      },
      timeoutMs: this.#options.requestTimeout,
      read: 'json',
      signal: this.#stop,
    })
    if (result.status === 304) this.etag = etagOf(result) ?? this.etag
    return answerFrom(result)
  }
}

function answerFrom(result: HttpResult): DefinitionsAnswer {
  const { status } = result
  switch (status) {
    case 200:
      return { kind: 'body', json: result.json, etag: etagOf(result) }
    case 304:
      return { kind: 'unchanged' }
    case 401:
    case 403:
    case 429:
      return { kind: 'refused', status }
    case 402:
      return { kind: 'over-quota' }
    case undefined:
      return { kind: 'none', symptom: result.failure }
    default:
      return { kind: 'none', symptom: `status ${status}` }
  }
}

/** One that could not be sent back is none: it would make every later request fail. */
function etagOf(result: HttpResult & { status: number }): string | undefined {
  const etag = result.header('ETag')
  return etag !== undefined && /^[\x21-\x7e]{1,1024}$/.test(etag) ? etag : undefined
}

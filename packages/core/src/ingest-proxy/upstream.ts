import type { Runtime } from '../runtime.ts'
import type { ExchangeLimits } from './exchange-limits.ts'

/** A request as it goes to PostHog. */
export interface UpstreamRequest {
  readonly url: string
  readonly method: string
  readonly headers: Record<string, string>
  readonly body: ReadableStream<Uint8Array> | undefined
}

/** Beyond what the client asks of it: streams both ways, and redirects that are not followed. */
type StreamingFetch = (
  url: string,
  init: {
    readonly method: string
    readonly headers: Record<string, string>
    readonly body?: ReadableStream<Uint8Array>
    readonly duplex?: 'half'
    readonly redirect: 'manual' | 'error'
    readonly window?: null
    readonly signal: AbortSignal
  },
) => Promise<Response>

/** Sends requests to PostHog while they stream in. */
export class Upstream {
  readonly #runtime: Runtime
  readonly #uploads: {
    readonly duplex: 'half'
    readonly redirect: 'manual' | 'error'
    readonly window?: null
  }

  constructor(runtime: Runtime) {
    this.#runtime = runtime
    // The standard has `fetch` keep a copy of every body, to send it again to where a redirect leads, unless nobody is
    // there to follow one.
    this.#uploads = canFailOnRedirect()
      ? { duplex: 'half', redirect: 'error', window: null }
      : { duplex: 'half', redirect: 'manual' }
  }

  /** Rejects when there is no answer, or the exchange is given up before it. */
  send({ url, method, headers, body }: UpstreamRequest, limits: ExchangeLimits): Promise<Response> {
    // Whoever replaces `fetch` hands on what it is given; one that answers with less is a failed exchange.
    const fetch = this.#runtime.fetch as unknown as StreamingFetch
    const { signal } = limits
    const sent = async () =>
      fetch(
        url,
        body
          ? { method, headers, signal, body, ...this.#uploads }
          : { method, headers, signal, redirect: 'manual' },
      )
    return limits.during(sent())
  }
}

/** Whether an answer sends the browser elsewhere; a platform may hide to where. */
export function isRedirect({ status }: Response): boolean {
  return status === 0 || (status >= 300 && status < 400 && status !== 304)
}

/** Some platforms know no such request. */
function canFailOnRedirect(): boolean {
  try {
    return new Request('http://localhost/', { redirect: 'error' }).redirect === 'error'
  } catch {
    return false
  }
}

/** Whether a request failed because its answer was a redirect; a platform that does not say so is not understood. */
export function isRedirectFailure(failure: unknown): boolean {
  const cause: unknown = failure instanceof Error ? failure.cause : undefined
  return cause instanceof Error && cause.message.includes('redirect')
}

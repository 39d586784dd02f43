import type { Logger } from '../logger.ts'
import type { Runtime } from '../runtime.ts'
import type { HostHealth } from '../transport/host-health.ts'
import { answerHeaders, hasKnownEncoding } from './answer-headers.ts'
import { AssetCache } from './asset-cache.ts'
import { type BrowserEndpoint, endpointAt } from './browser-endpoints.ts'
import { cachedAnswer } from './cached-answer.ts'
import { ExchangeLimits } from './exchange-limits.ts'
import { forwardedHeaders, lengthOf } from './forwarded-headers.ts'
import type { IngestCall } from './ingest-call.ts'
import type { ResolvedIngestOptions } from './ingest-options.ts'
import { limitedStream } from './limited-stream.ts'
import { isRedirect, isRedirectFailure, Upstream, type UpstreamRequest } from './upstream.ts'

/** The name of a major version leads to the exact one in a step. */
const mostRedirects = 2
const bodiless = new Set([204, 205, 304])

const consumedLine =
  'the ingest proxy gets bodies that something above it has read already, and answers 500; mount it above the body parsers'
const redirectLine =
  "PostHog's host answers with redirects, which the ingest proxy refuses with 502; set the client's host to where they lead"

/** What forwarding works with. */
export interface IngestForwarderParts extends ResolvedIngestOptions {
  readonly host: string
  /** Nothing may leave the process. */
  readonly disabled: boolean
  readonly runtime: Runtime
  readonly logger: Logger
  readonly health: HostHealth
  readonly assetHealth: HostHealth
}

/** Decides which calls go to PostHog, and passes them on. */
export class IngestForwarder {
  readonly #parts: IngestForwarderParts
  readonly #assets: AssetCache
  readonly #upstream: Upstream
  readonly #logged = new Set<string>()

  constructor(parts: IngestForwarderParts) {
    this.#parts = parts
    this.#assets = new AssetCache(parts.runtime, parts.maxCacheBytes)
    this.#upstream = new Upstream(parts.runtime)
  }

  /** Never rejects. */
  async forward(call: IngestCall): Promise<Response> {
    const endpoint = this.#parts.disabled ? undefined : endpointAt(call.target)
    if (!endpoint) return refusal(404)
    if (!endpoint.methods.includes(call.method)) {
      return refusal(405, { allow: endpoint.methods.join(', ') })
    }
    if (call.method === 'POST') {
      if (call.body === 'consumed') {
        this.#warnOnce('ingest-body', consumedLine)
        return refusal(500)
      }
      if ((lengthOf(call) ?? 0) > this.#parts.maxRequestBytes) return refusal(413)
    }
    const cached = this.#cached(call, endpoint)
    if (cached) return cached
    const limits = new ExchangeLimits(this.#parts.runtime, this.#parts.timeoutMs, call.signal)
    const answer = await this.#exchange(call, endpoint, limits).catch(() => refusal(statusOf(limits)))
    if (!answer.body) limits.end()
    return answer
  }

  #cached(call: IngestCall, endpoint: BrowserEndpoint): Response | undefined {
    if (!endpoint.isAsset || call.method === 'OPTIONS') return undefined
    const asset = this.#assets.find(call.target)
    return asset && cachedAnswer(asset, call, this.#parts.runtime.now())
  }

  async #exchange(call: IngestCall, endpoint: BrowserEndpoint, limits: ExchangeLimits): Promise<Response> {
    const { host, assetHost, health, assetHealth, clientAddress, timeoutMs } = this.#parts
    const origin = endpoint.isAsset ? assetHost : host
    const known = endpoint.isAsset ? assetHealth : health
    const request = {
      url: origin + call.target,
      method: call.method,
      headers: forwardedHeaders(call, clientAddress),
      body: this.#upload(call, limits),
    }
    try {
      const answer = await (endpoint.isAsset
        ? this.#asset(request, limits)
        : this.#upstream.send(request, limits))
      const passedOn = this.#answerOf(answer, call, endpoint, limits)
      known.answered()
      return passedOn
    } catch (cause) {
      // What the browser did says nothing about the host.
      if (isRedirectFailure(cause)) this.#warnOnce('ingest-redirect', redirectLine)
      else if (limits.reason === undefined) known.failed('connection failed')
      else if (limits.reason === 'timeout') known.failed(`no answer within ${timeoutMs} ms`)
      throw cause
    }
  }

  /** An asset may be a step away, as long as it is an asset on the same host. */
  async #asset(request: UpstreamRequest, limits: ExchangeLimits): Promise<Response> {
    let answer = await this.#upstream.send(request, limits)
    for (let step = 0; step < mostRedirects && isRedirect(answer); step++) {
      const url = assetRedirect(answer, request.url, this.#parts.assetHost)
      if (url === undefined) break
      discard(answer)
      answer = await this.#upstream.send({ ...request, url }, limits)
    }
    return answer
  }

  #upload({ method, body }: IngestCall, limits: ExchangeLimits): ReadableStream<Uint8Array> | undefined {
    if (method !== 'POST' || !body || body === 'consumed') return undefined
    limits.isSending = true
    return limitedStream(body, {
      maxBytes: this.#parts.maxRequestBytes,
      signal: limits.signal,
      onExcess: () => limits.stop('request-too-large'),
      onBroken: () => limits.stop('visitor-left'),
      onEnd: () => (limits.isSending = false),
    })
  }

  #answerOf(answer: Response, call: IngestCall, endpoint: BrowserEndpoint, limits: ExchangeLimits): Response {
    const { maxAnswerBytes } = this.#parts
    const { status, body } = answer
    const headers = answerHeaders(answer.headers)
    const isTooLarge = Number(headers.get('content-length') ?? 0) > maxAnswerBytes
    if (isRedirect(answer)) this.#warnOnce('ingest-redirect', redirectLine)
    if (isRedirect(answer) || !hasKnownEncoding(answer.headers) || isTooLarge) {
      discard(answer)
      return refusal(502)
    }
    if (!body || bodiless.has(status) || call.method === 'HEAD') {
      discard(answer)
      return new Response(null, { status, headers })
    }
    const isWholeAsset = endpoint.isAsset && call.method === 'GET' && status === 200
    const collector = isWholeAsset ? this.#assets.collector(call.target, headers) : undefined
    const stream = limitedStream(body, {
      maxBytes: maxAnswerBytes,
      signal: limits.signal,
      onChunk: collector && ((chunk) => collector.add(chunk)),
      onExcess: () => limits.stop('answer-too-large'),
      onEnd: (complete) => {
        limits.end()
        collector?.end(complete)
      },
    })
    return new Response(stream, { status, headers })
  }

  #warnOnce(code: string, line: string): void {
    if (this.#logged.has(code)) return
    this.#logged.add(code)
    this.#parts.logger.warn(code, line)
  }
}

/** An answer of our own; it says nothing but its status. */
function refusal(status: number, headers: Record<string, string> = {}): Response {
  return new Response(null, { status, headers: { ...headers, 'cache-control': 'no-store' } })
}

function statusOf({ reason }: ExchangeLimits): number {
  if (reason === 'timeout' || reason === 'timeout-while-sending') return 504
  return reason === 'request-too-large' ? 413 : 502
}

/** Where an asset lies instead; undefined when that is not an asset on the same host. */
function assetRedirect({ headers }: Response, from: string, assetHost: string): string | undefined {
  const location = headers.get('location')
  if (location === null || !URL.canParse(location, from)) return undefined
  const { href } = new URL(location, from)
  const prefix = new URL(assetHost).href.replace(/\/$/, '')
  if (!href.startsWith(`${prefix}/`)) return undefined
  return endpointAt(href.slice(prefix.length))?.isAsset ? href : undefined
}

function discard({ body }: Response): void {
  body?.cancel().catch(ignore)
}

function ignore(): void {}

import type { Logger } from '../logger.ts'
import type { Runtime } from '../runtime.ts'
import { HostHealth } from '../transport/host-health.ts'
import type { IngestCall } from './ingest-call.ts'
import { IngestForwarder } from './ingest-forwarder.ts'
import { type IngestProxyOptions, resolveIngestOptions } from './ingest-options.ts'

/** Takes the calls of browser SDKs on the application's own domain and passes them on to PostHog, without its cookies. */
export interface IngestProxy {
  /**
   * The handler of a web-standard server or route. Never rejects, and may be called without its object.
   *
   * @param visitor `ip`: the visitor's address as the platform vouches for it; without it PostHog sees none.
   */
  fetch(request: Request, visitor?: { readonly ip?: string | undefined }): Promise<Response>
  /** For adapters: answers a call whose mount prefix is off. Never rejects. */
  forward(call: IngestCall): Promise<Response>
}

/** What the proxy takes from its client. */
export interface IngestProxyParts {
  readonly options: { readonly host: string; readonly disabled: boolean }
  readonly runtime: Runtime
  readonly logger: Logger
}

/** @throws ConfigError for an option that cannot work. */
export function createIngestProxy(parts: IngestProxyParts, given: IngestProxyOptions): IngestProxy {
  const { runtime, logger } = parts
  const { host, disabled } = parts.options
  const warnings: string[] = []
  const options = resolveIngestOptions(given, host, warnings)
  for (const line of warnings) logger.warn('options', line)
  const health = (what: string) =>
    new HostHealth(logger, {
      code: 'ingest',
      reachable: `${what} can be reached by the ingest proxy again`,
      unreachable: (symptom) =>
        `${what} cannot be reached by the ingest proxy (${symptom}); browsers get 502 or 504 until it answers`,
    })
  const forwarder = new IngestForwarder({
    ...options,
    host,
    runtime,
    logger,
    disabled,
    health: health('PostHog'),
    assetHealth: health("PostHog's host of static assets"),
  })
  return {
    fetch: (request, visitor = {}) => forwarder.forward(callOf(request, options.pathPrefix, visitor.ip)),
    forward: (call) => forwarder.forward(call),
  }
}

function callOf(request: Request, pathPrefix: string, ip: string | undefined): IngestCall {
  const { pathname, search } = new URL(request.url)
  const isBelow = pathname.startsWith(`${pathPrefix}/`)
  const body = request.bodyUsed ? 'consumed' : (request.body ?? undefined)
  return {
    method: request.method,
    target: isBelow ? pathname.slice(pathPrefix.length) + search : '',
    header: (name) => request.headers.get(name) ?? undefined,
    body,
    ip,
    signal: request.signal,
  }
}

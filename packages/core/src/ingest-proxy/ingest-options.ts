import { ConfigError } from '../errors.ts'
import { OptionReader, readOptions, wrongType } from '../option-reader.ts'
import type { ClientAddress } from './client-address.ts'

/** Options of the ingest proxy. */
export interface IngestProxyOptions {
  /**
   * The path below which a web-standard server gets the calls. Frameworks that mount a handler at a path take it off
   * themselves. @default '/ingest'
   */
  readonly pathPrefix?: string | undefined
  /** Where static assets come from. @default PostHog's own host for them; for any other `host`, that one */
  readonly assetHost?: string | undefined
  /**
   * How much of a visitor's address PostHog gets: all of it, the network alone (IPv4 /24, IPv6 /48), or nothing, which
   * puts every visitor where your server is. @default 'full'
   */
  readonly clientAddress?: ClientAddress | undefined
  /** Largest request body in bytes; a larger one is answered with 413. @default 20 MiB */
  readonly maxRequestBytes?: number | undefined
  /** Largest answer in bytes; a larger one is cut off, or 502 where its length is known. @default 20 MiB */
  readonly maxAnswerBytes?: number | undefined
  /** Memory for static assets in bytes. @default 16 MiB */
  readonly maxCacheBytes?: number | undefined
  /** Milliseconds for one call, from its first byte to its last; 504 where there is no answer by then. @default 60000 */
  readonly timeoutMs?: number | undefined
}

/** `IngestProxyOptions` after defaults and checks. */
export interface ResolvedIngestOptions {
  /** Without a slash at its end. */
  readonly pathPrefix: string
  readonly assetHost: string
  readonly clientAddress: ClientAddress
  readonly maxRequestBytes: number
  readonly maxAnswerBytes: number
  readonly maxCacheBytes: number
  readonly timeoutMs: number
}

/**
 * @param host the client's.
 * @throws ConfigError for a value that cannot work; unknown names go to `warnings`.
 */
export function resolveIngestOptions(
  given: unknown,
  host: string,
  warnings: string[],
): ResolvedIngestOptions {
  return readOptions(() => resolve(given, host, warnings))
}

function resolve(given: unknown, host: string, warnings: string[]): ResolvedIngestOptions {
  if (typeof given !== 'object' || given === null) throw wrongType('options', 'an object', given)
  const read = new OptionReader({ ...given }, warnings)
  const options: ResolvedIngestOptions = {
    pathPrefix: pathPrefixFrom(read.given('pathPrefix')),
    assetHost: assetHostFrom(read.given('assetHost'), host),
    clientAddress: read.oneOf('clientAddress', ['full', 'truncated', 'none'], 'full'),
    maxRequestBytes: read.exact('maxRequestBytes', 20 * 1024 * 1024),
    maxAnswerBytes: read.exact('maxAnswerBytes', 20 * 1024 * 1024),
    maxCacheBytes: read.exact('maxCacheBytes', 16 * 1024 * 1024),
    timeoutMs: read.exact('timeoutMs', 60_000),
  }
  for (const name of read.unread()) warnings.push(`unknown option ${name} is ignored; check its spelling`)
  return options
}

function pathPrefixFrom(value: unknown): string {
  if (value === undefined) return '/ingest'
  if (typeof value === 'string' && /^(?:\/[\w.~-]+)*\/?$/.test(value)) return value.replace(/\/$/, '')
  throw new ConfigError("pathPrefix must be a path such as '/ingest', without query and special characters")
}

function assetHostFrom(value: unknown, host: string): string {
  if (value === undefined) {
    const [isPostHog, region = 'us'] = /^https:\/\/(?:(us|eu)(?:\.i)?|app)\.posthog\.com$/i.exec(host) ?? []
    return isPostHog ? `https://${region.toLowerCase()}-assets.i.posthog.com` : host
  }
  const text = typeof value === 'string' ? value.trim().replace(/\/+$/, '') : ''
  if (/^https?:\/\/[^/]/i.test(text) && URL.canParse(text)) return text
  throw new ConfigError(
    'assetHost must be an absolute URL with its scheme, such as https://eu-assets.i.posthog.com',
  )
}

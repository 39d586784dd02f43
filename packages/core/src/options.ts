import type { BeforeSend } from './before-send.ts'
import { ConfigError, type HedgerowError } from './errors.ts'
import { OptionReader, wrongType } from './option-reader.ts'
import type { Fetch, LogLevel, Runtime } from './runtime.ts'

/** Options of `HedgerowClient`. Names shared with posthog-node keep its meaning and unit. */
export interface ClientOptions {
  /** Where PostHog receives events, with its scheme. @default 'https://us.i.posthog.com' */
  host?: string | undefined
  /**
   * Secret key (`phx_…` or `phs_…`) of the server. It is checked at construction, so that a public token in its
   * place fails at boot, and it is never sent with events or flag requests. @default none
   */
  secretKey?: string | undefined
  /** Older name of `secretKey`, which wins when both are given. @default none */
  personalApiKey?: string | undefined
  /** Queued events that start a background flush; at least 1. @default 20 */
  flushAt?: number | undefined
  /** Milliseconds from the first queued event to a background flush; 0 turns the timer off. @default 5000 */
  flushInterval?: number | undefined
  /** Events in one request. @default the larger of flushAt and 100 */
  maxBatchSize?: number | undefined
  /** Events kept in memory; above it the oldest one that is not being sent is dropped. @default the larger of flushAt and 10000 */
  maxQueueSize?: number | undefined
  /** Milliseconds that one request for events may take, headers and body. @default 10000 */
  requestTimeout?: number | undefined
  /** Further attempts after a failed first one; 0 is one request. @default 3 */
  fetchRetryCount?: number | undefined
  /** Milliseconds before the first retry; it doubles for each further one, up to 30 s. @default 1000 */
  fetchRetryDelay?: number | undefined
  /** Adds `$geoip_disable: true` to events. Events of a request whose client address is known leave it out unless this is `true`. @default true */
  disableGeoip?: boolean | undefined
  /** Sends plain JSON instead of gzip. @default false */
  disableCompression?: boolean | undefined
  /** Adds `$is_server: true` to events. @default true */
  isServer?: boolean | undefined
  /** No event is accepted and no request made. @default false */
  disabled?: boolean | undefined
  /** Sees every event before it is queued; may change it, or refuse it by returning null. @default none */
  before_send?: BeforeSend | readonly BeforeSend[] | undefined
  /** Replaces `runtime.fetch`. @default the global fetch at each call */
  fetch?: Fetch | undefined
  /** Bytes of memory for queued events: each counts with its serialised bytes and 160 more. @default 67108864 (64 MiB) */
  maxQueueBytes?: number | undefined
  /** Bytes of the events in one request, before compression; a single larger event still goes alone. @default 4194304 (4 MiB) */
  maxBatchBytes?: number | undefined
  /** Bytes of one serialised event; a larger one is dropped alone. @default 1048576 (1 MiB) */
  maxEventBytes?: number | undefined
  /** Batches in flight at once. @default 2 */
  maxConcurrentRequests?: number | undefined
  /** Least severe line that is logged. @default 'warn' */
  logLevel?: LogLevel | undefined
  /**
   * Called for every failure and loss: `status` is the HTTP status, or -1 where there was none; `error` says how many
   * events were lost (`dropped`). It may be called while a request is served, so it should be quick. @default none
   */
  onError?: ((status: number, message: string, error: HedgerowError) => void) | undefined
  /** Parts of the platform to replace: clock, timers, randomness, network, log. @default the platform's own */
  runtime?: Partial<Runtime> | undefined
}

/** `ClientOptions` after defaults and checks; nothing else reads defaults. */
export interface ResolvedOptions {
  readonly token: string
  readonly host: string
  readonly flushAt: number
  readonly flushInterval: number
  readonly maxBatchSize: number
  readonly maxQueueSize: number
  readonly requestTimeout: number
  readonly fetchRetryCount: number
  readonly fetchRetryDelay: number
  readonly disableGeoip: boolean
  /** The caller asked for it, rather than taking the default: it then holds for requests with a known address too. */
  readonly geoipForcedOff: boolean
  readonly disableCompression: boolean
  readonly isServer: boolean
  readonly disabled: boolean
  readonly beforeSend: readonly BeforeSend[]
  readonly maxQueueBytes: number
  readonly maxBatchBytes: number
  readonly maxEventBytes: number
  readonly maxConcurrentRequests: number
  readonly logLevel: LogLevel
  readonly onError: ((status: number, message: string, error: HedgerowError) => void) | undefined
}

/** Resolved options, with the lines to log about values that were not taken as given. */
export interface Resolution {
  readonly options: ResolvedOptions
  readonly warnings: readonly string[]
  /** Why the client will do nothing; undefined when it works. */
  readonly disabledBecause: string | undefined
}

const defaultHost = 'https://us.i.posthog.com'
const logLevels: readonly LogLevel[] = ['debug', 'info', 'warn', 'error']
const longestTimerMs = 2_147_483_647

/**
 * Checks and completes the options once.
 *
 * @throws ConfigError for a wrong type, for a bad value of an option that posthog-node does not have, for a host that
 * is no URL, and for a project token given as the secret key.
 */
export function resolveOptions(token: unknown, given: ClientOptions): Resolution {
  if (typeof given !== 'object' || given === null) throw wrongType('options', 'an object', given)
  const warnings: string[] = []
  for (const name of Object.keys(given)) {
    if (!knownOptions.has(name)) warnings.push(`unknown option ${name} is ignored; check its spelling`)
  }
  checkSecretKey(given)
  const read = new OptionReader({ ...given }, warnings)
  const project = projectToken(token)
  const disabled = read.boolean('disabled', false)
  const flushAt = read.clamped('flushAt', 20, 1)
  const options: ResolvedOptions = {
    token: project.token,
    host: resolveHost(given.host),
    flushAt,
    flushInterval: read.clamped('flushInterval', 5000, 0, longestTimerMs),
    maxBatchSize: read.clamped('maxBatchSize', Math.max(flushAt, 100), 1),
    maxQueueSize: read.clamped('maxQueueSize', Math.max(flushAt, 10_000), 1),
    requestTimeout: read.clamped('requestTimeout', 10_000, 1, longestTimerMs),
    fetchRetryCount: read.clamped('fetchRetryCount', 3, 0),
    fetchRetryDelay: read.clamped('fetchRetryDelay', 1000, 0, longestTimerMs),
    disableGeoip: read.boolean('disableGeoip', true),
    geoipForcedOff: given.disableGeoip === true,
    disableCompression: read.boolean('disableCompression', false),
    isServer: read.boolean('isServer', true),
    disabled: disabled || project.problem !== undefined,
    beforeSend: read.functions<BeforeSend>('before_send'),
    maxQueueBytes: read.exact('maxQueueBytes', 64 * 1024 * 1024),
    maxBatchBytes: read.exact('maxBatchBytes', 4 * 1024 * 1024),
    maxEventBytes: read.exact('maxEventBytes', 1024 * 1024),
    maxConcurrentRequests: read.exact('maxConcurrentRequests', 2),
    logLevel: read.oneOf('logLevel', logLevels, 'warn'),
    onError: read.function<NonNullable<ClientOptions['onError']>>('onError'),
  }
  return { options, warnings, disabledBecause: disabled ? undefined : project.problem }
}

const knownOptions: ReadonlySet<string> = new Set<keyof ClientOptions>([
  'host',
  'secretKey',
  'personalApiKey',
  'flushAt',
  'flushInterval',
  'maxBatchSize',
  'maxQueueSize',
  'requestTimeout',
  'fetchRetryCount',
  'fetchRetryDelay',
  'disableGeoip',
  'disableCompression',
  'isServer',
  'disabled',
  'before_send',
  'fetch',
  'maxQueueBytes',
  'maxBatchBytes',
  'maxEventBytes',
  'maxConcurrentRequests',
  'logLevel',
  'onError',
  'runtime',
])

/** PostHog's own rule for a project token: at most 64 ASCII characters, and never a personal key. */
function projectToken(value: unknown): { token: string; problem: string | undefined } {
  const token = typeof value === 'string' ? value.trim() : ''
  const nothing = 'so nothing will be captured; pass the project token (phc_…) of your PostHog project'
  if (token === '') return { token, problem: `the project token is missing or blank, ${nothing}` }
  if (/^ph[xs]_/.test(token)) {
    return { token: '', problem: `the project token is a secret key (phx_ or phs_), ${nothing}` }
  }
  if (token.length > 64 || /[^\x21-\x7e]/.test(token)) {
    return {
      token: '',
      problem: `the project token is no token (at most 64 visible ASCII characters), ${nothing}`,
    }
  }
  return { token, problem: undefined }
}

function checkSecretKey(given: ClientOptions): void {
  for (const name of ['secretKey', 'personalApiKey'] as const) {
    const value: unknown = given[name]
    if (value === undefined || value === null) continue
    if (typeof value !== 'string') throw wrongType(name, 'a string', value)
    if (value.includes('phc_')) {
      throw new ConfigError(
        `${name} must be a secret key (phx_… or phs_…), got a project token (phc_…); project tokens are public and go into the first argument`,
      )
    }
  }
}

function resolveHost(value: unknown): string {
  const host = typeof value === 'string' ? value.trim().replace(/\/+$/, '') : ''
  if (host === '') return defaultHost
  if (/^https?:\/\/[^/]/i.test(host) && URL.canParse(host)) return host
  throw new ConfigError('host must be an absolute URL with its scheme, such as https://eu.i.posthog.com')
}

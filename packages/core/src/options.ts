import type { BeforeSend } from './before-send.ts'
import type { HedgerowError } from './errors.ts'
import type { FlagDefinitionCacheProvider } from './flag-definition-cache-provider.ts'
import type { Fetch, LogLevel, Runtime } from './runtime.ts'

/** Options of `HedgerowClient`. Names shared with posthog-node keep its meaning and unit. */
export interface ClientOptions {
  /** Where PostHog receives events, with its scheme. @default 'https://us.i.posthog.com' */
  host?: string | undefined
  /**
   * Secret key (`phx_…` or `phs_…`), with which flag definitions are fetched and evaluated in this process. It is sent
   * with requests for definitions and remote config alone. @default none
   */
  secretKey?: string | undefined
  /** Older name of `secretKey`, which wins when both are given. @default none */
  personalApiKey?: string | undefined
  /**
   * Queued events that start a background flush; at least 1. Where as many arrive again within 200 ms, they wait for its
   * end or a full batch, unless this is 1. @default 20
   */
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
  /** Whether the client starts out enabled; `enable()` and `disable()` change it. @default true */
  defaultOptIn?: boolean | undefined
  /** Which of PostHog's two capture protocols is spoken. @default the environment's POSTHOG_CAPTURE_MODE, else 'v0' */
  captureMode?: 'v0' | 'v1' | undefined
  /** Marks batches as an import of old events. @default false */
  historicalMigration?: boolean | undefined
  /** Cuts everything from `#` on off the URLs and paths of events. @default false */
  disable_capture_url_hashes?: boolean | undefined
  /** Further parts of user agents that mean a bot. @default [] */
  custom_blocked_useragents?: readonly string[] | undefined
  /** Captures a bot's `$pageview` as `$bot_pageview`. @default false */
  __preview_capture_bot_pageviews?: boolean | undefined
  /**
   * How long the process lives. A `serverless` one may be frozen after each response, so events are sent a moment after
   * the last capture instead of every `flushInterval`. @default 'serverless' with `waitUntil`, else 'server'
   */
  lifetime?: 'server' | 'serverless' | undefined
  /** The platform's way to stay alive for work after a response; called once for each burst of captures. @default none */
  waitUntil?: ((work: Promise<unknown>) => void) | undefined
  /** Milliseconds from the last capture of a burst to its flush. @default 50 */
  waitUntilDebounceMs?: number | undefined
  /** Milliseconds from the first capture of a burst to its flush, at most. @default 500 */
  waitUntilMaxWaitMs?: number | undefined
  /** Sees every event before it is queued; may change it, or refuse it by returning null. @default none */
  before_send?: BeforeSend | readonly BeforeSend[] | undefined
  /** Replaces `runtime.fetch`. @default the global fetch at each call */
  fetch?: Fetch | undefined
  /** Milliseconds between loads of the flag definitions; null loads them once. @default 30000, at least 100 */
  featureFlagsPollingInterval?: number | null | undefined
  /** Milliseconds that one flag request of the client may take; scopes have their own deadline. @default 3000 */
  featureFlagsRequestTimeoutMs?: number | undefined
  /** Further attempts of a flag request of the client. @default 1 */
  featureFlagsRequestMaxRetries?: number | undefined
  /** False: a secret key serves for remote config alone. @default true with a secret key, definitions or a cache provider */
  enableLocalEvaluation?: boolean | undefined
  /** What `onlyEvaluateLocally` is for calls that do not say. @default false */
  strictLocalEvaluation?: boolean | undefined
  /** Shares definitions between processes. @default none */
  flagDefinitionCacheProvider?: FlagDefinitionCacheProvider | undefined
  /** Definitions shipped with the application, in force until others arrive: the body that PostHog's endpoint gives. @default none */
  definitions?: unknown
  /** Names of the places that flags may be meant for; definitions for other places are left out. @default none */
  evaluationContexts?: readonly string[] | undefined
  /** Older name of `evaluationContexts`. @default none */
  evaluationEnvironments?: readonly string[] | undefined
  /** Sends `$feature_flag_called` when a flag is read. @default true */
  sendFeatureFlagEvent?: boolean | undefined
  /** Warns of snapshot reads that cannot mean anything, such as an unknown key in `only`. @default true */
  featureFlagsLogWarnings?: boolean | undefined
  /** Identities whose `$feature_flag_called` events are remembered, so as not to repeat them. @default 50000 */
  maxCacheSize?: number | undefined
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
  readonly secretKey: string | undefined
  /** Null: definitions are loaded once. */
  readonly featureFlagsPollingInterval: number | null
  readonly featureFlagsRequestTimeoutMs: number
  readonly featureFlagsRequestMaxRetries: number
  readonly evaluatesLocally: boolean
  readonly strictLocalEvaluation: boolean
  readonly flagDefinitionCacheProvider: FlagDefinitionCacheProvider | undefined
  readonly definitions: unknown
  readonly evaluationContexts: readonly string[]
  readonly sendFeatureFlagEvent: boolean
  readonly featureFlagsLogWarnings: boolean
  readonly maxCacheSize: number
  readonly disableGeoip: boolean
  /** The caller asked for it, rather than taking the default: it then holds for requests with a known address too. */
  readonly geoipForcedOff: boolean
  readonly disableCompression: boolean
  readonly isServer: boolean
  readonly disabled: boolean
  readonly defaultOptIn: boolean
  readonly captureMode: 'v0' | 'v1'
  readonly historicalMigration: boolean
  readonly cutsUrlHashes: boolean
  /** Lower case. */
  readonly ownBotTokens: readonly string[]
  readonly marksBotPageviews: boolean
  readonly lifetime: 'server' | 'serverless'
  readonly waitUntil: ((work: Promise<unknown>) => void) | undefined
  readonly waitUntilDebounceMs: number
  readonly waitUntilMaxWaitMs: number
  readonly beforeSend: readonly BeforeSend[]
  readonly maxQueueBytes: number
  readonly maxBatchBytes: number
  readonly maxEventBytes: number
  readonly maxConcurrentRequests: number
  readonly logLevel: LogLevel
  readonly onError: ((status: number, message: string, error: HedgerowError) => void) | undefined
}

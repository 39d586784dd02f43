import type { BeforeSend } from './before-send.ts'
import { ConfigError } from './errors.ts'
import type { FlagDefinitionCacheProvider } from './flag-definition-cache-provider.ts'
import { OptionReader, readOptions, wrongType } from './option-reader.ts'
import type { ClientOptions, ResolvedOptions } from './options.ts'
import { projectToken } from './project-token.ts'
import type { LogLevel, Runtime } from './runtime.ts'
import { completeRuntime } from './runtime/complete-runtime.ts'

/** Resolved options, with the lines to log about values that were not taken as given. */
export interface Resolution {
  readonly options: ResolvedOptions
  readonly runtime: Runtime
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
  return readOptions(() => resolve(token, given))
}

function resolve(token: unknown, given: ClientOptions): Resolution {
  if (typeof given !== 'object' || given === null) throw wrongType('options', 'an object', given)
  const warnings: string[] = []
  const read = new OptionReader({ ...given }, warnings)
  const runtime = completeRuntime(read.given('runtime'), read.given('fetch'))
  const secretKey =
    secretKeyFrom('secretKey', read.given('secretKey')) ??
    secretKeyFrom('personalApiKey', read.given('personalApiKey'))
  const provider = read.given('flagDefinitionCacheProvider')
  const definitions = read.given('definitions')
  if (provider !== undefined && !isCacheProvider(provider)) {
    throw wrongType(
      'flagDefinitionCacheProvider',
      'an object with the four methods of a cache provider',
      provider,
    )
  }
  const contexts = read.texts('evaluationContexts')
  const project = projectToken(token)
  const disabled = read.boolean('disabled', false)
  const waitUntil = read.function<NonNullable<ClientOptions['waitUntil']>>('waitUntil')
  const flushAt = read.clamped('flushAt', 20, 1)
  const options: ResolvedOptions = {
    token: project.token,
    host: resolveHost(read.given('host')),
    flushAt,
    flushInterval: read.clamped('flushInterval', 5000, 0, longestTimerMs),
    maxBatchSize: read.clamped('maxBatchSize', Math.max(flushAt, 100), 1),
    maxQueueSize: read.clamped('maxQueueSize', Math.max(flushAt, 10_000), 1),
    requestTimeout: read.clamped('requestTimeout', 10_000, 1, longestTimerMs),
    fetchRetryCount: read.clamped('fetchRetryCount', 3, 0),
    fetchRetryDelay: read.clamped('fetchRetryDelay', 1000, 0, longestTimerMs),
    secretKey,
    featureFlagsPollingInterval:
      read.given('featureFlagsPollingInterval') === null
        ? null
        : read.clamped('featureFlagsPollingInterval', 30_000, 100, longestTimerMs),
    featureFlagsRequestTimeoutMs: read.clamped('featureFlagsRequestTimeoutMs', 3000, 1, longestTimerMs),
    featureFlagsRequestMaxRetries: read.clamped('featureFlagsRequestMaxRetries', 1, 0),
    evaluatesLocally: read.boolean(
      'enableLocalEvaluation',
      secretKey !== undefined || provider !== undefined || definitions !== undefined,
    ),
    strictLocalEvaluation: read.boolean('strictLocalEvaluation', false),
    flagDefinitionCacheProvider: provider,
    definitions,
    evaluationContexts: contexts.length > 0 ? contexts : read.texts('evaluationEnvironments'),
    sendFeatureFlagEvent: read.boolean('sendFeatureFlagEvent', true),
    featureFlagsLogWarnings: read.boolean('featureFlagsLogWarnings', true),
    maxCacheSize: read.clamped('maxCacheSize', 50_000, 1),
    disableGeoip: read.boolean('disableGeoip', true),
    geoipForcedOff: given.disableGeoip === true,
    disableCompression: read.boolean('disableCompression', false),
    isServer: read.boolean('isServer', true),
    disabled: disabled || project.problem !== undefined,
    defaultOptIn: read.boolean('defaultOptIn', true),
    captureMode: read.oneOf(
      'captureMode',
      ['v0', 'v1'],
      runtime.env('POSTHOG_CAPTURE_MODE') === 'v1' ? 'v1' : 'v0',
    ),
    historicalMigration: read.boolean('historicalMigration', false),
    cutsUrlHashes: read.boolean('disable_capture_url_hashes', false),
    ownBotTokens: read.texts('custom_blocked_useragents').map((token) => token.toLowerCase()),
    marksBotPageviews: read.boolean('__preview_capture_bot_pageviews', false),
    lifetime: read.oneOf('lifetime', ['server', 'serverless'], waitUntil ? 'serverless' : 'server'),
    waitUntil,
    waitUntilDebounceMs: read.clamped('waitUntilDebounceMs', 50, 0, longestTimerMs),
    waitUntilMaxWaitMs: read.clamped('waitUntilMaxWaitMs', 500, 0, longestTimerMs),
    beforeSend: read.functions<BeforeSend>('before_send'),
    maxQueueBytes: read.exact('maxQueueBytes', 64 * 1024 * 1024),
    maxBatchBytes: read.exact('maxBatchBytes', 4 * 1024 * 1024),
    maxEventBytes: read.exact('maxEventBytes', 1024 * 1024),
    maxConcurrentRequests: read.exact('maxConcurrentRequests', 2),
    logLevel: read.oneOf('logLevel', logLevels, 'warn'),
    onError: read.function<NonNullable<ClientOptions['onError']>>('onError'),
  }
  for (const name of read.unread()) warnings.push(`unknown option ${name} is ignored; check its spelling`)
  return { options, runtime, warnings, disabledBecause: disabled ? undefined : project.problem }
}

function secretKeyFrom(name: string, value: unknown): string | undefined {
  if (value === undefined || value === null) return undefined
  if (typeof value !== 'string') throw wrongType(name, 'a string', value)
  if (value.includes('phc_')) {
    throw new ConfigError(
      `${name} must be a secret key (phx_… or phs_…), got a project token (phc_…); project tokens are public and go into the first argument`,
    )
  }
  return value.trim() || undefined
}

function isCacheProvider(value: unknown): value is FlagDefinitionCacheProvider {
  return (
    typeof value === 'object' &&
    value !== null &&
    ['getFlagDefinitions', 'shouldFetchFlagDefinitions', 'onFlagDefinitionsReceived', 'shutdown'].every(
      (name) => typeof (value as Record<string, unknown>)[name] === 'function',
    )
  )
}

function resolveHost(value: unknown): string {
  const host = typeof value === 'string' ? value.trim().replace(/\/+$/, '') : ''
  if (host === '') return defaultHost
  if (/^https?:\/\/[^/]/i.test(host) && URL.canParse(host)) return host
  throw new ConfigError('host must be an absolute URL with its scheme, such as https://eu.i.posthog.com')
}

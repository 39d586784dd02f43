import {
  type ClientOptions,
  ConfigError,
  type Hedgerow,
  type LogLevel,
  type RequestOptions,
} from '@hedgerow/core'
import type { AttachOptions } from '@hedgerow/core/adapter'
import type { FastifyRequest } from 'fastify'

/**
 * Options of the plugin beside those of its client. The `name` is also what the client is called on the app, and a route's
 * settings in its config.
 */
export interface HedgerowPluginSettings extends RequestOptions<FastifyRequest> {
  /** Milliseconds for the last requests to end and for sending what is left, when the app closes. @default 2000 */
  readonly shutdownTimeoutMs?: number | undefined
  /**
   * Milliseconds that the app may take longer to be ready because it waits for the first flag definitions; less than
   * Fastify's `pluginTimeout`. @default none: it does not wait
   */
  readonly waitForFlagsMs?: number | undefined
  readonly enabled?: true | undefined
}

/** Options with a client, which whoever created it shuts down. */
export interface WithClient extends HedgerowPluginSettings {
  readonly client: Hedgerow
  readonly token?: undefined
}

/** Options with a token and those of a client, which the plugin creates and shuts down. */
export interface WithToken extends HedgerowPluginSettings, Omit<ClientOptions, 'logLevel'> {
  /** Missing or blank gives a client that does nothing, after one logged line. */
  readonly token: string | undefined
  /** Least severe line that is logged. Fastify's `register` has an option of this name, which is never undefined. @default 'warn' */
  readonly logLevel?: LogLevel
  readonly client?: undefined
}

/** Switches Hedgerow off for the routes of the plugin in which it is registered again. */
export interface SwitchedOff {
  readonly enabled: false
  readonly name?: string | undefined
}

/** Options of the `hedgerow` plugin. */
export type HedgerowPluginOptions = WithClient | WithToken | SwitchedOff

/** Options with what only Fastify has taken off, and checked. */
export interface SplitOptions {
  readonly attach: AttachOptions<FastifyRequest>
  /** Undefined: the app does not wait. */
  readonly waitForFlagsMs: number | undefined
}

/** @throws ConfigError for an option that cannot work. */
export function splitPluginOptions(given: WithClient | WithToken): SplitOptions {
  const { enabled = true, waitForFlagsMs, ...others } = given
  if (typeof enabled !== 'boolean') throw new ConfigError('enabled must be true or false')
  if (waitForFlagsMs !== undefined && (!Number.isSafeInteger(waitForFlagsMs) || waitForFlagsMs < 1))
    throw new ConfigError(`waitForFlagsMs must be a whole number of at least 1, got ${waitForFlagsMs}`)
  return { attach: withoutRegisterOptions(others), waitForFlagsMs }
}

/** `register` hands its own options on to the plugin; those of routes mean nothing to one that has none. */
function withoutRegisterOptions<Options extends object>(options: Options): Options {
  const own: { prefix?: unknown; logSerializers?: unknown } & Options = { ...options }
  delete own.prefix
  delete own.logSerializers
  return own
}

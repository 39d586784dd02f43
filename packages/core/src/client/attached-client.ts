import { HedgerowClient } from '../client.ts'
import { ConfigError, type DeliveryReport } from '../errors.ts'
import type { Hedgerow } from '../hedgerow.ts'
import { OptionReader, readOptions } from '../option-reader.ts'
import type { ClientOptions } from '../options.ts'
import type { RequestLayer } from '../request/request-layer.ts'
import { type RequestOptions, requestOptionNames } from '../request/request-options.ts'
import { drainClient, shutDownClient } from './closing.ts'

/** How an adapter is given its client: one that the application made and shuts down, or what to make one of. */
export type ClientSource =
  | {
      /** The application's own client; it is flushed when the framework closes, and goes on working. */
      readonly client: Hedgerow
    }
  | ({
      /** Project token of a client that lives and ends with the framework. */
      readonly token: string | undefined
      readonly client?: undefined
    } & ClientOptions)

/** Everything that an adapter is registered with. `Carrier` is the framework's request. */
export type AttachOptions<Carrier = unknown> = ClientSource &
  RequestOptions<Carrier> & {
    /** Milliseconds for the last requests and for sending what is left, when the framework closes. @default 2000 */
    readonly shutdownTimeoutMs?: number | undefined
  }

/** A client in its place in a framework. */
export interface AttachedClient {
  readonly client: Hedgerow
  readonly layer: RequestLayer
  /**
   * To be called when the framework has stopped serving. Open scopes get half of the time to end, and end as aborted
   * then; in what remains the client sends what it holds, and is shut down if it was made here. Every call gets the
   * report of the first. Never rejects.
   */
  close(): Promise<DeliveryReport>
}

/**
 * The client that an adapter is registered with: the one given, or one made of the token.
 *
 * @throws ConfigError for an option of a client that cannot work, and where there is neither a client nor a token.
 */
export function clientFrom<Carrier>(options: AttachOptions<Carrier>): Hedgerow {
  const { client, shutdownTimeoutMs, ...others } = { ...options }
  closingTime(shutdownTimeoutMs) // before there is a client that nobody would shut down
  if (client !== undefined) {
    if (!isClient(client)) throw new ConfigError('client must be a HedgerowClient')
    return client
  }
  if (!('token' in others)) {
    throw new ConfigError('Hedgerow needs a client or a token; pass { client } or { token, … }')
  }
  const { token, ...settings } = others
  return new HedgerowClient(token, splitOptions(settings).ofClient)
}

/**
 * Makes or takes over the client that an adapter is registered with, and mounts it.
 *
 * @param client what stands in for the client of the options, and is closed as that would be.
 * @throws ConfigError for an option that cannot work, and where there is neither a client nor a token.
 */
export function attachClient<Carrier>(
  options: AttachOptions<Carrier>,
  client: Hedgerow = clientFrom(options),
): AttachedClient {
  const { client: given, shutdownTimeoutMs, ...others } = { ...options }
  const timeoutMs = closingTime(shutdownTimeoutMs)
  const isOwn = given === undefined
  const layer = client.requestLayer<Carrier>(isOwn ? splitOptions(others).ofRequests : others)
  const close = isOwn ? () => shutDownClient(client, [layer], timeoutMs) : () => drainClient(layer, timeoutMs)
  return { client, layer, close: once(close) }
}

/** @throws ConfigError for a time that is no whole number of at least 1. */
export function closingTime(shutdownTimeoutMs: number | undefined): number {
  return readOptions(() => new OptionReader({ shutdownTimeoutMs }, []).exact('shutdownTimeoutMs', 2000))
}

/** Tells the options of the request layer from those of the client; what is neither is left for the client to refuse. */
export function splitOptions(settings: object): { ofRequests: object; ofClient: object } {
  const isOfRequests = ([name]: readonly [string, unknown]) => requestOptionNames.includes(name)
  const entries = Object.entries(settings)
  return {
    ofRequests: Object.fromEntries(entries.filter(isOfRequests)),
    ofClient: Object.fromEntries(entries.filter((entry) => !isOfRequests(entry))),
  }
}

function isClient(given: Partial<Hedgerow> | null): boolean {
  return typeof given?.requestLayer === 'function'
}

function once<T>(work: () => T): () => T {
  let done: { readonly result: T } | undefined
  return () => {
    done ??= { result: work() }
    return done.result
  }
}

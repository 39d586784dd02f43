import type { Server } from 'node:http'
import type { DeliveryReport, Hedgerow } from '@hedgerow/core'
import { closingTime, shutDownClient } from '@hedgerow/core/adapter'
import { layersOf } from './mounts.ts'

/** Options of `shutdownWith`. */
export interface ShutdownOptions {
  /** Milliseconds for the last requests to end and for sending what is left, after the server has closed. @default 2000 */
  readonly shutdownTimeoutMs?: number
}

/**
 * Shuts the client down once the server has closed, so that the last requests' events are sent too, those of requests cut
 * off by the closing among them. Installs no signal handlers: closing the server stays yours.
 *
 * @returns what the last sending did, when the server has closed. Never rejects.
 * @throws ConfigError for a timeout that is no whole number of at least 1.
 * @example
 * const server = app.listen(3000)
 * shutdownWith(server, client)
 * process.once('SIGTERM', () => server.close())
 */
export function shutdownWith(
  server: Server,
  client: Hedgerow,
  options: ShutdownOptions = {},
): Promise<DeliveryReport> {
  const timeoutMs = closingTime(options.shutdownTimeoutMs)
  return new Promise((resolve) => {
    server.once('close', () => resolve(shutDownClient(client, layersOf(client), timeoutMs)))
  })
}

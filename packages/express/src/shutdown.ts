import type { Server } from 'node:http'
import { ConfigError, type DeliveryReport, type Hedgerow } from '@hedgerow/core'

/** Options of `shutdownWith`. */
export interface ShutdownOptions {
  /** Milliseconds for sending what is left, after the server has closed. @default 2000 */
  readonly shutdownTimeoutMs?: number
}

/**
 * Shuts the client down once the server has closed, so that the last requests' events are sent too. Installs no signal
 * handlers: closing the server stays yours.
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
  const { shutdownTimeoutMs = 2000 } = options
  if (!Number.isSafeInteger(shutdownTimeoutMs) || shutdownTimeoutMs < 1) {
    throw new ConfigError(`shutdownTimeoutMs must be a whole number of at least 1, got ${shutdownTimeoutMs}`)
  }
  return new Promise((resolve) => {
    server.once('close', () => resolve(client.shutdown(shutdownTimeoutMs)))
  })
}

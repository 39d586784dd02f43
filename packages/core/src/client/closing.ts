import type { DeliveryReport } from '../errors.ts'
import type { Hedgerow } from '../hedgerow.ts'
import type { RequestLayer } from '../request/request-layer.ts'

/**
 * Ends what a client still does for an application that has stopped serving, and shuts it down: open scopes get half of the
 * time to end by themselves. Never rejects.
 *
 * @param layers of this client, as far as the application has mounted them.
 */
export async function shutDownClient(
  client: Hedgerow,
  layers: readonly RequestLayer[],
  timeoutMs: number,
): Promise<DeliveryReport> {
  return client.shutdown(await endScopes(layers, timeoutMs))
}

/** As `shutDownClient`, for a client that others go on using: it is only flushed. */
export async function drainClient(layer: RequestLayer, timeoutMs: number): Promise<DeliveryReport> {
  return layer.drain(await endScopes([layer], timeoutMs))
}

/** @returns what is left of the time. */
async function endScopes(layers: readonly RequestLayer[], timeoutMs: number): Promise<number> {
  const [clock] = layers
  if (!clock) return timeoutMs
  const start = clock.now()
  await Promise.all(layers.map((layer) => layer.endScopes(timeoutMs / 2)))
  return Math.max(1, timeoutMs - Math.max(0, clock.now() - start))
}

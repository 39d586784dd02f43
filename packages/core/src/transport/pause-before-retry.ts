import type { Runtime } from '../runtime.ts'
import type { HttpResult } from './http-transport.ts'
import { pause } from './pause.ts'
import { retryDelayMs } from './retry.ts'
import { retryAfterMs } from './retry-after.ts'
import type { StopSignal } from './stop-signal.ts'

/** Waits after the `attempt`-th try (1 is the first) as long as backoff and the server's `Retry-After` ask; shorter when the signal stops. */
export function pauseBeforeRetry(
  runtime: Runtime,
  attempt: number,
  baseMs: number,
  result: HttpResult,
  signal: StopSignal,
): Promise<void> {
  const asked = result.status === undefined ? undefined : result.header('Retry-After')
  const delayMs = retryDelayMs(attempt, baseMs, () => runtime.random(), retryAfterMs(asked, runtime.now()))
  return pause(runtime, delayMs, signal)
}

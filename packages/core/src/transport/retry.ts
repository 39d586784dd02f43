const longestWaitMs = 30_000
const v1RetryableStatuses: ReadonlySet<number> = new Set([404, 408, 429, 500, 502, 503, 504])

/** Whether the same batch may be sent again after this status (protocol: 408, 429 and every server error). */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
}

/** The same for capture v1, which names its statuses one by one. */
export function isV1RetryableStatus(status: number): boolean {
  return v1RetryableStatuses.has(status)
}

/**
 * Milliseconds to wait after the `attempt`-th try (1 is the first): the base doubled each time, at most 30 s, of which
 * a random half is taken off so that many processes do not return together. Never below what the server asked for,
 * of which at most 30 s count.
 */
export function retryDelayMs(
  attempt: number,
  baseMs: number,
  random: () => number,
  serverAskedMs: number | undefined,
): number {
  const wait = Math.min(baseMs * 2 ** (attempt - 1), longestWaitMs)
  const jittered = wait / 2 + random() * (wait / 2)
  return Math.max(jittered, Math.min(serverAskedMs ?? 0, longestWaitMs))
}

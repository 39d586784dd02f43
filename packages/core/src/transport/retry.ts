const longestWaitMs = 30_000

/** Whether the same batch may be sent again after this status (protocol: 408, 429 and every server error). */
export function isRetryableStatus(status: number): boolean {
  return status === 408 || status === 429 || status >= 500
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

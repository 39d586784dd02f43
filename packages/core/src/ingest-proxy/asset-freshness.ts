/** However long upstream allows: a new version of the SDK must not take a day to arrive. */
const longestMs = 60 * 60 * 1000

/**
 * For how many milliseconds an answer may be given to everybody who asks for the same: what its `Cache-Control` says, less
 * the time that caches before us have had it, an hour at most; 0 for one that depends on who asks.
 */
export function freshnessOf(headers: Headers): number {
  const control = headers.get('cache-control')?.toLowerCase() ?? ''
  if (/(?:^|[,\s])(?:no-store|no-cache|private)\b/.test(control)) return 0
  if (!/^(?:\s*accept-encoding\s*,?)*$/i.test(headers.get('vary') ?? '')) return 0
  if ((headers.get('access-control-allow-origin') ?? '*') !== '*') return 0
  const seconds = secondsOf(control, 's-maxage') ?? secondsOf(control, 'max-age') ?? 0
  const age = Number(headers.get('age') ?? 0)
  const left = (seconds - (Number.isFinite(age) ? age : 0)) * 1000
  return Math.min(Math.max(left, 0), longestMs)
}

function secondsOf(control: string, directive: string): number | undefined {
  const seconds = new RegExp(`(?:^|[,\\s])${directive}="?(\\d+)`).exec(control)?.[1]
  return seconds === undefined ? undefined : Number(seconds)
}

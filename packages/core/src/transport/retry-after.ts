const weekday = /^(?:mon|tue|wed|thu|fri|sat|sun)/i
const asctime = /^[a-z]{3} [a-z]{3} [ \d]\d \d{2}:\d{2}:\d{2} \d{4}$/i

/**
 * Milliseconds that a `Retry-After` header asks for (RFC 9110, 10.2.3): whole seconds, or an HTTP date.
 * Undefined when absent, past, zero or malformed; `10 minutes` is malformed, not 10 seconds. Of a repeated
 * header (`60, 120`) the first counts.
 */
export function retryAfterMs(header: string | undefined, now: number): number | undefined {
  const value = header?.trim()
  if (!value) return undefined
  if (weekday.test(value)) return delayUntil(value, now)
  const seconds = value.split(',', 1)[0]?.trim() ?? ''
  if (!/^\d+$/.test(seconds)) return undefined
  const delay = Number(seconds) * 1000
  return delay > 0 ? delay : undefined
}

function delayUntil(date: string, now: number): number | undefined {
  // The asctime form carries no zone and means GMT; JavaScript would read it as local time.
  const at = Date.parse(asctime.test(date) ? `${date} GMT` : date)
  return at > now ? at - now : undefined
}

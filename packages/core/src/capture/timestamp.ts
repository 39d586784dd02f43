const isoDateTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.(\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * A caller's timestamp as UTC ISO-8601 text. Dates and texts with a zone become the same instant in UTC, keeping digits
 * finer than a millisecond; callers without types pass milliseconds since the epoch too. Unparseable text passes through
 * for the server to judge. Anything else is `now`.
 */
export function utcTimestamp(value: Date | string | undefined, now: number): string {
  if (typeof value === 'string') return utcFromText(value) ?? new Date(now).toISOString()
  // A Date of another realm, or of a fake clock, is no instance of this one's class.
  const time: unknown = typeof value?.getTime === 'function' ? value.getTime() : value
  return new Date(isRepresentable(time) ? time : now).toISOString()
}

function utcFromText(text: string): string | undefined {
  const trimmed = text.trim()
  if (trimmed === '') return undefined
  const match = isoDateTime.exec(trimmed)
  const time = Date.parse(trimmed)
  if (!match || !isRepresentable(time)) return text
  const finer = match[1]?.slice(3)
  const utc = new Date(time).toISOString()
  return finer ? `${utc.slice(0, -1)}${finer}Z` : utc
}

function isRepresentable(time: unknown): time is number {
  return typeof time === 'number' && Math.abs(time) <= 8.64e15
}

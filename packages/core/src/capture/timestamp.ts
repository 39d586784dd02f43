const isoDateTime = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(?::\d{2}(?:\.(\d+))?)?\s*(Z|[+-]\d{2}:?\d{2})?$/i

/**
 * A caller's timestamp as UTC ISO-8601 text. Dates and texts with a zone become the same instant in UTC, keeping digits
 * finer than a millisecond; callers without types pass milliseconds since the epoch too. Unparseable text passes through
 * for the server to judge. Anything else is `now`.
 */
export function utcTimestamp(value: Date | string | undefined, now: number): string {
  if (typeof value === 'string') return utcFromText(value) ?? isoText(now)
  // A Date of another realm, or of a fake clock, is no instance of this one's class.
  const time: unknown = typeof value?.getTime === 'function' ? value.getTime() : value
  return isoText(isRepresentable(time) ? time : now)
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

const dayMs = 86_400_000
/** From here to its end a year has four digits. */
const firstDay = Date.UTC(1970, 0, 1)
const lastDay = Date.UTC(9999, 11, 31)
const twoDigits = Array.from({ length: 100 }, (_, number) => String(number).padStart(2, '0'))

/** As `Date.prototype.toISOString` writes it, which takes twenty times as long. */
function isoText(ms: number): string {
  if (!(ms >= firstDay && ms < lastDay)) return new Date(ms).toISOString()
  const time = Math.trunc(ms)
  const days = Math.floor(time / dayMs)
  const rest = time - days * dayMs
  const seconds = Math.floor(rest / 1000)
  const minutes = Math.floor(seconds / 60)
  const clock = `${two(Math.floor(minutes / 60))}:${two(minutes % 60)}:${two(seconds % 60)}`
  const fraction = rest % 1000
  return `${dateText(days)}T${clock}.${fraction < 100 ? '0' : ''}${fraction < 10 ? '0' : ''}${fraction}Z`
}

/** The Gregorian calendar in years that begin with March, so that a leap day is the last one (Howard Hinnant's algorithm). */
function dateText(daysSince1970: number): string {
  const days = daysSince1970 + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra -
      Math.floor(dayOfEra / 1460) +
      Math.floor(dayOfEra / 36_524) -
      Math.floor(dayOfEra / 146_096)) /
      365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const day = dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1
  const month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9
  return `${yearOfEra + era * 400 + (month <= 2 ? 1 : 0)}-${two(month)}-${two(day)}`
}

function two(number: number): string {
  return twoDigits[number] ?? ''
}

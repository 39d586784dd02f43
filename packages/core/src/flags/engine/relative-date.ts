const relative = /^-?([0-9]+)([hdwmy])$/
const hour = 3_600_000
const lengths = { h: hour, d: 24 * hour, w: 7 * 24 * hour } as const

/** A date as a distance back from now, such as `7d` or `-3m`; the sign means nothing. */
export interface RelativeDate {
  readonly amount: number
  readonly unit: 'h' | 'd' | 'w' | 'm' | 'y'
}

/** Reads a relative date of less than 10,000 units; undefined for any other text. */
export function parseRelativeDate(text: string): RelativeDate | undefined {
  const match = relative.exec(text)
  const amount = Number(match?.[1])
  // The pattern lets no other unit through.
  return amount < 10_000 ? { amount, unit: match![2] as RelativeDate['unit'] } : undefined
}

/** The instant so far before `now`, in milliseconds since 1970, by the calendar of UTC. */
export function instantBefore(now: number, { amount, unit }: RelativeDate): number {
  if (unit === 'm') return monthsBefore(now, amount)
  if (unit === 'y') return yearsBefore(now, amount)
  return now - amount * lengths[unit]
}

/** Goes back month by month, cutting the day where one is too short: March 31 - 2m is January 28 or 29. */
function monthsBefore(now: number, months: number): number {
  const date = new Date(now)
  const year = date.getUTCFullYear()
  const month = date.getUTCMonth()
  let day = date.getUTCDate()
  // Every month has 28 days, so nothing is cut below that.
  for (let step = 1; step <= months && day > 28; step++) {
    // Day 0 of a month is the last of the one before.
    day = Math.min(day, new Date(Date.UTC(year, month - step + 1, 0)).getUTCDate())
  }
  return date.setUTCFullYear(year, month - months, day)
}

/** February 29 becomes 28 at the first year back, whatever the year arrived at. */
function yearsBefore(now: number, years: number): number {
  const date = new Date(now)
  const month = date.getUTCMonth()
  const day = date.getUTCDate()
  const cut = years > 0 && month === 1 && day === 29 ? 28 : day
  return date.setUTCFullYear(date.getUTCFullYear() - years, month, cut)
}

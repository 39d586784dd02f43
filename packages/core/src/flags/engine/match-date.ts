import { no, unsupported, yes, type Outcome } from './outcome.ts'
import { instantBefore, parseRelativeDate } from './relative-date.ts'

/** Like a value test, at a moment: dates may be relative to it. */
export type MomentTest = (value: unknown, now: number) => Outcome

const latest = 8.64e15

/** The test of `is_date_before` (strictly before the filter's date) or `is_date_after`. */
export function dateTest(side: 'before' | 'after', filter: unknown, unreadable: Outcome): MomentTest {
  const bound = dateBound(filter)
  if (!bound) return () => unsupported
  return (value, now) => {
    // An invalid Date object is on no side of anything, where an invalid text is unreadable.
    const instant = isDate(value) ? value.getTime() : instantOf(value)
    if (instant === undefined) return unreadable
    return (side === 'before' ? instant < bound(now) : instant > bound(now)) ? yes : no
  }
}

/** By tag as well: a `Date` of another realm is no instance of ours. */
function isDate(value: unknown): value is Date {
  return value instanceof Date || Object.prototype.toString.call(value) === '[object Date]'
}

/** Whether a date filter can be read at all. */
export function isDateFilter(filter: unknown): boolean {
  return dateBound(filter) !== undefined
}

function dateBound(filter: unknown): ((now: number) => number) | undefined {
  if (typeof filter === 'boolean') return undefined
  const relative = parseRelativeDate(String(filter))
  if (!relative) {
    const instant = instantOf(filter)
    return instant === undefined ? undefined : () => instant
  }
  let computedFor = NaN
  let instant = NaN
  return (now) => {
    if (now !== computedFor) {
      computedFor = now
      instant = instantBefore(now, relative)
    }
    return instant
  }
}

/** What `new Date(value)` would hold, for texts and numbers alone; undefined when it is invalid. */
function instantOf(value: unknown): number | undefined {
  if (typeof value === 'string') {
    const instant = Date.parse(value)
    return Number.isNaN(instant) ? undefined : instant
  }
  return typeof value === 'number' && Math.abs(value) <= latest ? Math.trunc(value) : undefined
}

import { boundedText } from './bounded-text.ts'
import { propertyOf } from './property-of.ts'
import { stackFrames } from './stack-frames.ts'
import type { ExceptionFrame } from './stack-frames.ts'
import { TextBudget } from './text-budget.ts'
import { describeThrown } from './thrown-value.ts'
import type { ThrownValue } from './thrown-value.ts'

/** How an exception came to be reported. */
export interface Mechanism {
  readonly type: 'generic' | 'middleware'
  /** Whether the application dealt with it itself. */
  readonly handled: boolean
}

/** One entry of `$exception_list`. */
export interface ExceptionEntry {
  readonly type: string
  readonly value: string
  readonly mechanism: EntryMechanism
  readonly stacktrace?: { readonly type: 'raw'; readonly frames: readonly ExceptionFrame[] }
}

/** Place of an entry among the others; `synthetic` when it was no error, or its stack is the reporting code's. */
export type EntryMechanism = { readonly synthetic: boolean; readonly exception_id: number } & (
  | Mechanism
  | Link
)

/** What hangs an entry on another one. */
interface Link {
  readonly type: 'chained'
  readonly source: 'cause' | 'member'
  readonly parent_id: number
}

/** What an entry cannot learn from the thrown value. */
export interface ExceptionListOptions {
  readonly mechanism: Mechanism
  /** Stack of whoever reports, for a thrown value without one of its own. */
  readonly syntheticStack?: string | undefined
  /** Filenames become relative to it; undefined leaves them as the runtime names them. */
  readonly workingDirectory?: string | undefined
  /** Applied to every message; must not throw. */
  readonly scrubText: (text: string) => string
}

const maxEntries = 50
const longestType = 256
const longestValue = 8192
/** Only so much of a message is scrubbed at all: errors that carry whole documents exist. */
const longestScrubbed = 4 * longestValue
/** In units of JSON text. With the source lines, which have a bound of their own, an event stays below its 1 MiB. */
const maxListText = 128 * 1024

/**
 * Turns whatever was thrown into PostHog's `$exception_list`: the thrown value first, then its cause and the members
 * of an `AggregateError`, depth first, each error once. At most 50 entries and 128 Ki units of text: what goes beyond
 * loses outer frames first, then whole entries. Never throws.
 */
export function exceptionList(thrown: unknown, options: ExceptionListOptions): ExceptionEntry[] {
  const entries: ExceptionEntry[] = []
  const seen = new Set<object>()
  const budget = new TextBudget(maxListText)

  const add = (value: unknown, link: Link | undefined): void => {
    if (entries.length === maxEntries) return
    const described = describeThrown(value)
    const { error } = described
    if (error && seen.has(error)) return
    const id = entries.length
    const entry = entryOf(described, id, link, options, budget)
    if (!entry) return
    entries.push(entry)
    if (!error) return
    seen.add(error)
    const cause = propertyOf(error, 'cause')
    // Some error classes have a method of that name.
    if (cause !== undefined && cause !== null && typeof cause !== 'function') {
      add(cause, { type: 'chained', source: 'cause', parent_id: id })
    }
    for (const member of membersOf(error)) add(member, { type: 'chained', source: 'member', parent_id: id })
  }

  add(thrown, undefined)
  return entries
}

function entryOf(
  thrown: ThrownValue,
  id: number,
  link: Link | undefined,
  options: ExceptionListOptions,
  budget: TextBudget,
): ExceptionEntry | undefined {
  const type = boundedText(thrown.type, longestType)
  const value = boundedText(options.scrubText(boundedText(thrown.message, longestScrubbed)), longestValue)
  if (!budget.take([type, value])) return undefined
  const own = framesOf(thrown.trace, options)
  const borrowed = own.length === 0 && link === undefined ? framesOf(options.syntheticStack, options) : []
  const frames = innermostWithin(budget, borrowed.length > 0 ? borrowed : own)
  const synthetic = thrown.error === undefined || borrowed.length > 0
  return {
    type,
    value,
    mechanism: { ...(link ?? options.mechanism), synthetic, exception_id: id },
    ...(frames.length > 0 && { stacktrace: { type: 'raw', frames } }),
  }
}

function framesOf(trace: string | undefined, options: ExceptionListOptions): ExceptionFrame[] {
  return trace === undefined ? [] : stackFrames(trace, options.workingDirectory)
}

function innermostWithin(budget: TextBudget, frames: readonly ExceptionFrame[]): readonly ExceptionFrame[] {
  let first = frames.length
  while (first > 0 && budget.take(frames[first - 1])) first--
  return frames.slice(first)
}

/** `errors` of other classes hold anything, rejected form fields for instance. */
function membersOf(error: object): unknown[] {
  if (!isAggregate(error)) return []
  const errors = propertyOf(error, 'errors')
  if (typeof errors !== 'object' || errors === null) return []
  const length = propertyOf(errors, 'length')
  const count = typeof length === 'number' ? Math.min(length, maxEntries) : 0
  return Array.from({ length: count }, (_, index) => propertyOf(errors, index))
}

function isAggregate(error: object): boolean {
  try {
    return error instanceof AggregateError || propertyOf(error, 'name') === 'AggregateError'
  } catch {
    return false
  }
}

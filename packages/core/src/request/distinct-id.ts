import { isUuid } from '../runtime/uuid.ts'

const longestId = 200

/** Texts that stand for nobody, in lower case; taken as ids they would make one person of many visitors. */
const meaningless: ReadonlySet<string> = new Set([
  '',
  '0',
  '-1',
  'anonymous',
  'distinct_id',
  'distinctid',
  'email',
  'false',
  'guest',
  'id',
  'infinity',
  '-infinity',
  'nan',
  'nil',
  'none',
  'not_authenticated',
  'null',
  'test',
  'true',
  'undefined',
  'unknown',
  'user',
  '[object object]',
  '[object promise]',
  '00000000-0000-0000-0000-000000000000',
  'ffffffff-ffff-ffff-ffff-ffffffffffff',
])

/**
 * A value as a distinct id, or undefined when it cannot be one: not text, blank, over 200 characters, with control
 * characters, or a text such as `null` that means nobody. Finite numbers other than zero become text.
 */
export function usableDistinctId(value: unknown): string | undefined {
  // Most ids are, and need no closer look; the few that mean nobody begin like these two.
  if (isUuid(value) && !value.startsWith('00000000') && !/^f{8}/i.test(value)) return value
  return distinctIdProblem(value) === undefined ? String(value).trim() : undefined
}

/** Why a value cannot be a distinct id, as the end of the sentence "an id that …"; undefined when it can. */
export function distinctIdProblem(value: unknown): string | undefined {
  if (typeof value === 'number') {
    return Number.isFinite(value) && value !== 0 ? undefined : 'is zero or no finite number'
  }
  if (typeof value !== 'string') return 'is no text'
  const id = value.trim()
  if (id === '') return 'is blank'
  if (id.length > longestId) return `is longer than ${longestId} characters`
  if (/[\0-\x1f\x7f-\x9f]/.test(id)) return 'contains control characters'
  return meaningless.has(withoutQuotes(id).toLowerCase())
    ? 'stands for nobody, as "null" and "guest" do'
    : undefined
}

/** What was turned into JSON once too often means as little. */
function withoutQuotes(id: string): string {
  return /^(["'])(.*)\1$/.exec(id)?.[2] ?? id
}

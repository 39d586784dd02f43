const longestId = 200

/** Texts that stand for nobody; taken as ids they would make one person of many visitors. */
const meaningless: ReadonlySet<string> = new Set([
  '0',
  '-1',
  'anonymous',
  'distinct_id',
  'distinctid',
  'email',
  'false',
  'guest',
  'id',
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
])

/**
 * A value as a distinct id, or undefined when it cannot be one: not text, blank, over 200 characters, with control
 * characters, or a text such as `null` that means nobody. Finite numbers other than zero become text.
 */
export function usableDistinctId(value: unknown): string | undefined {
  if (typeof value === 'number') return Number.isFinite(value) && value !== 0 ? String(value) : undefined
  if (typeof value !== 'string') return undefined
  const id = value.trim()
  if (id === '' || id.length > longestId || /[\0-\x1f\x7f-\x9f]/.test(id)) return undefined
  return meaningless.has(id.toLowerCase()) ? undefined : id
}

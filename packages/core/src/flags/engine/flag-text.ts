/**
 * Text of a value as the `exact` operator compares it: JSON with sorted keys, strings bare. Undefined where no text is
 * certain to be the server's: integers (`30` and `30.0` are one number here and two texts there), numbers and objects
 * that JSON cannot hold, unpaired surrogates, cycles.
 */
export function flagText(value: unknown): string | undefined {
  if (typeof value === 'string') return isWellFormed(value) ? value : undefined
  return jsonText(value, [])
}

/** Whether JSON can hold the value: unlike `flagText`, integers are fine. */
export function isJsonValue(value: unknown): boolean {
  return isJson(value, [])
}

/** Whether every surrogate of a text belongs to a pair. */
export function isWellFormed(text: string): boolean {
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit < 0xd800 || unit > 0xdfff) continue
    if (unit > 0xdbff) return false
    const next = text.charCodeAt(++at)
    // NaN past the end fails both comparisons.
    if (!(next >= 0xdc00 && next <= 0xdfff)) return false
  }
  return true
}

function jsonText(value: unknown, parents: object[]): string | undefined {
  switch (typeof value) {
    case 'string':
      return isWellFormed(value) ? JSON.stringify(value) : undefined
    case 'boolean':
      return String(value)
    case 'number':
      return Number.isFinite(value) && !Number.isInteger(value) ? String(value) : undefined
    case 'object': {
      if (value === null) return 'null'
      if (parents.includes(value)) return undefined
      parents.push(value)
      const text = Array.isArray(value) ? arrayText(value, parents) : objectText(value, parents)
      parents.pop()
      return text
    }
    default:
      return undefined
  }
}

function arrayText(array: readonly unknown[], parents: object[]): string | undefined {
  const items: string[] = []
  for (let index = 0; index < array.length; index++) {
    const text = index in array ? jsonText(array[index], parents) : 'null'
    if (text === undefined) return undefined
    items.push(text)
  }
  return `[${items.join(',')}]`
}

function objectText(object: object, parents: object[]): string | undefined {
  if (!isPlain(object)) return undefined
  const keys = Object.keys(object)
  if (!keys.every(isWellFormed)) return undefined
  const members: string[] = []
  for (const key of keys.sort(byCodePoint)) {
    const text = jsonText((object as Record<string, unknown>)[key], parents)
    if (text === undefined) return undefined
    members.push(`${JSON.stringify(key)}:${text}`)
  }
  return `{${members.join(',')}}`
}

function isJson(value: unknown, parents: object[]): boolean {
  if (value === null || typeof value === 'boolean') return true
  if (typeof value === 'string') return isWellFormed(value)
  if (typeof value === 'number') return Number.isFinite(value)
  if (typeof value !== 'object' || parents.includes(value)) return false
  parents.push(value)
  const holds = Array.isArray(value)
    ? // Skips holes, which JSON writes as null.
      !value.some((item) => !isJson(item, parents))
    : isPlain(value) &&
      Object.entries(value).every(([key, item]) => isWellFormed(key) && isJson(item, parents))
  parents.pop()
  return holds
}

/** Of any realm: what `fetch` parsed in a sandbox (Next.js on the edge, a test runner) has another `Object.prototype`. */
function isPlain(object: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(object)
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null
}

/** Order by code points, where comparing strings goes by UTF-16 units and puts U+FFFF after every surrogate pair. */
function byCodePoint(left: string, right: string): number {
  let at = 0
  while (at < left.length && left.charCodeAt(at) === right.charCodeAt(at)) at++
  // A difference inside a pair: both halves before it are equal, so the trailing units order as the code points do.
  const first = left.codePointAt(at) ?? -1
  const second = right.codePointAt(at) ?? -1
  return first - second
}

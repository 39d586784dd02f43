import { isError } from './is-error.ts'
import { unserializable } from './own-members.ts'

/** Thrown inside serialisation when the text would certainly exceed its bound. */
const tooLarge = { name: 'too large' }
const deepest = 200

/** JSON text of any value, or why there is none. `undefined` means that JSON has no such value (a function, a symbol). */
export type SerializedValue =
  | { readonly json: string | undefined; readonly tooLarge?: never }
  | { readonly tooLarge: object; readonly json?: never }

/**
 * Serialises whatever a caller passed, without ever throwing: BigInt becomes decimal text, an `Error` its name, message
 * and stack, a cycle `[Circular]`, a value whose getter or `toJSON` throws `[Unserializable]`; functions and symbols are
 * left out. Gives up early once more than `maxBytes` are certain.
 */
export function serialize(value: unknown, maxBytes: number): SerializedValue {
  try {
    const repaired = () => JSON.stringify(jsonMember({ value }, 'value', [], { left: maxBytes }))
    return plainJson(value, maxBytes) ?? { json: repaired() }
  } catch (thrown) {
    return thrown === tooLarge ? { tooLarge } : { json: JSON.stringify(unserializable) }
  }
}

/**
 * JSON text of ours with lone surrogates replaced by U+FFFD. `JSON.stringify` escapes them, and strict readers refuse the
 * whole batch for one.
 */
export function withoutLoneSurrogates(json: string): string {
  if (!json.includes('\\ud')) return json
  // Escapes are read one by one, so that a backslash that is escaped itself begins none.
  return json.replaceAll(/\\(?:u(d[89a-f][0-9a-f]{2})|.)/g, (escape, surrogate) =>
    surrogate ? '\\ufffd' : escape,
  )
}

/** UTF-8 length of a text without lone surrogates, such as every JSON text. */
export function utf8Length(text: string): number {
  if (!/[^\0-\x7f]/.test(text)) return text.length
  let bytes = text.length
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    // A surrogate pair is four bytes for two units: one more for each half.
    if (code > 0x7ff && (code < 0xd800 || code > 0xdfff)) bytes += 2
    else if (code > 0x7f) bytes += 1
  }
  return bytes
}

interface Budget {
  left: number
}

/**
 * Every unit of text is at least one byte and every value at least one character, so the bound is not reached too
 * early. (By the name of a member that is left out it may be, which takes a million of them.)
 */
function spend(budget: Budget, bytes: number): void {
  budget.left -= bytes
  if (budget.left < 0) throw tooLarge
}

/**
 * The short way; undefined where something needs repair or throws when looked at, such as a getter or a proxy, and
 * where it seems too large: that may be a cycle, gone round many times.
 */
function plainJson(value: unknown, maxBytes: number): SerializedValue | undefined {
  try {
    return isPlain(value, { left: maxBytes }, 0) ? { json: JSON.stringify(value) } : undefined
  } catch {
    return undefined
  }
}

/** True when `JSON.stringify` alone gives the right text: nothing in it needs repair. Most events are like that. */
function isPlain(value: unknown, budget: Budget, depth: number): boolean {
  switch (typeof value) {
    case 'string':
      spend(budget, value.length)
      return true
    case 'number':
    case 'boolean':
    case 'undefined':
      spend(budget, 1)
      return true
    case 'object':
      return value === null || isPlainObject(value, budget, depth)
    default:
      return false
  }
}

function isPlainObject(value: object, budget: Budget, depth: number): boolean {
  if (depth > deepest || 'toJSON' in value) return false
  if (Array.isArray(value)) {
    spend(budget, value.length)
    return value.every((item) => isPlain(item, budget, depth + 1))
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype !== Object.prototype && prototype !== null) return false
  for (const [key, item] of Object.entries(value)) {
    spend(budget, key.length)
    if (!isPlain(item, budget, depth + 1)) return false
  }
  return true
}

/** A copy that `JSON.stringify` handles; the slow path, taken for values that need repair. */
function jsonValue(given: unknown, ancestors: object[], budget: Budget): unknown {
  const value = converted(given, budget)
  if (typeof value === 'bigint') return value.toString()
  if (typeof value === 'function' || typeof value === 'symbol') return undefined
  spend(budget, typeof value === 'string' ? value.length : 1)
  if (typeof value !== 'object' || value === null) return value
  if (ancestors.includes(value)) return '[Circular]'
  if (ancestors.length > deepest) return '[Too deep]'
  ancestors.push(value)
  try {
    return jsonObject(value, ancestors, budget)
  } finally {
    ancestors.pop()
  }
}

function jsonObject(value: object, ancestors: object[], budget: Budget): unknown {
  if (isError(value)) return jsonMembers(errorMembers(value), ancestors, budget)
  if (!Array.isArray(value)) return jsonMembers(value, ancestors, budget)
  spend(budget, value.length)
  return Array.from(value, (_, index) => jsonMember(value, index, ancestors, budget))
}

/** What a value makes of itself with `toJSON`, once, as `JSON.stringify` does it; an `Error` keeps its own form. */
function converted(value: unknown, budget: Budget): unknown {
  if (typeof value !== 'object' || value === null || isError(value)) return value
  // Before `Buffer.toJSON` makes an array of its bytes: each of them takes at least one character.
  if (ArrayBuffer.isView(value)) spend(budget, 'length' in value ? Number(value.length) : 0)
  return 'toJSON' in value && typeof value.toJSON === 'function' ? value.toJSON() : value
}

function jsonMembers(value: object, ancestors: object[], budget: Budget): Record<string, unknown> {
  const members: [string, unknown][] = []
  for (const key of Object.keys(value)) {
    spend(budget, key.length)
    members.push([key, jsonMember(value, key, ancestors, budget)])
  }
  // `fromEntries` defines own members, so that a key `__proto__` stays data.
  return Object.fromEntries(members)
}

function jsonMember(owner: object, key: string | number, ancestors: object[], budget: Budget): unknown {
  try {
    return jsonValue((owner as Record<string | number, unknown>)[key], ancestors, budget)
  } catch (thrown) {
    if (thrown === tooLarge) throw thrown
    return unserializable
  }
}

function errorMembers(error: Error): { name: unknown; message: unknown; stack: unknown } {
  return { name: error.name, message: error.message, stack: error.stack }
}

import { isJsonRecord } from './json-record.ts'

/** Says what is wrong with a value, in a sentence that begins with its place; undefined: nothing is. */
export type Shape = (value: unknown, place: string) => string | undefined

/** A value that passes a test. @param expected completes "must be". */
export function valueThat(expected: string, passes: (value: unknown) => boolean): Shape {
  return (value, place) => (passes(value) ? undefined : mustBe(place, expected, value))
}

/** One of a few texts. */
export function oneOf(texts: readonly string[]): Shape {
  return (value, place) => {
    if (typeof value === 'string' && texts.includes(value)) return undefined
    const expected = `one of ${texts.map((text) => JSON.stringify(text)).join(', ')}`
    return typeof value === 'string'
      ? `${place} must be ${expected}, got ${JSON.stringify(value.slice(0, 40))}`
      : mustBe(place, expected, value)
  }
}

/** What a shape allows, or `null`. */
export function nullOr(shape: Shape): Shape {
  return (value, place) => (value === null ? undefined : shape(value, place))
}

/** An array whose items have one shape. */
export function listOf(item: Shape): Shape {
  return (value, place) =>
    Array.isArray(value)
      ? firstProblem(value.map((member, index) => () => item(member, `${place}[${index}]`)))
      : mustBe(place, 'an array', value)
}

/** An object whose keys are not fixed, and whose members have one shape. */
export function mapOf(member: Shape, checkKey: (key: string) => string | undefined = () => undefined): Shape {
  return (value, place) => {
    if (!isJsonRecord(value)) return mustBe(place, 'an object', value)
    return firstProblem(
      Object.entries(value).map(([key, item]) => () => {
        const problem = checkKey(key)
        return problem === undefined ? member(item, placeIn(place, key)) : `${place} ${problem}`
      }),
    )
  }
}

/** An object with these members; those of `required` must be there. Others are not looked at. */
export function recordOf(optional: Members, required: Members = {}): Shape {
  return (value, place) => {
    if (!isJsonRecord(value)) return mustBe(place, 'an object', value)
    const check = (name: string, shape: Shape) => () =>
      shape(Object.hasOwn(value, name) ? value[name] : undefined, placeIn(place, name))
    return firstProblem([
      ...Object.entries(required).map(([name, shape]) => check(name, shape)),
      ...Object.entries(optional)
        .filter(([name]) => Object.hasOwn(value, name))
        .map(([name, shape]) => check(name, shape)),
    ])
  }
}

/** Shapes by the name of a member. */
export type Members = Readonly<Record<string, Shape>>

/** The sentence that refuses a value, of which it names the kind alone. */
export function mustBe(place: string, expected: string, value: unknown): string {
  return `${place} must be ${expected}, got ${kindOf(value)}`
}

/** How a message names a member: `flags.hero`, or `flags["new-checkout"]` where the key is no plain word. */
function placeIn(parent: string, key: string): string {
  if (!/^[$A-Z_a-z][\w$]*$/.test(key)) return `${parent}[${JSON.stringify(key)}]`
  return parent === '' ? key : `${parent}.${key}`
}

function firstProblem(checks: ReadonlyArray<() => string | undefined>): string | undefined {
  for (const check of checks) {
    const problem = check()
    if (problem !== undefined) return problem
  }
  return undefined
}

function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return 'an array'
  if (typeof value === 'number') return `the number ${value}`
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

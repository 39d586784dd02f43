import { DevServerError } from './dev-server-error.ts'
import { isJsonRecord } from './json-record.ts'

/** What a flag says to everybody: on, off, or one variant. */
export type FlagValue = boolean | string

/**
 * The content of `hedgerow.flags.json`.
 *
 * @example
 * const file: FlagFile = { flags: { 'new-checkout': true, hero: 'b', old: false } }
 */
export interface FlagFile {
  readonly flags: Readonly<Record<string, FlagValue>>
}

/** Flags in the order of the file; a flag's position is its identity. */
export type FlagSet = ReadonlyMap<string, FlagValue>

/**
 * Checks a flags file that is already parsed JSON.
 *
 * @param source names the file in messages.
 * @throws DevServerError with code `invalid-flags`, naming the first key that is wrong.
 */
export function flagSetFromFile(file: unknown, source: string): FlagSet {
  const fail = (problem: string): never => {
    throw new DevServerError('invalid-flags', `${source}: ${problem}`)
  }
  if (!isJsonRecord(file)) return fail(`must be an object with the key "flags", got ${kindOf(file)}`)
  for (const key of Object.keys(file)) {
    if (key !== 'flags') fail(`unknown key ${JSON.stringify(key)}; the only key is "flags"`)
  }
  if (!Object.hasOwn(file, 'flags')) return fail('must have the key "flags"')
  const flags = file['flags']
  if (!isJsonRecord(flags)) {
    return fail(
      `"flags" must be an object of flag keys, each true, false or a variant name, got ${kindOf(flags)}`,
    )
  }
  return new Map(
    Object.entries(flags).map(([key, value]) => {
      if (key === '') return fail('a flag key in "flags" must not be empty')
      if (isFlagValue(value)) return [key, value]
      return fail(
        `flag ${JSON.stringify(key)} must be true, false or a non-empty variant name, got ${kindOf(value)}`,
      )
    }),
  )
}

function isFlagValue(value: unknown): value is FlagValue {
  return typeof value === 'boolean' || (typeof value === 'string' && value !== '')
}

function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === '') return 'an empty string'
  if (Array.isArray(value)) return 'an array'
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`
}

import type { FlagResult, FlagValue } from '../flag-snapshot.ts'
import { absent } from './evaluated-flags.ts'
import type { FlagResults } from './flag-source.ts'
import { GatheredResults } from './gathered-results.ts'

/** Values by flag key; undefined makes the flag unknown. */
export type FlagOverrideValues = Readonly<Record<string, FlagValue | undefined>>

/**
 * What `overrideFeatureFlags` takes: `false` clears everything; a list turns flags on; an object sets values; `flags` and
 * `payloads` set both kinds, each cleared by `false`.
 */
export type FlagOverridesInput =
  | false
  | readonly string[]
  | FlagOverrideValues
  | {
      readonly flags?: false | readonly string[] | FlagOverrideValues
      readonly payloads?: false | Readonly<Record<string, unknown>>
    }

/** Values that the application sets itself, above every evaluation; for tests and development. */
export class FlagOverrides {
  #values: ReadonlyMap<string, FlagValue | undefined> = new Map()
  #payloads: ReadonlyMap<string, unknown> = new Map()

  set(input: FlagOverridesInput): void {
    if (input === false) return this.#clear()
    if (!isByKind(input)) {
      // What is no collection by kind is a list or an object of values.
      this.#values = valuesFrom(input as readonly string[] | FlagOverrideValues)
      return
    }
    const { flags, payloads } = input
    if (flags !== undefined) this.#values = flags === false ? new Map() : valuesFrom(flags)
    if (payloads !== undefined) this.#payloads = new Map(payloads === false ? [] : Object.entries(payloads))
  }

  /** Whether the flag's value is set, to whatever; undefined counts. */
  has(key: string): boolean {
    return this.#values.has(key)
  }

  /** Whether the flag's payload is set, to whatever. */
  hasPayload(key: string): boolean {
    return this.#payloads.has(key)
  }

  payload(key: string): unknown {
    return this.#payloads.get(key)
  }

  /** The result with its overrides; the same object when there are none. */
  apply(key: string, result: FlagResult | undefined): FlagResult | undefined {
    if (!this.#values.has(key) && !this.#payloads.has(key)) return result
    const overridden = this.#values.has(key)
      ? { ...absent(key, 'override'), value: this.#values.get(key) }
      : result
    if (!overridden || !this.#payloads.has(key)) return overridden
    return { ...overridden, payload: this.#payloads.get(key) }
  }

  /** All results with their overrides; of flags that are only set, those of `keys` alone. @param keys default all */
  over(results: FlagResults, keys?: readonly string[]): FlagResults {
    if (this.#values.size === 0 && this.#payloads.size === 0) return results
    const set = keys ? keys.filter((key) => this.#values.has(key)) : this.#values.keys()
    const merged = new Map<string, FlagResult>()
    for (const key of new Set([...results.keys(), ...set])) {
      const result = this.apply(key, results.get(key))
      if (result) merged.set(key, result)
    }
    return new GatheredResults(merged, results)
  }

  #clear(): void {
    this.#values = new Map()
    this.#payloads = new Map()
  }
}

function valuesFrom(
  input: readonly string[] | FlagOverrideValues,
): ReadonlyMap<string, FlagValue | undefined> {
  return isList(input) ? new Map(input.map((key) => [key, true])) : new Map(Object.entries(input))
}

/** A flag may itself be called `flags` or `payloads`: then its value is a value, and neither collection nor `false`. */
function isByKind(input: object): input is {
  flags?: false | readonly string[] | FlagOverrideValues
  payloads?: false | Readonly<Record<string, unknown>>
} {
  if (Array.isArray(input)) return false
  const entries: [string, unknown][] = Object.entries(input).filter(([, value]) => value !== undefined)
  return (
    entries.length > 0 &&
    Object.keys(input).every((name) => name === 'flags' || name === 'payloads') &&
    entries.every(([, value]) => value === false || (typeof value === 'object' && value !== null))
  )
}

function isList(input: readonly string[] | FlagOverrideValues): input is readonly string[] {
  return Array.isArray(input)
}

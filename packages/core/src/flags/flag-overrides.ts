import type { FlagResult, FlagValue } from '../flag-snapshot.ts'
import type { FlagResults } from './flag-source.ts'
import { overridden, OverriddenResults, type OverrideTables } from './overridden-results.ts'

/** Values by flag key; undefined makes the flag unknown. */
export type FlagOverrideValues = Readonly<Record<string, FlagValue | undefined>>

/**
 * What `overrideFeatureFlags` takes: `false` clears everything; a list turns flags on; an object sets values; `flags` and
 * `payloads` set both kinds, each cleared by `false`.
 */
export type FlagOverridesInput = false | readonly string[] | FlagOverrideValues | OverridesByKind

interface OverridesByKind {
  readonly flags?: false | readonly string[] | FlagOverrideValues
  readonly payloads?: false | Readonly<Record<string, unknown>>
}

/** Values that the application sets itself, above every evaluation; for tests and development. */
export class FlagOverrides {
  #tables: OverrideTables = nothing

  set(input: FlagOverridesInput): void {
    if (input === false) this.#tables = nothing
    else if (isByKind(input)) this.#setByKind(input)
    else this.#tables = { ...this.#tables, values: valuesFrom(input) }
  }

  /** Whether the flag's value is set, to whatever; undefined counts. */
  has(key: string): boolean {
    return this.#tables.values.has(key)
  }

  /** Whether the flag's payload is set, to whatever. */
  hasPayload(key: string): boolean {
    return this.#tables.payloads.has(key)
  }

  payload(key: string): unknown {
    return this.#tables.payloads.get(key)
  }

  /** The result with its overrides; the same object when there are none. */
  apply(key: string, result: FlagResult | undefined): FlagResult | undefined {
    return this.#isEmpty ? result : overridden(key, result, this.#tables)
  }

  /** All results with their overrides; of flags that are only set, those of `keys` alone. @param keys default all */
  over(results: FlagResults, keys?: readonly string[]): FlagResults {
    if (this.#isEmpty) return results
    const { values, payloads } = this.#tables
    const set = keys?.filter((key) => values.has(key)).map((key) => [key, values.get(key)] as const)
    return new OverriddenResults(results, { values: set ? new Map(set) : values, payloads })
  }

  get #isEmpty(): boolean {
    return this.#tables.values.size === 0 && this.#tables.payloads.size === 0
  }

  #setByKind({ flags, payloads }: OverridesByKind): void {
    if (flags !== undefined) {
      this.#tables = { ...this.#tables, values: flags === false ? nothing.values : valuesFrom(flags) }
    }
    if (payloads !== undefined) {
      this.#tables = {
        ...this.#tables,
        payloads: payloads === false ? nothing.payloads : new Map(Object.entries(payloads)),
      }
    }
  }
}

const nothing: OverrideTables = { values: new Map(), payloads: new Map() }

function valuesFrom(
  input: readonly string[] | FlagOverrideValues,
): ReadonlyMap<string, FlagValue | undefined> {
  return isList(input) ? new Map(input.map((key) => [key, true])) : new Map(Object.entries(input))
}

/** A flag may itself be called `flags` or `payloads`: then its value is a value, and neither collection nor `false`. */
function isByKind(input: object): input is OverridesByKind {
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

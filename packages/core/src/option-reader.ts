import { ConfigError } from './errors.ts'

/** The error for an option whose value has the wrong type; names the type given, never the value. */
export function wrongType(name: string, expected: string, given: unknown): ConfigError {
  const plain = given === null || Number.isNaN(given)
  return new ConfigError(
    `${name} must be ${expected}, got ${plain ? String(given) : `a value of type ${typeof given}`}`,
  )
}

/** What `read` makes of options. A getter or proxy among them that throws is a `ConfigError` too, with that as its cause. */
export function readOptions<T>(read: () => T): T {
  try {
    return read()
  } catch (cause) {
    if (cause instanceof ConfigError) throw cause
    throw new ConfigError('options must be readable, but reading one of them threw; pass a plain object', {
      cause,
    })
  }
}

/** Reads options by name, giving defaults for absent ones and throwing `ConfigError` for those that cannot work. */
export class OptionReader {
  readonly #given: Readonly<Record<string, unknown>>
  readonly #warnings: string[]
  readonly #prefix: string
  readonly #names = new Set<string>()

  /** @param prefix what users write before the names, such as `flags.`. */
  constructor(given: Readonly<Record<string, unknown>>, warnings: string[], prefix = '') {
    this.#given = given
    this.#warnings = warnings
    this.#prefix = prefix
  }

  /** The value as it is, for checks of its own. */
  given(name: string): unknown {
    this.#names.add(name)
    return this.#given[name]
  }

  /** Names that were given and that nobody asked for. */
  unread(): string[] {
    return Object.keys(this.#given).filter((name) => !this.#names.has(name))
  }

  boolean(name: string, fallback: boolean): boolean {
    const value = this.given(name)
    if (value === undefined) return fallback
    if (typeof value !== 'boolean') throw wrongType(this.#prefix + name, 'true or false', value)
    return value
  }

  /** A number inherited from posthog-node, which accepts any: out of range it is moved into range, with a warning. */
  clamped(name: string, fallback: number, min: number, max: number = Number.MAX_SAFE_INTEGER): number {
    const value = this.given(name)
    if (value === undefined) return fallback
    if (typeof value !== 'number' || Number.isNaN(value))
      throw wrongType(this.#prefix + name, 'a number', value)
    const used = Math.min(max, Math.max(min, Math.floor(value)))
    if (used !== value)
      this.#warnings.push(
        `${this.#prefix}${name} must be a whole number from ${min} to ${max}, got ${value}; using ${used}`,
      )
    return used
  }

  /** A number of our own: at least 1, or a boot error. */
  exact(name: string, fallback: number): number {
    const value = this.given(name)
    if (value === undefined) return fallback
    if (typeof value !== 'number') throw wrongType(this.#prefix + name, 'a whole number of at least 1', value)
    if (!Number.isSafeInteger(value) || value < 1) {
      throw new ConfigError(`${this.#prefix}${name} must be a whole number of at least 1, got ${value}`)
    }
    return value
  }

  oneOf<T extends string>(name: string, allowed: readonly T[], fallback: T): T {
    const value = this.given(name)
    if (value === undefined) return fallback
    const found = allowed.find((option) => option === value)
    if (found === undefined)
      throw new ConfigError(`${this.#prefix}${name} must be one of ${allowed.join(', ')}`)
    return found
  }

  function<T>(name: string): T | undefined {
    const value = this.given(name)
    if (value === undefined || value === null) return undefined
    if (typeof value !== 'function') throw wrongType(this.#prefix + name, 'a function', value)
    // Checked above to be a function; its parameters are the option's own declared type.
    return value as T
  }

  /** One function or several. */
  functions<T>(name: string): readonly T[] {
    const value = this.given(name)
    if (value === undefined || value === null) return []
    const list: readonly unknown[] = Array.isArray(value) ? value : [value]
    for (const item of list)
      if (typeof item !== 'function') throw wrongType(this.#prefix + name, 'a function', item)
    // Checked above to hold functions; their parameters are the option's own declared type.
    return list as readonly T[]
  }

  texts(name: string): readonly string[] {
    const value = this.given(name)
    if (value === undefined || value === null) return []
    if (!Array.isArray(value)) throw wrongType(this.#prefix + name, 'a list of texts', value)
    const list: readonly unknown[] = value
    for (const item of list)
      if (typeof item !== 'string') throw wrongType(this.#prefix + name, 'a list of texts', item)
    // Checked above to hold texts.
    return list as readonly string[]
  }
}

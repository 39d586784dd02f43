import type { CompiledRegex } from '../regex/portable-regex.ts'
import { CompiledStore } from './compiled-store.ts'
import type { PropertyFilter } from './flag-filters.ts'
import { propertyMatcher, type Matcher, type PropertyRules } from './match-property.ts'

/** Longer filters are lists that belong to one flag; their text would weigh as much as they do. */
const longestShared = 200

/** Compiles the filters of one set of definitions, each once. */
export class PropertyMatchers {
  readonly #rules: PropertyRules
  readonly #matchers = new CompiledStore<Matcher>()

  /** @param version `property_matching_version` of the definitions. */
  constructor(version: number | undefined) {
    this.#rules = { version, regexes: new CompiledStore<CompiledRegex>() }
  }

  of(filter: PropertyFilter): Matcher {
    const text = textOf(filter)
    const compile = () => propertyMatcher(filter, this.#rules)
    return text === undefined ? compile() : this.#matchers.get(text, compile)
  }
}

/** Text that only equal filters have; undefined where JSON cannot tell, or need not. */
function textOf({ key, operator, value }: PropertyFilter): string | undefined {
  const isExact = Array.isArray(value) ? value.every((item) => typeof item === 'string') : isScalar(value)
  const text = isExact ? JSON.stringify([key, operator, value]) : undefined
  return text === undefined || text.length > longestShared ? undefined : text
}

function isScalar(value: unknown): boolean {
  return value === null || typeof value === 'string' || typeof value === 'boolean' || Number.isFinite(value)
}

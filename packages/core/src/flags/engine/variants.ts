import type { FlagValue } from '../../flag-snapshot.ts'
import type { VariantDefinition } from './flag-filters.ts'

/** Variants as shares of the line from 0 to 1, in the order of the definition; whatever they leave free is no variant. */
export class Variants {
  readonly #keys: readonly string[]
  /** Where each share ends, and the next begins. */
  readonly #ends: readonly number[]

  constructor(definitions: readonly VariantDefinition[]) {
    let end = 0
    this.#keys = definitions.map(({ key }) => key)
    // Sums of doubles, not of percentages: whoever stands at a border must stay on the side where PostHog sees them.
    this.#ends = definitions.map(({ rolloutPercentage }) => (end += rolloutPercentage / 100))
  }

  has(key: string): boolean {
    return this.#keys.includes(key)
  }

  /** The variant at a point of the line: the first whose share ends beyond it; `true` where there is none. */
  at(point: number): FlagValue {
    for (let index = 0; index < this.#ends.length; index++) {
      if (point < this.#ends[index]!) return this.#keys[index]! || true
    }
    return true
  }
}

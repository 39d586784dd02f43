import type { FlagValue } from '../flag-snapshot.ts'

/** Exposures remembered of one identity; with more it starts anew, so that one identity cannot take all memory. */
const mostExposures = 1000

/**
 * Which `$feature_flag_called` events were sent, so that each is sent once per identity, flag, response and groups. It is
 * bounded: the identity that was not heard of for the longest time makes room.
 */
export class ExposureLog {
  readonly #maxIdentities: number
  /** Of each identity, the one heard of last at the end. */
  readonly #exposures = new Map<string, Set<string>>()

  constructor(maxIdentities: number) {
    this.#maxIdentities = maxIdentities
  }

  /** Remembers an exposure. @returns whether it is new, and thus to be sent. */
  claim(
    distinctId: string,
    key: string,
    response: FlagValue | undefined,
    groups: Readonly<Record<string, string | number>> | undefined,
  ): boolean {
    const exposures = this.#refresh(distinctId)
    const exposure = exposureOf(key, response, groups)
    if (exposures.has(exposure)) return false
    if (exposures.size >= mostExposures) exposures.clear()
    exposures.add(exposure)
    return true
  }

  /** Forgets everything. */
  clear(): void {
    this.#exposures.clear()
  }

  #refresh(distinctId: string): Set<string> {
    const exposures = this.#exposures.get(distinctId) ?? new Set()
    this.#exposures.delete(distinctId)
    this.#exposures.set(distinctId, exposures)
    if (this.#exposures.size > this.#maxIdentities) {
      const [oldest] = this.#exposures.keys()
      if (oldest !== undefined) this.#exposures.delete(oldest)
    }
    return exposures
  }
}

/** JSON, in which the variant `true` is not the value, and a key cannot look like another key with its response. */
function exposureOf(
  key: string,
  response: FlagValue | undefined,
  groups: Readonly<Record<string, string | number>> | undefined,
): string {
  const pairs = Object.entries(groups ?? {}).map(([type, group]) => [type, String(group)])
  // The same groups in another order are the same groups.
  pairs.sort(([one = ''], [other = '']) => (one < other ? -1 : 1))
  return JSON.stringify(pairs.length > 0 ? [key, response, pairs] : [key, response])
}

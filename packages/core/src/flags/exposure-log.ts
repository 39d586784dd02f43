import type { FlagValue } from '../flag-snapshot.ts'

/** Exposures remembered of one identity; with more it starts anew, so that one identity cannot take all memory. */
const mostExposures = 1000

/** A value that was sent; null for a flag that was undecided. */
type Response = FlagValue | null

/**
 * Which `$feature_flag_called` events were sent, so that each is sent once per identity, flag, response and groups. It is
 * bounded: the identity that was not heard of for the longest time makes room.
 */
export class ExposureLog {
  readonly #maxIdentities: number
  /** Of each identity, roughly in the order in which they were heard of. */
  readonly #identities = new Map<string, IdentityExposures>()
  #latestId: string | undefined
  #latest: IdentityExposures | undefined
  #moves = 0

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
    return this.#of(distinctId).claim(flagFor(key, groups), response ?? null)
  }

  /** Whether an exposure is remembered, so that there is nothing to claim. */
  has(
    distinctId: string,
    key: string,
    response: FlagValue | undefined,
    groups: Readonly<Record<string, string | number>> | undefined,
  ): boolean {
    return this.#of(distinctId).has(flagFor(key, groups), response ?? null)
  }

  /** Forgets everything. */
  clear(): void {
    this.#identities.clear()
    this.#latest = undefined
  }

  #of(distinctId: string): IdentityExposures {
    // A request reads its flags one after another, all for one identity.
    if (!this.#latest || this.#latestId !== distinctId) this.#latest = this.#refreshed(distinctId)
    this.#latestId = distinctId
    return this.#latest
  }

  #refreshed(distinctId: string): IdentityExposures {
    const known = this.#identities.get(distinctId)
    // A visitor who is among the last ones anyway need not be moved with each of their requests.
    if (known && this.#moves - known.movedAt <= this.#maxIdentities / 8) return known
    const exposures = known ?? new IdentityExposures()
    exposures.movedAt = ++this.#moves
    this.#identities.delete(distinctId)
    this.#identities.set(distinctId, exposures)
    if (this.#identities.size > this.#maxIdentities) {
      const [oldest] = this.#identities.keys()
      if (oldest !== undefined) this.#identities.delete(oldest)
    }
    return exposures
  }
}

/** What was sent about one identity. */
class IdentityExposures {
  /** By flag, the one response; a list, once there were several. */
  readonly #responses = new Map<string, Response | Response[]>()
  #count = 0
  /** When it was put at the end of the order, in moves. */
  movedAt = 0

  has(flag: string, response: Response): boolean {
    const sent = this.#responses.get(flag)
    return sent === response || (Array.isArray(sent) && sent.includes(response))
  }

  claim(flag: string, response: Response): boolean {
    if (this.has(flag, response)) return false
    if (this.#count >= mostExposures) this.#clear()
    const before = this.#responses.get(flag)
    this.#responses.set(flag, before === undefined ? response : [before, response].flat())
    this.#count++
    return true
  }

  #clear(): void {
    this.#responses.clear()
    this.#count = 0
  }
}

const noGroups = {}

/** The key itself, and together with groups a JSON text, which no key can be taken for. */
function flagFor(key: string, groups: Readonly<Record<string, string | number>> = noGroups): string {
  if (isEmpty(groups) && !key.startsWith('[')) return key
  const types = Object.keys(groups).toSorted() // the same groups in another order are the same groups
  return JSON.stringify([key, types.map((type) => [type, String(groups[type])])])
}

function isEmpty(groups: object): boolean {
  for (const type in groups) if (Object.hasOwn(groups, type)) return false
  return true
}

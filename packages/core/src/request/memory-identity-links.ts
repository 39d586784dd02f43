import type { IdentityLinks } from './ports.ts'

/** Ids that are remembered; those not asked about for longest make room. */
const remembered = 50_000

/** The links of one process. */
export class MemoryIdentityLinks implements IdentityLinks {
  /** Users by id, oldest use first. */
  readonly #users = new Map<string, string>()

  claim(id: string, userId: string): boolean {
    const user = this.#users.get(id)
    this.#users.delete(id)
    this.#users.set(id, user ?? userId)
    if (this.#users.size > remembered) {
      const [oldest] = this.#users.keys()
      if (oldest !== undefined) this.#users.delete(oldest)
    }
    return user === undefined
  }

  isClaimed(id: string): boolean {
    return this.#users.has(id)
  }
}

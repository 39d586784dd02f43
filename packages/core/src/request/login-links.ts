/** Anonymous ids whose login is remembered; the oldest make room. */
const remembered = 50_000

/**
 * Anonymous ids that a login has linked to a user. Each is linked at most once: a second user on the same browser must not
 * be merged with the first.
 */
export class LoginLinks {
  readonly #linked = new Set<string>()

  /** @returns whether the anonymous id may be linked now; true once per anonymous id. */
  claim(anonymousId: string): boolean {
    if (this.#linked.has(anonymousId)) return false
    this.#linked.add(anonymousId)
    if (this.#linked.size > remembered) {
      const [oldest] = this.#linked.keys()
      if (oldest !== undefined) this.#linked.delete(oldest)
    }
    return true
  }
}

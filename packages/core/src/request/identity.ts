import type { BrowserCookie } from './browser-cookie.ts'
import { usableDistinctId } from './distinct-id.ts'
import type { DistinctIdAnswer } from './request-options.ts'

/** Who said who the visitor is. Only a resolver is trusted; a cookie without signature is a hint. */
export type IdentitySource = 'resolver' | 'cookie' | 'minted'

/** A visitor, as one request knows them. */
export interface VisitorIdentity {
  readonly distinctId: string
  readonly source: IdentitySource
  /** A user whom the application vouches for. */
  readonly isIdentified: boolean
}

/** What an identity is found with. */
export interface IdentityParts {
  /** Asks the application; may throw. */
  readonly ask: (() => DistinctIdAnswer | Promise<DistinctIdAnswer>) | undefined
  readonly cookie: BrowserCookie | undefined
  /** Makes the id of a visitor whom nobody knows; called at most once. */
  readonly mint: () => string
  /** The resolver threw, or answered something that is no id. */
  readonly onBadAnswer: (problem: string) => void
}

/**
 * The identity of one request, found at its first use: the application's resolver, else the browser's cookie, else a
 * new id. A resolver without an answer is asked again, a synchronous one at each later use and an asynchronous one at
 * the end, since authentication may run after us.
 */
export class Identity {
  readonly #parts: IdentityParts
  #user: VisitorIdentity | undefined
  #visitor: VisitorIdentity | undefined
  #pending: Promise<void> | undefined
  #isAsynchronous = false

  constructor(parts: IdentityParts) {
    this.#parts = parts
  }

  /** The best answer by now; the same object as long as the answer is the same. */
  current(): VisitorIdentity {
    // An asynchronous resolver may look things up; it is not asked at every use.
    if (!this.#user && !this.#isAsynchronous) this.#askResolver()
    return this.#user ?? this.#asVisitor()
  }

  /** Whether somebody has said who the visitor is, or an id was made for them. */
  get isSettled(): boolean {
    return this.#user !== undefined || this.#visitor !== undefined
  }

  /**
   * Asks once more, for a moment that waits for the answer; set while an asynchronous resolver has not answered yet.
   * Settles with its answer taken over, never rejects.
   */
  get pending(): Promise<void> | undefined {
    if (!this.#user) this.#askResolver()
    return this.#pending
  }

  /** Settles the identity for the rest of the request, whatever the resolver says. */
  become(identity: VisitorIdentity): void {
    this.#user = identity
  }

  #askResolver(): void {
    if (!this.#parts.ask || this.#pending) return
    try {
      const answer = this.#parts.ask()
      if (!isThenable(answer)) return this.#take(answer)
      this.#isAsynchronous = true
      this.#pending = Promise.resolve(answer)
        .then(
          (late) => this.#take(late),
          () => this.#parts.onBadAnswer('rejected'),
        )
        .finally(() => (this.#pending = undefined))
    } catch {
      this.#parts.onBadAnswer('threw')
    }
  }

  #take(answer: unknown): void {
    if (answer === undefined || answer === null || answer === '' || this.#user) return
    const distinctId = usableDistinctId(answer)
    if (distinctId === undefined) return this.#parts.onBadAnswer('answered something that is no id of a user')
    this.#user = { distinctId, source: 'resolver', isIdentified: true }
  }

  #asVisitor(): VisitorIdentity {
    const { cookie, mint } = this.#parts
    this.#visitor ??= cookie
      ? { distinctId: cookie.distinctId, source: 'cookie', isIdentified: false }
      : { distinctId: mint(), source: 'minted', isIdentified: false }
    return this.#visitor
  }
}

function isThenable(value: unknown): value is Promise<DistinctIdAnswer> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function'
}

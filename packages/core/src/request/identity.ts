import { isThenable } from '../is-thenable.ts'
import { usableDistinctId } from './distinct-id.ts'
import type { DistinctIdAnswer } from './request-options.ts'

/**
 * Who said who the visitor is: the application, our own signed cookie, posthog-js's cookie, posthog-js's header, or
 * nobody. What came from posthog-js is a hint, which anybody can send.
 */
export type IdentitySource = 'resolver' | 'signed-cookie' | 'cookie' | 'header' | 'minted'

/** A visitor, as one request knows them. */
export interface VisitorIdentity {
  readonly distinctId: string
  readonly source: IdentitySource
  /** A user whom the application vouches for, now or when it logged them in. */
  readonly isIdentified: boolean
}

/** What is wrong with a resolver. */
export type ResolverProblem = 'threw' | 'rejected' | 'no-id'

/** What an identity is found with. */
export interface IdentityParts {
  /** Asks the application; may throw. */
  readonly ask: (() => DistinctIdAnswer | Promise<DistinctIdAnswer>) | undefined
  /** Finds out who they are without the application; called at most once. */
  readonly findVisitor: () => VisitorIdentity
  readonly onProblem: (problem: ResolverProblem) => void
}

/**
 * The identity of one request, found at its first use: the application's resolver, else what the browser brought. A
 * resolver without an answer is asked again, a synchronous one at each later use and an asynchronous one at the end,
 * since authentication may run after us.
 */
export class Identity {
  readonly #parts: IdentityParts
  #user: VisitorIdentity | undefined
  #visitor: VisitorIdentity | undefined
  #pending: Promise<void> | undefined
  #isAsynchronous = false
  #isAsking = false

  constructor(parts: IdentityParts) {
    this.#parts = parts
  }

  /** The best answer by now; the same object as long as the answer is the same. */
  current(): VisitorIdentity {
    // An asynchronous resolver may look things up; it is not asked at every use.
    if (!this.#user && !this.#isAsynchronous) this.#askResolver()
    if (this.#user) return this.#user
    this.#visitor ??= this.#parts.findVisitor()
    return this.#visitor
  }

  /**
   * Asks once more, for a moment that waits for the answer; set while an asynchronous resolver has not answered yet.
   * Settles with its answer taken over, never rejects.
   */
  get pending(): Promise<void> | undefined {
    if (!this.#user) this.#askResolver()
    return this.#pending
  }

  /** Whether an asynchronous resolver has been asked and has not answered. */
  get isPending(): boolean {
    return this.#pending !== undefined
  }

  /** Settles the identity for the rest of the request, whatever the resolver says. */
  become(identity: VisitorIdentity): void {
    this.#user = identity
  }

  #askResolver(): void {
    // A resolver may capture events of its own, which ask who the visitor is.
    if (!this.#parts.ask || this.#pending || this.#isAsking) return
    this.#isAsking = true
    try {
      const answer = this.#parts.ask()
      if (!isThenable(answer)) return this.#take(answer)
      this.#isAsynchronous = true
      this.#pending = Promise.resolve(answer)
        .then(
          (late) => this.#take(late),
          () => this.#parts.onProblem('rejected'),
        )
        .finally(() => (this.#pending = undefined))
    } catch {
      this.#parts.onProblem('threw')
    } finally {
      this.#isAsking = false
    }
  }

  #take(answer: unknown): void {
    if (answer === undefined || answer === null || answer === '' || this.#user) return
    const distinctId = usableDistinctId(answer)
    if (distinctId === undefined) return this.#parts.onProblem('no-id')
    this.#user = { distinctId, source: 'resolver', isIdentified: true }
  }
}

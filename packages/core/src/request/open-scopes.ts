import type { Runtime } from '../runtime.ts'
import { within } from '../runtime/within.ts'

/** A scope that has begun and can be ended from outside. */
export abstract class OpenScope {
  /** Its neighbours in a list, which are nobody else's to see: they are other visitors' requests. */
  #previous: OpenScope | undefined
  #next: OpenScope | undefined

  /** Ends it as one whose visitor has left. */
  abstract abort(): void

  /** Puts a scope in front of a list, given by its first scope. */
  static putBefore(first: OpenScope | undefined, scope: OpenScope): void {
    scope.#next = first
    if (first) first.#previous = scope
  }

  /** Takes a scope out of a list, if it is in it. @returns the first one of those that are left */
  static without(first: OpenScope | undefined, scope: OpenScope): OpenScope | undefined {
    const previous = scope.#previous
    const next = scope.#next
    if (!previous && first !== scope) return first
    if (previous) previous.#next = next
    if (next) next.#previous = previous
    scope.#previous = undefined
    scope.#next = undefined
    return previous ? first : next
  }
}

/**
 * The scopes of one request layer that have not ended, for the moment in which their application closes. They are a list
 * linked through the scopes themselves: a `Set` of things that come and go makes its table anew all the time.
 */
export class OpenScopes {
  readonly #runtime: Runtime
  #first: OpenScope | undefined
  readonly #waiting = new Set<() => void>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  add(scope: OpenScope): void {
    OpenScope.putBefore(this.#first, scope)
    this.#first = scope
  }

  /** To be called when a scope has ended, whoever ended it. */
  remove(scope: OpenScope): void {
    this.#first = OpenScope.without(this.#first, scope)
    if (!this.#first && this.#waiting.size > 0) this.#tellWaiting()
  }

  /** Waits until all have ended by themselves, and ends those that have not in time. Never rejects. */
  async end(timeoutMs: number): Promise<void> {
    if (this.#first) {
      const ended = new Promise<void>((resolve) => this.#waiting.add(resolve))
      await within(this.#runtime, timeoutMs, ended)
    }
    for (let scope = this.#first; scope; scope = this.#first) {
      this.remove(scope)
      scope.abort()
    }
  }

  #tellWaiting(): void {
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }
}

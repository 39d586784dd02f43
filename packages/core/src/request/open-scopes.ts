import type { Runtime } from '../runtime.ts'
import { within } from '../runtime/within.ts'

/** A scope that has begun and can be ended from outside. */
export interface OpenScope {
  /** Ends it as one whose visitor has left. */
  abort(): void
}

/** The scopes of one request layer that have not ended, for the moment in which their application closes. */
export class OpenScopes {
  readonly #runtime: Runtime
  readonly #scopes = new Set<OpenScope>()
  readonly #waiting = new Set<() => void>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  add(scope: OpenScope): void {
    this.#scopes.add(scope)
  }

  /** To be called when a scope has ended, whoever ended it. */
  remove(scope: OpenScope): void {
    this.#scopes.delete(scope)
    if (this.#scopes.size > 0) return
    for (const resolve of this.#waiting) resolve()
    this.#waiting.clear()
  }

  /** Waits until all have ended by themselves, and ends those that have not in time. Never rejects. */
  async end(timeoutMs: number): Promise<void> {
    if (this.#scopes.size > 0) {
      const ended = new Promise<void>((resolve) => this.#waiting.add(resolve))
      await within(this.#runtime, timeoutMs, ended)
    }
    for (const scope of [...this.#scopes]) scope.abort()
  }
}

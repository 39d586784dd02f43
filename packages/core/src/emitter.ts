import type { Logger } from './logger.ts'
import { whenRejected } from './when-rejected.ts'

/**
 * Receives what `on` was asked for: the payload, and under `'*'` the name before it. Parameters may be declared with the
 * type that the payload has.
 */
// Written as a method, whose parameters the compiler lets be narrower.
export type Listener = { hear(...payload: unknown[]): void }['hear']

/** Calls listeners by name. One that throws is logged and costs neither its neighbours nor the caller. */
export class Emitter {
  readonly #logger: Logger
  readonly #listeners = new Map<string, Set<Listener>>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** @returns what removes this listener again. */
  on(name: string, listener: Listener): () => void {
    const listeners = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, listeners.add(listener))
    return () => {
      listeners.delete(listener)
    }
  }

  /** Whether `emit` would reach anybody; payloads are built only then. */
  isHeard(name: string): boolean {
    return (this.#listeners.get(name)?.size ?? 0) > 0 || (this.#listeners.get('*')?.size ?? 0) > 0
  }

  emit(name: string, payload: unknown): void {
    // Copies: a listener that adds listeners must not prolong the loop it is called from.
    for (const listener of [...(this.#listeners.get(name) ?? [])]) this.#call(name, () => listener(payload))
    for (const listener of [...(this.#listeners.get('*') ?? [])])
      this.#call(name, () => listener(name, payload))
  }

  #call(name: string, deliver: () => unknown): void {
    const failed = () =>
      this.#logger.error('listener-failed', `a listener of ${name} threw; it must handle its own errors`)
    try {
      whenRejected(deliver(), failed)
    } catch {
      failed()
    }
  }
}

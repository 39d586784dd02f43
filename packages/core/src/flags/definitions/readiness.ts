import type { Runtime } from '../../runtime.ts'

/** Callers that wait for something to be there, each for its own time. */
export class Readiness {
  readonly #runtime: Runtime
  readonly #waiting = new Set<(isReady: boolean) => void>()

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /** Resolves with what `settle` is told, or with false after the time. Leaves no timer. */
  wait(timeoutMs: number): Promise<boolean> {
    return new Promise((resolve) => {
      const settle = (isReady: boolean) => {
        this.#runtime.clearTimeout(timer)
        this.#waiting.delete(settle)
        resolve(isReady)
      }
      const timer = this.#runtime.setTimeout(() => settle(false), timeoutMs)
      this.#waiting.add(settle)
    })
  }

  /** Answers all who wait. */
  settle(isReady: boolean): void {
    for (const settle of this.#waiting) settle(isReady)
  }
}

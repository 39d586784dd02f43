/** How often a condition is looked at when nothing announces a change; it may depend on the client alone. */
const RECHECK_MS = 10

/** Lets tests wait for a condition itself instead of for a stretch of time. */
export class ConditionWatch {
  readonly #checks = new Set<() => void>()

  /** Something happened: look at every waited-for condition again. */
  announce(): void {
    for (const check of this.#checks) check()
  }

  /**
   * Resolves once the condition holds. Rejects when it throws, or at the timeout with a message that
   * carries the condition's source and the situation.
   */
  waitFor(condition: () => boolean, timeoutMs: number, describe: () => string): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      const settle = (act: () => void): void => {
        clearInterval(interval)
        clearTimeout(timeout)
        this.#checks.delete(check)
        act()
      }
      const check = (): void => {
        try {
          if (condition()) settle(resolve)
        } catch (error) {
          settle(() => reject(error))
        }
      }
      const interval = setInterval(check, RECHECK_MS)
      const timeout = setTimeout(() => {
        const message = `gave up after ${timeoutMs} ms waiting for ${String(condition)}; ${describe()}`
        settle(() => reject(new Error(message)))
      }, timeoutMs)
      this.#checks.add(check)
      check()
    })
  }
}

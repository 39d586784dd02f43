import type { Logger } from '../logger.ts'

/** Lines worth saying once, however many requests run into their cause. */
export class OneTimeWarnings {
  readonly #logger: Logger
  readonly #said = new Set<string>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** @param code also what makes the line the same as an earlier one; codes are few and fixed. */
  warn(code: string, message: () => string): void {
    if (this.#said.has(code)) return
    this.#said.add(code)
    this.#logger.warn(code, message())
  }
}

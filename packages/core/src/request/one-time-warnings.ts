import type { Logger } from '../logger.ts'

/** Lines worth saying once, however many requests run into their cause. */
export class OneTimeWarnings {
  readonly #logger: Logger
  readonly #said = new Set<string>()

  constructor(logger: Logger) {
    this.#logger = logger
  }

  /** @param kind tells lines of one code apart, each of which is said once; codes and kinds are few and fixed. */
  warn(code: string, message: () => string, kind = ''): void {
    const line = `${code} ${kind}`
    if (this.#said.has(line)) return
    this.#said.add(line)
    this.#logger.warn(code, message())
  }
}

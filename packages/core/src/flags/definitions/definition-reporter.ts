import type { Emitter } from '../../emitter.ts'
import type { HedgerowError } from '../../errors.ts'
import type { Logger } from '../../logger.ts'
import type { ResolvedOptions } from '../../options.ts'

/** Tells users about failures around flag definitions: `onError`, the `error` event, and one line until it is over. */
export class DefinitionReporter {
  readonly #options: Pick<ResolvedOptions, 'onError'>
  readonly #logger: Logger
  readonly #emitter: Emitter
  /** Causes that were logged and are not over, by what failed. */
  readonly #said = new Map<string, string>()

  constructor(parts: { options: Pick<ResolvedOptions, 'onError'>; logger: Logger; emitter: Emitter }) {
    this.#options = parts.options
    this.#logger = parts.logger
    this.#emitter = parts.emitter
  }

  /**
   * @param what failed, such as the request or a method of the cache provider.
   * @param status HTTP status, -1 where there was none.
   */
  failed(what: string, error: HedgerowError, status: number): void {
    if (this.#isNew(what, error.message)) this.#logger.error(error.code, error.message)
    this.#emitter.emit('error', error)
    try {
      this.#options.onError?.(status, error.message, error)
    } catch {
      this.#logger.error('listener-failed', 'onError threw; it must handle its own errors')
    }
  }

  /** Says what users should know and no code can act on. */
  warned(what: string, code: string, message: string): void {
    if (this.#isNew(what, message)) this.#logger.warn(code, message)
  }

  /** It works; @returns whether its failure was logged before. */
  succeeded(what: string): boolean {
    return this.#said.delete(what)
  }

  #isNew(what: string, message: string): boolean {
    if (this.#said.get(what) === message) return false
    this.#said.set(what, message)
    return true
  }
}

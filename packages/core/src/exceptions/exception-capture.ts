import type { Runtime } from '../runtime.ts'
import { within } from '../runtime/within.ts'
import type { ExceptionDescriber } from './exception-describer.ts'
import type { Mechanism } from './exception-list.ts'
import type { UrlScrubber } from './message-urls.ts'

/** A disk that hangs must not hold an event back for longer; its frames then go without their source. */
const longestReadMs = 2000

/** What was thrown, noted in the moment in which it was reported. */
export interface ReportedException {
  readonly thrown: unknown
  readonly mechanism: Mechanism
  /** Stack of the reporting code, for a thrown value without one. */
  readonly callerStack: string | undefined
}

/** Turns exceptions into event properties. What it takes for that is loaded when the first one is reported. */
export class ExceptionCapture {
  readonly #runtime: Runtime
  readonly #scrubber: UrlScrubber
  #describer: Promise<ExceptionDescriber> | undefined

  constructor(runtime: Runtime, scrubber: UrlScrubber) {
    this.#runtime = runtime
    this.#scrubber = scrubber
  }

  /**
   * Undefined for an error that was captured before.
   *
   * @throws whatever kept the describing code from being loaded, in a bundle that lost it for instance.
   */
  async properties(exception: ReportedException): Promise<Record<string, unknown> | undefined> {
    const { thrown, mechanism, callerStack } = exception
    const describer = await this.#loaded()
    const described = await describer.describe(thrown, mechanism, callerStack)
    return described && { ...described }
  }

  async #loaded(): Promise<ExceptionDescriber> {
    try {
      this.#describer ??= this.#load()
      return await this.#describer
    } catch (problem) {
      this.#describer = undefined
      throw problem
    }
  }

  async #load(): Promise<ExceptionDescriber> {
    const { ExceptionDescriber } = await import('./exception-describer.ts')
    return new ExceptionDescriber({
      readFile: (path, maxBytes) => this.#readInTime(path, maxBytes),
      workingDirectory: this.#runtime.workingDirectory(),
      scrubber: this.#scrubber,
    })
  }

  async #readInTime(path: string, maxBytes: number): Promise<string | undefined> {
    let text: string | undefined
    const read = this.#runtime.readFile(path, maxBytes).then((content) => {
      text = content
    })
    await within(this.#runtime, longestReadMs, read)
    return text
  }
}

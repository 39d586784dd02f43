import type { Runtime } from '../runtime.ts'
import { within } from '../runtime/within.ts'
import type { DescribableException, ExceptionDescriber } from './exception-describer.ts'

/** A disk that hangs must not hold an event back for longer; its frames then go without their source. */
const longestReadMs = 2000

/** Turns exceptions into event properties. What it takes for that is loaded when the first one is reported. */
export class ExceptionCapture {
  readonly #runtime: Runtime
  #describer: Promise<ExceptionDescriber> | undefined

  constructor(runtime: Runtime) {
    this.#runtime = runtime
  }

  /**
   * Undefined for an error that was captured before.
   *
   * @throws whatever kept the describing code from being loaded, in a bundle that lost it for instance.
   */
  async properties(exception: DescribableException): Promise<Record<string, unknown> | undefined> {
    const describer = await this.#loaded()
    const described = await describer.describe(exception)
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

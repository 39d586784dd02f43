import type { Runtime } from '../runtime.ts'
import { within } from '../runtime/within.ts'
import type { ExceptionDescriber } from './exception-describer.ts'
import type { Mechanism } from './exception-list.ts'
import type { UrlScrubber } from './message-urls.ts'

/** A disk that hangs must not hold an event back for longer. */
const longestDescriptionMs = 2000

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

  /** Undefined for an error that was captured before, and for one that could not be described in time. Never rejects. */
  async properties(exception: ReportedException): Promise<Record<string, unknown> | undefined> {
    let properties: Record<string, unknown> | undefined
    const describe = async () => {
      this.#describer ??= this.#load()
      const { thrown, mechanism, callerStack } = exception
      const described = await (await this.#describer).describe(thrown, mechanism, callerStack)
      properties = described && { ...described }
    }
    await within(this.#runtime, longestDescriptionMs, describe())
    return properties
  }

  async #load(): Promise<ExceptionDescriber> {
    const { ExceptionDescriber } = await import('./exception-describer.ts')
    return new ExceptionDescriber({
      readFile: (path, maxBytes) => this.#runtime.readFile(path, maxBytes),
      workingDirectory: this.#runtime.workingDirectory(),
      scrubber: this.#scrubber,
    })
  }
}

import { CapturedErrors } from './captured-errors.ts'
import { type ExceptionProperties, exceptionProperties } from './exception-event.ts'
import type { Mechanism } from './exception-list.ts'
import type { UrlRules } from '../url-rules.ts'
import { scrubMessageUrls } from './message-urls.ts'
import { type ReadFile, SourceFiles } from './source-files.ts'

/** What one client describes exceptions with. */
export interface DescriberParts {
  readonly readFile: ReadFile
  readonly workingDirectory: string | undefined
}

/** What was thrown, noted in the moment in which it was reported. */
export interface DescribableException {
  readonly thrown: unknown
  readonly mechanism: Mechanism
  /** Stack of the reporting code, for a thrown value without one. */
  readonly callerStack: string | undefined
  /** What URLs in its messages pass. */
  readonly urls: UrlRules
}

/** Describes what was thrown, each error object once; keeps the source files that it has read. */
export class ExceptionDescriber {
  readonly #parts: DescriberParts
  readonly #sources: SourceFiles
  readonly #captured = new CapturedErrors()

  constructor(parts: DescriberParts) {
    this.#parts = parts
    this.#sources = new SourceFiles(parts.readFile)
  }

  /** Undefined for an error that was described before. Never rejects. */
  async describe(exception: DescribableException): Promise<ExceptionProperties | undefined> {
    const { thrown, mechanism, callerStack, urls } = exception
    if (!this.#captured.claim(thrown)) return undefined
    const { workingDirectory } = this.#parts
    return exceptionProperties(thrown, {
      mechanism,
      syntheticStack: callerStack,
      workingDirectory,
      scrubText: (text) => scrubMessageUrls(text, urls),
      sources: this.#sources,
    })
  }
}

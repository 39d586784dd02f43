import { CapturedErrors } from './captured-errors.ts'
import { type ExceptionProperties, exceptionProperties } from './exception-event.ts'
import type { Mechanism } from './exception-list.ts'
import { scrubMessageUrls, type UrlScrubber } from './message-urls.ts'
import { type ReadFile, SourceFiles } from './source-files.ts'

/** What one client describes exceptions with. */
export interface DescriberParts {
  readonly readFile: ReadFile
  readonly workingDirectory: string | undefined
  readonly scrubber: UrlScrubber
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
  async describe(
    thrown: unknown,
    mechanism: Mechanism,
    syntheticStack: string | undefined,
  ): Promise<ExceptionProperties | undefined> {
    if (!this.#captured.claim(thrown)) return undefined
    const { scrubber, workingDirectory } = this.#parts
    return exceptionProperties(thrown, {
      mechanism,
      syntheticStack,
      workingDirectory,
      scrubText: (text) => scrubMessageUrls(text, scrubber),
      sources: this.#sources,
    })
  }
}

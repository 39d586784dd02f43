import { exceptionList } from './exception-list.ts'
import type { ExceptionEntry, ExceptionListOptions } from './exception-list.ts'
import { withSourceContext } from './source-context.ts'
import type { SourceFiles } from './source-files.ts'

/** What makes an event a `$exception`; the reporting code's own properties go over these. */
export interface ExceptionProperties {
  readonly $exception_list: readonly ExceptionEntry[]
  readonly $exception_level: 'error'
}

/**
 * The properties of a `$exception` event for whatever was thrown. The value is read before this returns, so that later
 * changes to it change nothing; only source files are waited for. Never rejects.
 */
export async function exceptionProperties(
  thrown: unknown,
  options: ExceptionListOptions & { readonly sources: SourceFiles },
): Promise<ExceptionProperties> {
  const entries = exceptionList(thrown, options)
  return {
    $exception_list: await withSourceContext(entries, options.sources, options.workingDirectory),
    $exception_level: 'error',
  }
}

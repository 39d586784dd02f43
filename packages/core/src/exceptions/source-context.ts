import type { ExceptionEntry } from './exception-list.ts'
import { isAbsolutePath } from './script-path.ts'
import type { SourceFiles } from './source-files.ts'
import { sourceLines } from './source-lines.ts'
import type { ExceptionFrame } from './stack-frames.ts'
import { TextBudget } from './text-budget.ts'

const maxFiles = 25
/** In units of JSON text; the list itself has as much, so that an event stays below its 1 MiB. */
const maxContextText = 128 * 1024
/** A stack is text that anyone may have written: it must not make a server send its `.env`. */
const sourceFile = /\.(?:[cm]?[jt]sx?|vue|svelte|astro)$/
const scheme = /^[a-z][a-z0-9+.-]+:/i

/**
 * The same entries with the lines of source around each frame of the application's own code, at most 25 files and
 * 128 Ki units of text; frames near the error come first. Files that cannot be read leave their frames as they are.
 * Never rejects.
 */
export async function withSourceContext(
  entries: readonly ExceptionEntry[],
  sources: SourceFiles,
  workingDirectory: string | undefined,
): Promise<ExceptionEntry[]> {
  const texts = await sourceTexts(entries, sources, workingDirectory)
  const budget = new TextBudget(maxContextText)
  const withContext = (frame: ExceptionFrame): ExceptionFrame => {
    const path = pathOf(frame, workingDirectory)
    const text = path === undefined ? undefined : texts.get(path)
    if (text === undefined) return frame
    const lines = sourceLines(text, frame.lineno ?? 0, frame.colno)
    return lines && budget.take(lines) ? { ...frame, ...lines } : frame
  }
  return entries.map((entry) => {
    if (!entry.stacktrace) return entry
    const frames = entry.stacktrace.frames.toReversed().map(withContext).reverse()
    return { ...entry, stacktrace: { type: 'raw', frames } }
  })
}

async function sourceTexts(
  entries: readonly ExceptionEntry[],
  sources: SourceFiles,
  workingDirectory: string | undefined,
): Promise<ReadonlyMap<string, string | undefined>> {
  const innermostFirst = entries.flatMap((entry) => entry.stacktrace?.frames.toReversed() ?? [])
  const paths = new Set<string>()
  for (const frame of innermostFirst) {
    const path = pathOf(frame, workingDirectory)
    if (path !== undefined && paths.size < maxFiles) paths.add(path)
  }
  return new Map(await Promise.all([...paths].map(async (path) => [path, await sources.text(path)] as const)))
}

function pathOf(frame: ExceptionFrame, workingDirectory: string | undefined): string | undefined {
  const { filename } = frame
  if (!frame.in_app || !sourceFile.test(filename)) return undefined
  if (isAbsolutePath(filename)) return filename
  return workingDirectory === undefined || scheme.test(filename)
    ? undefined
    : `${workingDirectory}/${filename}`
}

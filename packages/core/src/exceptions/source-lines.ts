import { boundedText, wellFormed } from './bounded-text.ts'

/** A line of source with what surrounds it, as PostHog names the parts. */
export interface SourceLines {
  readonly context_line: string
  readonly pre_context: readonly string[]
  readonly post_context: readonly string[]
}

const linesAround = 7
const longestLine = 300

/**
 * Line `line` of a text (1 is the first) with up to 7 lines on each side; undefined when the text is shorter. A line
 * over 300 characters is cut: the middle one around `column` (1 is the first), the others at their end.
 */
export function sourceLines(text: string, line: number, column: number | undefined): SourceLines | undefined {
  const first = Math.max(1, line - linesAround)
  const lines = linesFrom(text, first, line + linesAround - first + 1)
  const middle = lines[line - first]
  if (middle === undefined) return undefined
  return {
    context_line: excerpt(middle, column ?? 1),
    pre_context: lines.slice(0, line - first).map((other) => boundedText(other, longestLine)),
    post_context: lines.slice(line - first + 1).map((other) => boundedText(other, longestLine)),
  }
}

/** Walks the line ends rather than splitting: a bundle has many lines, and few are wanted. */
function linesFrom(text: string, first: number, count: number): string[] {
  const lines: string[] = []
  let start = 0
  for (let number = 1; number < first + count; number++) {
    const end = text.indexOf('\n', start)
    const stop = end < 0 ? text.length : end
    if (number >= first) lines.push(text.slice(start, text[stop - 1] === '\r' ? stop - 1 : stop))
    if (end < 0) break
    start = end + 1
  }
  return lines
}

function excerpt(line: string, column: number): string {
  if (line.length <= longestLine) return wellFormed(line)
  const kept = longestLine - 6
  const start = Math.max(0, Math.min(column - 1 - kept / 2, line.length - kept))
  const end = start + kept
  return wellFormed(`${start > 0 ? '...' : ''}${line.slice(start, end)}${end < line.length ? '...' : ''}`)
}

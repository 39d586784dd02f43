import { readFile } from 'node:fs/promises'

/** A page of the documentation whose tables a test holds against the code. */
export interface DocumentTables {
  readonly text: string
  /** The cells of each row of the table with this head. */
  table(head: string): string[][]
}

/** @param name of a file in `docs`. */
export async function readTables(name: string): Promise<DocumentTables> {
  const text = await readFile(new URL(`../../../docs/${name}`, import.meta.url), 'utf8')
  return {
    text,
    table(head) {
      const lines = text.split('\n')
      const start = lines.findIndex(
        (line, at) => line.startsWith(`| ${head} |`) && lines[at + 1]?.startsWith('|--'),
      )
      const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'))
      const rows = lines.slice(start + 2, end).map((line) =>
        line
          .slice(1, -1)
          .split('|')
          .map((cell) => cell.trim()),
      )
      if (start < 0 || rows.length === 0) throw new Error(`no table begins with ${head}`)
      return rows
    },
  }
}

/** What stands in backticks in a cell. */
export function codes(cell = ''): string[] {
  return [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code ?? '')
}

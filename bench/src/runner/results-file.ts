import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folder = new URL('../../results/', import.meta.url)

/** Writes results to `results/<name>-<time>.json`. @returns the path */
export function writeResults(name: string, results: unknown, at: Date): string {
  mkdirSync(folder, { recursive: true })
  const file = fileURLToPath(new URL(`${name}-${at.toISOString().replace(/[:.]/g, '-')}.json`, folder))
  writeFileSync(file, `${JSON.stringify(results, undefined, 2)}\n`)
  return file
}

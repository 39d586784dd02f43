import { rounded, table } from '../runner/table.ts'
import { atLeast, atMost, type Target } from '../runner/targets.ts'
import type { HttpResult } from './http-results.ts'
import { type Framework, hedgerowApi, hedgerowPage, postHogNodePage } from './http-subjects.ts'

/** One table for each framework: what a request takes, and how much of it was added. */
export function httpTables(
  results: readonly HttpResult[],
  versions: Readonly<Record<string, string>>,
): string {
  const frameworks = [...new Set(results.map(({ framework }) => framework))]
  const head = ['subject', 'version', 'CPU µs', 'added µs', 'added µs, min–max', '× hedgerow', 'requests/s']
  const tables = frameworks.map((framework) => {
    const own = results.filter((result) => result.framework === framework)
    const hedgerow = addedBy(own, framework, hedgerowPage)
    const rows = own.map((result) => [
      result.name,
      versions[result.package] ?? '',
      rounded(result.cpuMicroseconds),
      ...addedCells(result, hedgerow),
      result.requestsPerSecond.toFixed(0),
    ])
    return `${framework} ${versions[framework] ?? ''}\n\n${table(head, rows)}`
  })
  return tables.join('\n\n')
}

/** Compares what Hedgerow adds with what it may add. */
export function httpTargets(results: readonly HttpResult[], frameworks: readonly Framework[]): Target[] {
  return frameworks.flatMap((framework) => [
    atLeast(
      15,
      `${framework}: a page, CPU added by posthog-node ÷ by Hedgerow`,
      addedBy(results, framework, postHogNodePage) / addedBy(results, framework, hedgerowPage),
    ),
    atMost(
      3,
      `${framework}: an API request without a flag, µs of CPU added by Hedgerow`,
      addedBy(results, framework, hedgerowApi),
    ),
  ])
}

function addedCells({ addedMicroseconds, added, name }: HttpResult, hedgerow: number): string[] {
  if (addedMicroseconds === undefined) return ['', '', '']
  const ratio = name === hedgerowApi ? '' : rounded(addedMicroseconds / hedgerow)
  return [rounded(addedMicroseconds), `${rounded(Math.min(...added))}–${rounded(Math.max(...added))}`, ratio]
}

function addedBy(results: readonly HttpResult[], framework: string, name: string): number {
  const found = results.find((result) => result.framework === framework && result.name === name)
  return found?.addedMicroseconds ?? NaN
}

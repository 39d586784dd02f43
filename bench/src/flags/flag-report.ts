import { rounded, table } from '../runner/table.ts'
import { cpuOf, type FlagMedians } from './flag-medians.ts'
import { postHogNodeCall } from './flag-subjects.ts'
import type { FlagWorkload } from './flag-workload.ts'
import type { MemoryResults } from './measure-memory.ts'

/** One table for each workload: medians, their rounds' extremes, and how many times cheaper than posthog-node's call. */
export function speedTables(
  medians: readonly FlagMedians[],
  workloads: readonly FlagWorkload[],
  versions: Readonly<Record<string, string>>,
): string {
  const tables = workloads.map((workload) => {
    const own = medians.filter((one) => isOf(one, workload))
    const reference = cpuOf(own, postHogNodeCall, workload)
    const rows = own.map((one) => {
      const cpus = one.rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)
      return [
        one.subject,
        versions[one.package] ?? '',
        rounded(one.cpuMicroseconds),
        rounded(one.wallMicroseconds),
        `${rounded(Math.min(...cpus))}–${rounded(Math.max(...cpus))}`,
        rounded(reference / one.cpuMicroseconds),
      ]
    })
    const head = ['subject', 'version', 'CPU µs', 'wall µs', 'CPU µs, min–max', '× posthog-node-call']
    return `${workloadTitle(workload)}\n\n${table(head, rows)}`
  })
  return tables.join('\n\n')
}

/** What a unit of the workload is. */
export function workloadTitle({ definitions, unit }: FlagWorkload): string {
  const flags = unit === 'one' ? 'one flag' : 'all flags'
  return `${flags}, ${definitions.toLocaleString('en')} ${definitions === 1 ? 'definition' : 'definitions'}`
}

export function memoryTable({ definitions, growth }: MemoryResults): string {
  const weighed = definitions.map(({ subject, jsonBytes, heapBytes }) => [
    subject,
    megabytes(jsonBytes),
    megabytes(heapBytes),
    rounded(heapBytes / jsonBytes),
  ])
  const grown = growth.map(({ subject, bytes }) => [subject, megabytes(bytes)])
  return [
    table(['10,000 definitions', 'JSON MiB', 'heap MiB', '× JSON'], weighed),
    table(['100,000th to 1,000,000th evaluation', 'grown MiB'], grown),
  ].join('\n\n')
}

function isOf(one: FlagWorkload, { definitions, unit }: FlagWorkload): boolean {
  return one.definitions === definitions && one.unit === unit
}

function megabytes(bytes: number): string {
  return (bytes / 2 ** 20).toFixed(2)
}

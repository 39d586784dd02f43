import { rounded, table } from './table.ts'

/** Something that was promised, and what became of it. */
export interface Target {
  readonly name: string
  readonly wanted: string
  readonly measured: number
  readonly passed: boolean
}

export function atLeast(wanted: number, name: string, measured: number): Target {
  return { name, wanted: `≥ ${wanted}`, measured, passed: measured >= wanted }
}

export function atMost(wanted: number, name: string, measured: number): Target {
  return { name, wanted: `≤ ${wanted}`, measured, passed: measured <= wanted }
}

/** All targets and whether they were met. */
export function targetTable(targets: readonly Target[]): string {
  const rows = targets.map(({ name, wanted, measured, passed }) => [
    name,
    wanted,
    rounded(measured),
    passed ? 'pass' : 'FAIL',
  ])
  return table(['target', 'wanted', 'measured', ''], rows)
}

import type { Measurement } from '../runner/measure.ts'
import { median } from '../runner/median.ts'
import type { Result } from '../runner/rounds.ts'
import type { FlagWorkload } from './flag-workload.ts'

/** Medians of a subject with one workload, and the rounds they are of. */
export interface FlagMedians extends FlagWorkload {
  readonly subject: string
  readonly package: string
  readonly cpuMicroseconds: number
  readonly wallMicroseconds: number
  readonly rounds: readonly Measurement[]
}

export function flagMedians({ heat, subject, rounds }: Result<FlagWorkload>): FlagMedians {
  return {
    ...heat.workload,
    subject: subject.name,
    package: subject.package,
    cpuMicroseconds: median(rounds.map(({ cpuMicroseconds }) => cpuMicroseconds)),
    wallMicroseconds: median(rounds.map(({ wallMicroseconds }) => wallMicroseconds)),
    rounds,
  }
}

/** CPU microseconds of one unit, in the median; NaN when it was not measured. */
export function cpuOf(
  medians: readonly FlagMedians[],
  subject: { readonly name: string },
  { definitions, unit }: FlagWorkload,
): number {
  const found = medians.find(
    (one) => one.subject === subject.name && one.definitions === definitions && one.unit === unit,
  )
  return found?.cpuMicroseconds ?? NaN
}

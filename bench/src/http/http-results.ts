import { median } from '../runner/median.ts'
import type { HttpMeasurement } from './http-round.ts'
import { type HttpSubject, plainNames } from './http-subjects.ts'

/** Everything measured of one subject, round by round, and its medians. */
export interface HttpResult {
  readonly framework: string
  readonly name: string
  readonly package: string
  /** Of one request. */
  readonly cpuMicroseconds: number
  /**
   * What it takes more than the app alone, of which there may be two processes: their mean counts, within each round.
   * Undefined for the first of them; for the second one it is the difference of the two.
   */
  readonly addedMicroseconds: number | undefined
  readonly added: readonly number[]
  readonly requestsPerSecond: number
  readonly rounds: readonly HttpMeasurement[]
}

/** @param rounds measurements in the order of the subjects, which are one framework's */
export function httpResults(
  subjects: readonly HttpSubject[],
  rounds: readonly (readonly HttpMeasurement[])[],
): HttpResult[] {
  return subjects.map((subject, index) => {
    const own = rounds.map((round) => round[index]!)
    const plain = plainBefore(subjects, index)
    const added = plain.length > 0 ? rounds.map((round) => addedIn(round, index, plain)) : []
    return {
      framework: subject.framework,
      name: subject.name,
      package: subject.package,
      cpuMicroseconds: median(own.map(({ cpuMicroseconds }) => cpuMicroseconds)),
      addedMicroseconds: added.length > 0 ? median(added) : undefined,
      added,
      requestsPerSecond: median(own.map(({ requestsPerSecond }) => requestsPerSecond)),
      rounds: own,
    }
  })
}

/** Where the processes of the app alone stand that a subject is compared with: those before it. */
function plainBefore(subjects: readonly HttpSubject[], index: number): number[] {
  const names: readonly string[] = plainNames[subjects[index]!.requests]
  return subjects.slice(0, index).flatMap(({ name }, at) => (names.includes(name) ? [at] : []))
}

function addedIn(round: readonly HttpMeasurement[], index: number, plain: readonly number[]): number {
  const alone = plain.reduce((sum, at) => sum + round[at]!.cpuMicroseconds, 0) / plain.length
  return round[index]!.cpuMicroseconds - alone
}

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
  /** What it takes more than the app alone; of the differences within each round. Undefined for the app alone. */
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
    const plain = subjects.findIndex(({ name }) => name === plainNames[subject.requests])
    const own = rounds.map((round) => round[index]!)
    const added =
      plain === index
        ? []
        : rounds.map((round) => round[index]!.cpuMicroseconds - round[plain]!.cpuMicroseconds)
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

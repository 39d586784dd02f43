import { installedVersions, machine } from '../runner/machine.ts'
import { rounded } from '../runner/table.ts'
import { targetTable } from '../runner/targets.ts'
import { httpTables, httpTargets } from './http-report.ts'
import { httpResults } from './http-results.ts'
import { type HttpMeasurement, type Laps, measureRound } from './http-round.ts'
import { type Framework, httpSubjects } from './http-subjects.ts'

/** What of the HTTP benchmark is run, and for how long. */
export interface HttpBenchmarkOptions {
  readonly frameworks: readonly Framework[]
  readonly rounds: number
  /** Milliseconds after which no round begins that would not be over in time. */
  readonly deadlineMs: number
  readonly laps: Laps
  readonly progress: (line: string) => void
}

const roundTimeoutMs = 180_000

/**
 * Measures what a request costs a server, round by round, in each round one framework after another.
 *
 * @returns a text for people, and everything that was measured.
 * @throws Error when a subject did not send what it should have.
 */
export async function runHttpBenchmark(options: HttpBenchmarkOptions) {
  const startedOn = machine()
  const measured = await measureFrameworks(options)
  const results = [...measured].flatMap(([framework, rounds]) => httpResults(httpSubjects(framework), rounds))
  const versions = installedVersions([...options.frameworks, ...results.map((result) => result.package)])
  const targets = httpTargets(results, options.frameworks)
  const report = [
    `Node ${startedOn.node}, ${startedOn.cpu}, ${startedOn.cores} cores, load ${startedOn.load.toFixed(1)} at the start and ${machine().load.toFixed(1)} at the end`,
    httpTables(results, versions),
    targetTable(targets),
  ].join('\n\n')
  return { report, results: { machine: startedOn, versions, laps: options.laps, results, targets } }
}

/** Measurements of each framework, by round and subject. */
async function measureFrameworks({ frameworks, rounds, deadlineMs, laps, progress }: HttpBenchmarkOptions) {
  const measured = new Map<Framework, HttpMeasurement[][]>(frameworks.map((framework) => [framework, []]))
  const startedAt = performance.now()
  let longestMs = 0
  for (let round = 1; round <= rounds; round++) {
    const roundStartedAt = performance.now()
    if (round > 1 && roundStartedAt - startedAt + longestMs > deadlineMs) {
      progress(`no time for round ${round}: medians are over ${round - 1}`)
      break
    }
    for (const [framework, results] of measured) {
      const subjects = httpSubjects(framework)
      const measurements = await measureRound(subjects, laps, roundTimeoutMs)
      results.push(measurements)
      const cpus = subjects.map(
        ({ name }, index) => `${name} ${rounded(measurements[index]!.cpuMicroseconds)}`,
      )
      progress(`round ${round}/${rounds}, ${framework}, µs CPU: ${cpus.join(', ')}`)
    }
    longestMs = Math.max(longestMs, performance.now() - roundStartedAt)
  }
  return measured
}

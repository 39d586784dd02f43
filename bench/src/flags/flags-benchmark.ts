import { installedVersions, machine } from '../runner/machine.ts'
import type { MeasureTimes } from '../runner/measure.ts'
import { type Heat, measureRounds } from '../runner/rounds.ts'
import { targetTable } from '../runner/targets.ts'
import { flagMedians } from './flag-medians.ts'
import { memoryTable, speedTables, workloadTitle } from './flag-report.ts'
import { type FlagSubject, flagSubjects } from './flag-subjects.ts'
import { memoryTargets, speedTargets } from './flag-targets.ts'
import type { FlagWorkload } from './flag-workload.ts'
import { measureMemory } from './measure-memory.ts'
import { verifySubjects } from './verify-subjects.ts'

/** What of the flags benchmark is run, and for how long. */
export interface FlagsBenchmarkOptions {
  readonly sizes: readonly number[]
  /** Names of subjects; empty: all of them. */
  readonly subjects: readonly string[]
  readonly rounds: number
  /** Milliseconds after which no round begins that would not be over in time. */
  readonly deadlineMs: number
  readonly times: MeasureTimes
  readonly memory: boolean
  readonly progress: (line: string) => void
}

/**
 * Checks that every subject evaluates, then measures them all.
 *
 * @returns a text for people, and everything that was measured.
 * @throws Error when a subject gives wrong values.
 */
export async function runFlagsBenchmark(options: FlagsBenchmarkOptions) {
  const { sizes, progress } = options
  const subjects = subjectsNamed(options.subjects)
  for (const size of sizes) {
    const compared = await verifySubjects(subjects, size)
    progress(`${size} definitions: all subjects evaluate, ${compared} values each checked`)
  }
  const workloads = (['one', 'all'] as const).flatMap((unit) =>
    sizes.map((definitions): FlagWorkload => ({ definitions, unit })),
  )
  const heats = workloads.map((workload): Heat<FlagWorkload> => ({
    title: workloadTitle(workload),
    workload,
    subjects,
  }))
  const startedOn = machine()
  const medians = (await measureRounds(heats, options)).map(flagMedians)
  const memory = options.memory ? await measureMemory(progress) : undefined
  const versions = installedVersions(subjects.map((subject) => subject.package))
  const targets = [...speedTargets(medians, sizes), ...(memory ? memoryTargets(memory) : [])]
  const report = [
    `Node ${startedOn.node}, ${startedOn.cpu}, ${startedOn.cores} cores, load ${startedOn.load.toFixed(1)} at the start and ${machine().load.toFixed(1)} at the end`,
    speedTables(medians, workloads, versions),
    ...(memory ? [memoryTable(memory)] : []),
    targetTable(targets),
  ].join('\n\n')
  return { report, results: { machine: startedOn, versions, times: options.times, medians, memory, targets } }
}

function subjectsNamed(names: readonly string[]): readonly FlagSubject[] {
  const known = flagSubjects.map(({ name }) => name)
  const unknown = names.find((name) => !known.includes(name))
  if (unknown !== undefined) throw new Error(`--subjects must be of ${known.join(', ')}, got ${unknown}`)
  return names.length === 0 ? flagSubjects : flagSubjects.filter(({ name }) => names.includes(name))
}

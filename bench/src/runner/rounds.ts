import { runInChild } from './child-task.ts'
import type { Measurement, MeasureTimes } from './measure.ts'
import type { MeasureInput } from './measure-task.ts'
import { rounded } from './table.ts'

/** Someone to be measured. */
export interface Subject {
  readonly name: string
  /** URL of its module, a `SubjectModule`. */
  readonly module: URL
  /** The package it is there for, such as `posthog-node`. */
  readonly package: string
}

/** A workload that all subjects do, one after another. */
export interface Heat<Workload> {
  readonly title: string
  readonly workload: Workload
  readonly subjects: readonly Subject[]
}

/** Measurements of one subject in one heat, one a round. */
export interface Result<Workload> {
  readonly heat: Heat<Workload>
  readonly subject: Subject
  readonly rounds: Measurement[]
}

/** How much is measured, at most. */
export interface RoundOptions {
  readonly rounds: number
  /** No round begins that would be over later than this many milliseconds from now, if it takes as long as the last. */
  readonly deadlineMs: number
  readonly times: MeasureTimes
  readonly progress: (line: string) => void
}

const measureTask = new URL('measure-task.ts', import.meta.url)
const childTimeoutMs = 120_000

/**
 * Measures all heats round by round, in each heat subject after subject, every time in a fresh process: what disturbs the
 * machine for a while then disturbs all of them, and only one of their rounds.
 */
export async function measureRounds<Workload>(
  heats: readonly Heat<Workload>[],
  options: RoundOptions,
): Promise<Result<Workload>[]> {
  const results: Result<Workload>[] = heats.flatMap((heat) =>
    heat.subjects.map((subject) => ({ heat, subject, rounds: [] })),
  )
  const startedAt = performance.now()
  let longestMs = 0
  for (let round = 1; round <= options.rounds; round++) {
    const roundStartedAt = performance.now()
    if (round > 1 && roundStartedAt - startedAt + longestMs > options.deadlineMs) {
      options.progress(`no time for round ${round}: medians are over ${round - 1}`)
      break
    }
    for (const result of results) await measureOnce(result, `round ${round}/${options.rounds}`, options)
    longestMs = Math.max(longestMs, performance.now() - roundStartedAt)
  }
  return results
}

async function measureOnce(
  { heat, subject, rounds }: Result<unknown>,
  round: string,
  options: RoundOptions,
): Promise<void> {
  const input: MeasureInput = { subject: subject.module.href, workload: heat.workload, times: options.times }
  const measurement = await runInChild<Measurement>({ module: measureTask, input, timeoutMs: childTimeoutMs })
  rounds.push(measurement)
  const { cpuMicroseconds, units } = measurement
  options.progress(
    `${round}, ${heat.title}, ${subject.name}: ${rounded(cpuMicroseconds)} µs CPU (${units} units)`,
  )
}

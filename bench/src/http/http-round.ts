import { checkTally } from './check-tally.ts'
import type { HttpSubject } from './http-subjects.ts'
import { RunningSubject, withSurroundings } from './running-subject.ts'

/** One measurement of one subject. */
export interface HttpMeasurement {
  readonly requests: number
  /** CPU time of the server for one request, all its threads, the sending of events included. */
  readonly cpuMicroseconds: number
  readonly requestsPerSecond: number
}

/** How often each of 997 visitors asks. */
export interface Laps {
  readonly warmUp: number
  readonly measured: number
}

/**
 * Measures all subjects of a framework at once, each in a fresh process: they take turns lap by lap, back and forth, so
 * that whatever disturbs the machine disturbs all of them. Nobody else's lap costs a server anything.
 *
 * @throws Error when a subject did not send what it should have.
 */
export async function measureRound(
  subjects: readonly HttpSubject[],
  laps: Laps,
  timeoutMs: number,
): Promise<HttpMeasurement[]> {
  return withSurroundings(timeoutMs, async (surroundings) => {
    const running: RunningSubject[] = []
    try {
      for (const subject of subjects)
        running.push(await RunningSubject.start(subject, surroundings, timeoutMs))
      return await measure(subjects, running, laps)
    } finally {
      await Promise.all(running.map((each) => each.end()))
    }
  })
}

async function measure(
  subjects: readonly HttpSubject[],
  running: readonly RunningSubject[],
  { warmUp, measured }: Laps,
): Promise<HttpMeasurement[]> {
  for (let lap = 0; lap < warmUp; lap++) for (const each of running) await each.lap()
  const clocks = running.map((each) => ({ each, requests: 0, wallMs: 0 }))
  for (const each of running) await each.begin()
  for (let lap = 0; lap < measured; lap++) {
    for (const clock of lap % 2 === 0 ? clocks : clocks.toReversed()) {
      const { requests, wallMs } = await clock.each.lap()
      clock.requests += requests
      clock.wallMs += wallMs
    }
  }
  const measurements: HttpMeasurement[] = []
  for (const { each, requests, wallMs } of clocks) {
    const cpuMs = await each.finish()
    measurements.push({
      requests,
      cpuMicroseconds: (cpuMs * 1000) / requests,
      requestsPerSecond: (requests * 1000) / wallMs,
    })
  }
  for (const [index, each] of running.entries()) {
    const problems = checkTally(subjects[index]!, await each.tally(), warmUp + measured)
    if (problems.length > 0) throw new Error(problems.slice(0, 5).join('; '))
  }
  return measurements
}

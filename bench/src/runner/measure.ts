import type { Prepared } from './prepared.ts'

/** How long a subject is warmed up and measured, in CPU time of its process; at least one unit is always done. */
export interface MeasureTimes {
  readonly warmUpMs: number
  readonly measureMs: number
}

/** One measurement of a subject. */
export interface Measurement {
  readonly units: number
  /** CPU time of the whole process, compiler and garbage collection included, for one unit. */
  readonly cpuMicroseconds: number
  readonly wallMicroseconds: number
  /** What `run` returned, for one unit. */
  readonly yieldPerUnit: number
}

/** Long enough for the clocks of a process, and short enough to stop in time. */
const chunkMs = 20

/** Warms a subject up, then measures it. */
export async function measure(
  { run }: Pick<Prepared, 'run'>,
  { warmUpMs, measureMs }: MeasureTimes,
): Promise<Measurement> {
  const units = await warmUp(run, warmUpMs)
  const start = clocks()
  let done = 0
  let yielded = 0
  for (;;) {
    yielded += await run(units)
    done += units
    const { cpuMs, wallMs } = since(start)
    if (cpuMs < measureMs) continue
    return {
      units: done,
      cpuMicroseconds: (cpuMs * 1000) / done,
      wallMicroseconds: (wallMs * 1000) / done,
      yieldPerUnit: yielded / done,
    }
  }
}

/** @returns how many units take about as long as a chunk, warm. */
async function warmUp(run: Prepared['run'], warmUpMs: number): Promise<number> {
  const start = clocks()
  let units = 1
  for (;;) {
    const chunk = clocks()
    await run(units)
    const isLong = since(chunk).cpuMs >= chunkMs
    if (isLong && since(start).cpuMs >= warmUpMs) return units
    if (!isLong) units *= 2
  }
}

function clocks() {
  return { cpu: process.cpuUsage(), wall: performance.now() }
}

function since({ cpu, wall }: ReturnType<typeof clocks>) {
  const { user, system } = process.cpuUsage(cpu)
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - wall }
}

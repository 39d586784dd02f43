import { measure, type Measurement, type MeasureTimes } from './measure.ts'
import type { SubjectModule } from './prepared.ts'

/** What is measured in one process. */
export interface MeasureInput {
  /** URL of the subject's module. */
  readonly subject: string
  readonly workload: unknown
  readonly times: MeasureTimes
}

/** Prepares one subject for one workload and measures it once. */
export async function task({ subject, workload, times }: MeasureInput): Promise<Measurement> {
  const { prepare } = (await import(subject)) as SubjectModule<unknown>
  const prepared = await prepare(workload)
  const measurement = await measure(prepared, times)
  await prepared.close()
  return measurement
}

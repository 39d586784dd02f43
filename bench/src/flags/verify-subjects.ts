import { runInChild } from '../runner/child-task.ts'
import { checkAgreement, checkValues } from './check-values.ts'
import { type FlagSubject, postHogNodeCall } from './flag-subjects.ts'
import { flagWorld } from './flag-workload.ts'
import { poolSize } from './visitors.ts'
import type { FlagValues, ValuesInput } from './values-task.ts'

const valuesTask = new URL('values-task.ts', import.meta.url)
const childTimeoutMs = 120_000
/** Keeps it to seconds for ten thousand definitions. */
const mostEvaluations = 20_000
/** One is enough to know that something is wrong. */
const problemsShown = 5

/**
 * Makes every subject evaluate before anything is measured, in a process of its own.
 *
 * @returns how many values were compared, for each subject.
 * @throws Error when a subject does not evaluate as it should, or Hedgerow and posthog-node disagree on a single value.
 */
export async function verifySubjects(subjects: readonly FlagSubject[], definitions: number): Promise<number> {
  const world = flagWorld({ definitions })
  const visitors = Math.min(poolSize, Math.max(2, Math.floor(mostEvaluations / definitions)))
  const valuesOf = (subject: FlagSubject): Promise<FlagValues> => {
    const input: ValuesInput = { subject: subject.module.href, definitions, visitors }
    return runInChild<FlagValues>({ module: valuesTask, input, timeoutMs: childTimeoutMs })
  }
  const reference = await valuesOf(postHogNodeCall)
  for (const subject of subjects) {
    const values = subject === postHogNodeCall ? reference : await valuesOf(subject)
    const problems = checkValues(subject, world, values)
    if (subject.isPostHog) {
      problems.push(...checkAgreement([subject, values], [postHogNodeCall, reference], world))
    }
    if (problems.length > 0) {
      const shown = problems.slice(0, problemsShown).join('; ')
      throw new Error(`with ${definitions} definitions ${problems.length} values are wrong: ${shown}`)
    }
  }
  return visitors * definitions
}

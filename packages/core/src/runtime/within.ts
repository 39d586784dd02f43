import type { Runtime } from '../runtime.ts'

/** Resolves when the work has settled, either way, or the time is over; never rejects, and leaves no timer. */
export function within(runtime: Runtime, deadlineMs: number, work: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    const timer = runtime.setTimeout(resolve, deadlineMs)
    const settle = () => {
      runtime.clearTimeout(timer)
      resolve()
    }
    work.then(settle, settle)
  })
}

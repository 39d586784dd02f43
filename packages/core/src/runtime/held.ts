import type { Runtime } from '../runtime.ts'

/**
 * Keeps the process alive until the work has settled, and hands it back: somebody waits for it, and between two attempts
 * there are only timers, which let a process end.
 */
export function held<T>(runtime: Pick<Runtime, 'hold'>, work: Promise<T>): Promise<T> {
  const release = runtime.hold()
  work.then(release, release)
  return work
}

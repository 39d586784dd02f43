import type { Runtime } from '../../runtime.ts'
import type { StopSignal } from '../../transport/stop-signal.ts'

/** Longest stretch of work between two turns of the event loop. */
const sliceMs = 10

/**
 * Runs steps to their end, and lets others run after every 10 ms of work. What takes less is done without a timer.
 *
 * @returns the result; undefined after a stop, which leaves the rest undone.
 */
export async function inSlices<Result>(
  runtime: Runtime,
  stop: StopSignal,
  steps: Generator<undefined, Result>,
): Promise<Result | undefined> {
  while (!stop.stopped) {
    const startedAt = runtime.now()
    let elapsed = 0
    // A clock that was set back ends the slice too.
    while (elapsed >= 0 && elapsed < sliceMs) {
      const step = steps.next()
      if (step.done) return step.value
      elapsed = runtime.now() - startedAt
    }
    await nextTurn(runtime, stop)
  }
  return undefined
}

function nextTurn(runtime: Runtime, stop: StopSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = () => {
      runtime.clearTimeout(timer)
      forget()
      resolve()
    }
    const timer = runtime.setTimeout(end, 0)
    const forget = stop.onStop(end)
  })
}

import type { Runtime } from '../runtime.ts'
import type { StopSignal } from './stop-signal.ts'

/** Resolves after the time, or sooner when the signal stops; leaves no timer. */
export function pause(runtime: Runtime, delayMs: number, signal: StopSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.stopped) return resolve()
    const end = () => {
      runtime.clearTimeout(timer)
      forget()
      resolve()
    }
    const timer = runtime.setTimeout(end, delayMs)
    const forget = signal.onStop(end)
  })
}

import { afterEach, beforeEach, vi } from 'vitest'

// Taken before a test replaces it: rejections are reported at the end of a turn, which only real time brings about.
const nextTurn = globalThis.setImmediate

/** After each test of a file: no rejection was left to nobody, and everything that it replaced is itself again. */
export function keepProcessQuiet(): void {
  const unhandled: unknown[] = []
  const note = (reason: unknown) => {
    unhandled.push(reason)
  }

  beforeEach(() => {
    unhandled.length = 0
    process.on('unhandledRejection', note)
    process.on('uncaughtException', note)
  })

  afterEach(async () => {
    vi.useRealTimers()
    vi.restoreAllMocks()
    vi.unstubAllGlobals()
    vi.unstubAllEnvs()
    await new Promise((resolve) => nextTurn(resolve))
    process.off('unhandledRejection', note)
    process.off('uncaughtException', note)
    if (unhandled.length > 0) throw new AggregateError(unhandled, 'rejections that nobody handled')
  })
}

import type { FetchResponse, Runtime } from '../runtime.ts'
import type { StopSignal } from './stop-signal.ts'

/** Longest time spent on reading an unwanted body so that its connection can be used again. */
const longestMs = 1000
/** Most chunks read for that; a body that never ends would otherwise be read for ever. */
const mostChunks = 64

/**
 * Reads a short unwanted body to its end, which gives the connection back to the pool, and cancels one that stalls,
 * goes on and on, or is still there at the stop. Nothing waits for it, and it never throws: the answer has counted.
 */
export function discardBody(runtime: Runtime, response: FetchResponse, signal: StopSignal | undefined): void {
  const reader = readerOf(response)
  if (!reader) return
  const end = () => {
    runtime.clearTimeout(timer)
    forget?.()
  }
  const cancel = () => {
    end()
    // Asynchronous, so that whatever a mock's reader does wrong is a rejection.
    const cancelled = async () => reader.cancel()
    cancelled().catch(ignore)
  }
  const drain = async () => {
    for (let chunks = 0; chunks < mostChunks; chunks++) if ((await reader.read()).done) return end()
    cancel()
  }
  const timer = runtime.setTimeout(cancel, longestMs)
  const forget = signal?.onStop(cancel)
  if (signal?.stopped) return cancel()
  drain().catch(end)
}

function readerOf(response: FetchResponse): ReadableStreamDefaultReader | undefined {
  try {
    const { body } = response
    return isReadable(body) ? body.getReader() : undefined
  } catch {
    // Somebody else reads it already, such as a `fetch` that logs answers; or a mock has none to read.
    return undefined
  }
}

function isReadable(body: unknown): body is ReadableStream {
  return (
    typeof body === 'object' && body !== null && 'getReader' in body && typeof body.getReader === 'function'
  )
}

function ignore(): void {}

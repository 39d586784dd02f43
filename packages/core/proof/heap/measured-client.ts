import { getEventListeners } from 'node:events'
import { HedgerowClient } from '../../src/index.ts'
import type { ClientOptions, Fetch } from '../../src/index.ts'

/** A client whose timers and requests are counted. */
export interface MeasuredClient {
  readonly client: HedgerowClient
  /** Events that arrived. */
  readonly received: number
  /** Timers that are armed, and listeners on the signals of requests so far and on the process. */
  leftovers(): { readonly timers: number; readonly listeners: number }
}

/** Signals of the last requests; those of a million would be what fills the memory. */
const rememberedSignals = 1000

/** Creates the client on the real clock, against a service that is well and answers every flag request with one flag. */
export function measuredClient(options: ClientOptions = {}): MeasuredClient {
  const timers = new Set<unknown>()
  const signals: AbortSignal[] = []
  const before = processListeners()
  let received = 0

  const fetch: Fetch = async (url, { body, signal }) => {
    signals.push(signal)
    if (signals.length > rememberedSignals) signals.shift()
    await new Promise((resolve) => setImmediate(resolve))
    if (!url.includes('/flags/')) received += countEvents(String(body))
    return { status: 200, json: async () => flags, text: async () => '' }
  }
  const client = new HedgerowClient('phc_heap', {
    // Identities whose exposures are remembered: few, so that the bound is reached before the first measurement.
    maxCacheSize: 1000,
    fetch,
    disableCompression: true,
    runtime: {
      setTimeout(callback, delayMs) {
        const timer = setTimeout(() => {
          timers.delete(timer)
          callback()
        }, delayMs)
        timers.add(timer.unref())
        return timer
      },
      clearTimeout(timer) {
        timers.delete(timer)
        clearTimeout(timer as NodeJS.Timeout)
      },
    },
    ...options,
  })
  return {
    client,
    get received() {
      return received
    },
    leftovers() {
      const heard = signals.reduce((sum, signal) => sum + getEventListeners(signal, 'abort').length, 0)
      return { timers: timers.size, listeners: heard + processListeners() - before }
    },
  }
}

const flags = { flags: { hero: { key: 'hero', enabled: true, variant: 'b' } } }

/** Every event has one. */
function countEvents(body: string): number {
  return body.split('"distinct_id":').length - 1
}

function processListeners(): number {
  return process.eventNames().reduce((sum, name) => sum + process.listenerCount(name), 0)
}

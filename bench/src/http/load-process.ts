import { browserRequests } from './browser-requests.ts'
import type { RequestKind } from './http-subjects.ts'
import { sendAll } from './keep-alive-load.ts'

/** Where a lap goes: one request of each visitor. */
export interface LapInput {
  readonly port: number
  readonly requests: RequestKind
}

/** One lap, from outside of the server. */
export interface Lap {
  readonly requests: number
  readonly wallMs: number
  /** CPU time of the load itself, which has to be well below the wall time. */
  readonly loadCpuMs: number
}

/** Sends a lap. */
export async function lap({ port, requests: kind }: LapInput): Promise<Lap> {
  const requests = browserRequests(kind)
  const startedAt = performance.now()
  const cpu = process.cpuUsage()
  await sendAll(port, requests, () => {})
  const { user, system } = process.cpuUsage(cpu)
  return {
    requests: requests.length,
    wallMs: performance.now() - startedAt,
    loadCpuMs: (user + system) / 1000,
  }
}

/** Sends a lap. @returns what each visitor was shown. */
export async function bodies({ port, requests: kind }: LapInput): Promise<string[]> {
  const requests = browserRequests(kind)
  const seen = requests.map(() => '')
  await sendAll(port, requests, (index, body) => (seen[index] = body))
  return seen
}

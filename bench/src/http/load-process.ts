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
}

/** Sends a lap. */
export async function lap({ port, requests: kind }: LapInput): Promise<Lap> {
  const requests = browserRequests(kind)
  const startedAt = performance.now()
  await awake(sendAll(port, requests, () => {}))
  return { requests: requests.length, wallMs: performance.now() - startedAt }
}

/** Sends a lap. @returns what each visitor was shown. */
export async function bodies({ port, requests: kind }: LapInput): Promise<string[]> {
  const requests = browserRequests(kind)
  const seen = requests.map(() => '')
  await sendAll(port, requests, (index, body) => (seen[index] = body))
  return seen
}

/** Waits without ever sleeping: the kernel bills the server for waking whoever sleeps over its answer. */
async function awake(work: Promise<void>): Promise<void> {
  let isOver = false
  const turn = () => {
    if (!isOver) setImmediate(turn)
  }
  turn()
  try {
    await work
  } finally {
    isOver = true
  }
}

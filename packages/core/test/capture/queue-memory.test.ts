import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const megabyte = 1024 * 1024
/** What the process takes besides the queue: `fetch` once it was used, a batch in flight, and the counters. */
const constantBytes = 12 * megabyte

interface Outcome {
  readonly grownBytes: number
  readonly reported: { readonly events: number; readonly calls: number }
  readonly stats: {
    readonly accepted: number
    readonly sent: number
    readonly pending: number
    readonly pendingBytes: number
    readonly dropped: Readonly<Record<string, number>>
  }
}

it.each([1, 16, 64])(
  'keeps to %i MiB of memory for 100,000 events that nobody takes, and counts and reports every loss',
  async (maxQueueMegabytes) => {
    const maxQueueBytes = maxQueueMegabytes * megabyte

    const { grownBytes, reported, stats } = await captureAgainstDeadServer(maxQueueBytes)

    const lost = stats.dropped['queue-full'] ?? 0
    expect(grownBytes).toBeLessThan(maxQueueBytes + constantBytes)
    expect(stats.pendingBytes).toBeLessThanOrEqual(maxQueueBytes)
    expect(lost).toBeGreaterThan(10_000)
    expect(stats.accepted).toBe(100_000)
    expect(lost + stats.pending).toBe(100_000)
    expect(reported.events).toBe(lost)
  },
  30_000,
)

/** In a process of its own, whose memory nothing else changes. */
function captureAgainstDeadServer(maxQueueBytes: number): Promise<Outcome> {
  const script = fileURLToPath(new URL('queue-memory.ts', import.meta.url))
  return new Promise((resolve, reject) => {
    const args = ['--expose-gc', script, String(maxQueueBytes)]
    execFile(process.execPath, args, (failure, stdout) => {
      if (failure) reject(failure)
      else resolve(JSON.parse(stdout) as Outcome)
    })
  })
}

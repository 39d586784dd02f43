import { HedgerowClient } from '../../src/index.ts'

/**
 * Captures far more than the queue holds while nobody answers, and prints what memory and counters say. Run with
 * `--expose-gc`; the argument is `maxQueueBytes`.
 */
const captures = 100_000
const maxQueueBytes = Number(process.argv[2])

const reported = { events: 0, calls: 0 }
const client = new HedgerowClient('phc_memory', {
  // A port that nothing listens on.
  host: 'http://127.0.0.1:1',
  maxQueueSize: captures,
  maxQueueBytes,
  logLevel: 'error',
  onError: (_status, _message, error) => {
    if ('dropped' in error && typeof error.dropped === 'number') reported.events += error.dropped
    reported.calls++
  },
})

const before = heldBytes()
for (let n = 0; n < captures; n++) {
  client.capture({ distinctId: `user_${n}`, event: 'order placed', properties: { n, text: 'x'.repeat(700) } })
  // The event loop turns now and then, as it does between requests; sending is tried all the while.
  if (n % 1000 === 0) await new Promise((resolve) => setImmediate(resolve))
}
await new Promise((resolve) => setImmediate(resolve))
const after = heldBytes()

console.log(JSON.stringify({ grownBytes: after - before, reported, stats: client.stats() }))
process.exit()

function heldBytes(): number {
  globalThis.gc?.()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

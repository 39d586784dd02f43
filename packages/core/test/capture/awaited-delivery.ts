import { HedgerowClient } from '../../src/index.ts'

/**
 * A job that captures one event and waits for it, with nothing else that would keep the process alive. The arguments are
 * the host and what the job waits for.
 */
const [host, waitsFor] = process.argv.slice(2)
const client = new HedgerowClient('phc_job', { host, fetchRetryDelay: 200, logLevel: 'error' })
const event = { distinctId: 'job', event: 'job done' }

if (waitsFor === 'captureImmediate') {
  await client.captureImmediate(event)
} else {
  client.capture(event)
  await (waitsFor === 'shutdown' ? client.shutdown() : client.flush())
}
console.log(JSON.stringify(client.stats()))

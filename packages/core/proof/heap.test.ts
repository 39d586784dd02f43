import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, it } from 'vitest'
import type { ClientStats } from '../src/index.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const captures = short ? 100_000 : 1_000_000
const requests = short ? 20_000 : 200_000
const megabyte = 1024 * 1024

/** What a measuring process prints. */
interface Outcome {
  /** Bytes on the heap after a quarter of the work, and after all of it. */
  readonly quarter: number
  readonly end: number
  readonly received: number
  readonly reads?: { readonly loaded: number; readonly unavailable: number }
  readonly stats: ClientStats
  readonly timers: number
  readonly listeners: number
}

it(`holds no more memory after ${captures} captures than after a quarter of them`, async () => {
  const outcome = await measure('captures.ts', captures)

  expect(outcome.end - outcome.quarter).toBeLessThan(2 * megabyte)
  expect(outcome.stats).toMatchObject({ accepted: captures, sent: captures, pending: 0, dropped: {} })
  expect(outcome).toMatchObject({ received: captures, timers: 0, listeners: 0 })
})

it(`holds no more memory after ${requests} requests than after a quarter of them`, async () => {
  const outcome = await measure('scopes.ts', requests)

  const { stats, received, reads } = outcome
  const answered = requests * 0.8
  expect(outcome.end - outcome.quarter).toBeLessThan(2 * megabyte)
  expect(reads).toEqual({ loaded: answered, unavailable: 0 })
  // An event, an exposure and a pageview for each that was answered, and the sign-ins.
  expect(stats.accepted).toBe(answered * 3 + signIns(requests))
  expect(stats).toMatchObject({
    sent: stats.accepted,
    pending: 0,
    dropped: {},
    calls: { flags: requests + signIns(requests) },
  })
  expect(outcome).toMatchObject({ received, timers: 0, listeners: 0 })
  expect(received).toBe(stats.sent)
})

/** Every seventh of the visitors who were answered. */
function signIns(requests: number): number {
  return Math.ceil(requests / 7) - Math.ceil(requests / 35)
}

/** In a process of its own, whose memory nothing else changes. */
async function measure(script: string, work: number): Promise<Outcome> {
  const path = fileURLToPath(new URL(`heap/${script}`, import.meta.url))
  const start = performance.now()
  const { stdout } = await promisify(execFile)(process.execPath, ['--expose-gc', path, String(work)])
  const outcome = JSON.parse(stdout) as Outcome
  const { quarter, end, timers, listeners } = outcome
  const took = ((performance.now() - start) / 1000).toFixed(1)
  console.log(
    `${script} ${work}: ${inMegabytes(quarter)} after a quarter, ${inMegabytes(end)} at the end ` +
      `(change ${inMegabytes(end - quarter)}), ${timers} timers, ${listeners} listeners, ${took} s`,
  )
  return outcome
}

function inMegabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(2)} MB`
}

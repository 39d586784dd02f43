import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { expect, it, onTestFinished } from 'vitest'
import type { Measurement } from './heap/server-process.ts'
import { visit } from './heap/visits.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const requests = short ? 5000 : 100_000
const megabyte = 1024 * 1024

it(`holds no more memory and no more listeners after ${requests} requests than after a quarter of them`, async () => {
  const { process: server, url } = await startServer()
  const start = performance.now()

  await visit(url, requests / 4)
  const quarter = await measure(server)
  await visit(url, (requests * 3) / 4)
  const end = await measure(server)

  const took = ((performance.now() - start) / 1000).toFixed(1)
  console.log(
    `${requests} requests over Express: ${inMegabytes(quarter.heap)} after a quarter, ` +
      `${inMegabytes(end.heap)} at the end (change ${inMegabytes(end.heap - quarter.heap)}), ` +
      `${end.listeners} listeners, ${end.open} open, ${took} s`,
  )
  expect(end.heap - quarter.heap).toBeLessThan(2 * megabyte)
  expect(end).toMatchObject({ listeners: 0, open: 0 })
  // A page has its event, an exposure and a pageview; an unfinished one a pageview; a stream an event.
  expect(end.accepted).toBe((requests / 10) * (7 * 3 + 1 + 1))
  expect([end.sent, end.received]).toEqual([end.accepted, end.accepted])
})

/** In a process of its own, whose memory nothing else changes. */
async function startServer(): Promise<{ process: ChildProcess; url: string }> {
  const script = fileURLToPath(new URL('heap/server-process.ts', import.meta.url))
  const child = fork(script, { execArgv: ['--expose-gc', '--conditions=@hedgerow/source'] })
  onTestFinished(() => void child.kill())
  const [{ port }] = (await once(child, 'message')) as [{ port: number }]
  return { process: child, url: `http://127.0.0.1:${port}` }
}

async function measure(server: ChildProcess): Promise<Measurement> {
  server.send('measure')
  const [measurement] = (await once(server, 'message')) as [Measurement]
  return measurement
}

function inMegabytes(bytes: number): string {
  return `${(bytes / megabyte).toFixed(2)} MB`
}

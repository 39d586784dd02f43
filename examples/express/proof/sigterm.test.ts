import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, expect, it } from 'vitest'
import { startScriptedServer, type ScriptedServer } from 'testkit'
import { type Service, type ServiceEnd, startService } from './service.ts'
import { startLoad } from './steady-load.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
/** Each page request makes three events. */
const pagesPerSecond = short ? 75 : 250
const jobsPerSecond = short ? 75 : 250
const seconds = short ? 1 : 5
const atLeast = (pagesPerSecond * 3 + jobsPerSecond) * seconds * 0.6
/** `shutdownTimeoutMs`, the slow request that is open at SIGTERM, and a second of grace. */
const boundMs = 2000 + 300 + 1000

const running: { close(): unknown }[] = []

afterEach(async () => {
  for (const each of running.splice(0)) await each.close()
})

it('sends everything before it exits, while PostHog is well', async () => {
  const { end, server, answered } = await terminatedUnderLoad(() => undefined)

  expect(end).toMatchObject({ code: 0, logged: [], report: { timedOut: false, pending: 0, dropped: 0 } })
  expect(end.stats).toMatchObject({ pending: 0, dropped: {} })
  expect(uuidsAt(server).size).toBe(end.stats.sent)
  expect(end.stats.sent).toBe(end.stats.accepted)
  expect(server.events().filter(({ event }) => event === '$pageview').length).toBeGreaterThanOrEqual(answered)
})

it('exits in time while PostHog takes a second for each answer, and says what it kept', async () => {
  const { end, server } = await terminatedUnderLoad((server) =>
    server.always('/batch/', { status: 200, delayMs: 1000 }),
  )

  expect(end.code).toBe(0)
  expect(end.stats.dropped).toEqual({})
  expect(end.stats.sent).toBeGreaterThan(0)
  expect(end.stats.sent).toBeLessThanOrEqual(uuidsAt(server).size)
})

it('exits in time while PostHog hangs, and counts nothing as sent', async () => {
  const { end } = await terminatedUnderLoad((server) => server.always('/batch/', 'hang'))

  expect(end).toMatchObject({ code: 0, report: { timedOut: true, sent: 0 }, stats: { sent: 0, dropped: {} } })
  expect(end.stats.pending).toBe(end.stats.accepted)
  expect(end.logged).toEqual([
    `[hedgerow] shutdown: ${end.stats.pending} events could not be sent before the client was shut down`,
  ])
})

it('exits in time while PostHog refuses connections, after one line about it', async () => {
  const { end, server } = await terminatedUnderLoad((server) => server.stop())

  expect(end).toMatchObject({ code: 0, report: { sent: 0 }, stats: { sent: 0, dropped: {} } })
  expect(end.stats.pending).toBe(end.stats.accepted)
  expect(server.requests).toEqual([])
  expect(end.logged).toEqual([
    '[hedgerow] host-unreachable: PostHog cannot be reached (connection failed); requests go on and events wait in memory until it answers',
    `[hedgerow] shutdown: ${end.stats.pending} events could not be sent before the client was shut down`,
  ])
})

/** A service that gets SIGTERM in the middle of its work, with what holds however PostHog behaves. */
async function terminatedUnderLoad(
  prepare: (server: ScriptedServer) => unknown,
): Promise<{ end: ServiceEnd; server: ScriptedServer; answered: number }> {
  const server = await startScriptedServer()
  running.push(server)
  await prepare(server)
  const service = await startService(server.url, jobsPerSecond)
  running.push({ close: () => service.kill() })
  const { end, answered } = await terminate(service)

  const { accepted, sent, pending, dropped } = end.stats
  const lost = Object.values(dropped).reduce((sum, events) => sum + events, 0)
  console.log(
    `exit after ${end.tookMs.toFixed(0)} ms, code ${end.code}: accepted ${accepted}, sent ${sent}, dropped ${lost}, ` +
      `pending ${pending}; received ${uuidsAt(server).size}`,
  )
  expect(accepted).toBe(sent + lost + pending)
  expect(accepted).toBeGreaterThan(atLeast)
  expect(end.report.pending).toBe(pending)
  expect(end.tookMs).toBeLessThan(boundMs)
  return { end, server, answered }
}

async function terminate(service: Service): Promise<{ end: ServiceEnd; answered: number }> {
  const load = startLoad(service.url, pagesPerSecond)
  await delay(seconds * 1000)
  const open = startLoad(`${service.url}/slow`, 1)
  await delay(100)
  const terminated = service.terminate()
  const [end, answered, slow] = await Promise.all([terminated, load.stop(), open.stop()])
  expect(slow).toBe(1)
  return { end, answered }
}

/** Ids of the events that have arrived, answered or not. None may arrive twice. */
function uuidsAt(server: ScriptedServer): Set<unknown> {
  const uuids = server
    .batches()
    .flatMap(({ body }) => (body as { batch: { uuid: string }[] }).batch.map(({ uuid }) => uuid))
  const unique = new Set(uuids)
  expect(unique.size).toBe(uuids.length)
  return unique
}

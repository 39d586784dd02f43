import { afterEach, expect, it } from 'vitest'
import { quantile, visit } from './load.ts'
import { type ShopStats, type Started, startDev, startShop } from './processes.ts'

const short = process.env['HEDGEROW_PROOF'] === 'short'
const requests = short ? 600 : 3000
const deadlineMs = 250
const toleranceMs = 50
/** The breaker opens after five waits that failed; those that four visitors had begun by then end late too. */
const untilOpen = 12

const running: Started[] = []

afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
})

it('answers as fast as before while PostHog refuses connections, and sends what it held when PostHog is back', async () => {
  const dev = keep(await startDev())
  const shop = keep(await startShop(dev.url))
  const before = await healthyMedian(shop.url)
  await shop.ask('flush')

  await dev.stop()
  const during = quantile(await visit(shop.url, requests), 0.5)
  const held = await shop.ask('stats')
  keep(await startDev(Number(new URL(dev.url).port)))
  const after = await flushed(shop)

  report('refused', { before, during, ratio: during / before, held: held.pending })
  expect(during).toBeLessThanOrEqual(before * 1.5)
  expect(held.pending).toBeGreaterThan(0)
  expect(after.pending).toBe(0)
  expect(await eventsAt(dev.url)).toBe(held.pending)
  expect(after.sent - held.sent).toBe(held.pending)
})

it('waits no longer than its deadline while PostHog hangs, and not at all once the breaker is open', async () => {
  const dev = keep(await startDev())
  const shop = keep(await startShop(dev.url))
  const before = await healthyMedian(shop.url)

  dev.process.kill('SIGSTOP')
  const closed = quantile(await visit(shop.url, untilOpen), 0.99)
  const open = quantile(await visit(shop.url, requests), 0.5)
  dev.process.kill('SIGCONT')
  const after = await shop.ask('flush')

  report('hanging', { before, closed, open, ratio: open / before })
  expect(closed).toBeGreaterThanOrEqual(deadlineMs)
  expect(closed).toBeLessThanOrEqual(deadlineMs + toleranceMs)
  expect(open).toBeLessThanOrEqual(before * 1.5)
  expect(after.accepted).toBe(
    after.sent + after.pending + Object.values(after.dropped).reduce((a, b) => a + b, 0),
  )
})

function keep<T extends Started>(started: T): T {
  running.push(started)
  return started
}

/** A flush may still join an attempt that began while nobody listened; its events go with a later one. */
async function flushed(shop: Awaited<ReturnType<typeof startShop>>): Promise<ShopStats> {
  let stats = await shop.ask('flush')
  for (let tries = 1; stats.pending > 0 && tries < 10; tries++) stats = await shop.ask('flush')
  return stats
}

async function healthyMedian(url: string): Promise<number> {
  await visit(url, 300)
  return quantile(await visit(url, requests), 0.5)
}

async function eventsAt(devUrl: string): Promise<number> {
  const response = await fetch(`${devUrl}/api/events?limit=1`)
  const { total } = (await response.json()) as { total: number }
  return total
}

function report(name: string, figures: Record<string, number>): void {
  const text = Object.entries(figures).map(([key, value]) => `${key} ${value.toFixed(2)}`)
  console.log(`${name}: ${text.join(', ')}`)
}

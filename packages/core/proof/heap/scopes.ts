import { randomUUID } from 'node:crypto'
import type { RequestFacts, RequestLayer, ResponseFacts } from '../../src/adapter.ts'
import { heapUse } from './heap-use.ts'
import { measuredClient } from './measured-client.ts'

/** Serves as many requests as the argument says, and prints what the heap holds after a quarter and at the end. */
const requests = Number(process.argv[2])
const atOnce = 100
const measured = measuredClient({ maxQueueSize: 100_000 })
const { client } = measured
// A cache that is full after a quarter, in a short run too; and however busy the machine is, every request gets its flags.
const layer = client.requestLayer({ flags: { cacheSize: 1000, deadlineMs: 60_000 } })
const reads = { loaded: 0, unavailable: 0 }

const quarter = await serve(0, requests / 4)
const end = await serve(requests / 4, requests)
await client.shutdown()

console.log(
  JSON.stringify({
    quarter,
    end,
    received: measured.received,
    reads,
    stats: client.stats(),
    ...measured.leftovers(),
  }),
)

async function serve(from: number, to: number): Promise<number> {
  for (let n = from; n < to; n += atOnce) {
    await Promise.all(Array.from({ length: atOnce }, (_, index) => request(layer, n + index)))
  }
  await client.flush()
  return heapUse()
}

/** One visitor's only request; every fifth leaves before the headers, while their flags are still being loaded. */
async function request(layer: RequestLayer, n: number): Promise<void> {
  let lastCall = () => {}
  const scope = layer.open({ n }, facts(n), {
    setCookie: () => true,
    beforeHeaders: (callback) => {
      lastCall = callback
    },
    // The layer keeps such scopes, until they end.
    facts: () => response(undefined),
  })
  const { ready } = scope
  if (n % 5 === 0) return scope.end(response(undefined))
  if (ready) await ready
  await scope.run(async () => {
    if (scope.flags.getFlag('hero') === 'b') reads.loaded += 1
    else reads.unavailable += 1
    client.capture({ event: 'page opened', properties: { n } })
    if (n % 7 === 0) await scope.identify(`user_${n}`)
  })
  lastCall()
  scope.end(response(layer.now()))
}

/** Half of the visitors have been here before, and say so. */
function facts(n: number): RequestFacts {
  const state = JSON.stringify({ distinct_id: randomUUID(), $device_id: randomUUID() })
  const headers: Readonly<Record<string, string | undefined>> = {
    'sec-fetch-dest': 'document',
    'user-agent': 'Mozilla/5.0 (X11; Linux x86_64) Chrome/140.0.0.0',
    cookie: n % 2 === 0 ? `ph_phc_heap_posthog=${encodeURIComponent(state)}` : undefined,
  }
  return {
    method: 'GET',
    protocol: 'http',
    host: 'localhost:3000',
    path: `/products/${n}?utm_source=proof`,
    ip: '203.0.113.9',
    header: (name) => headers[name],
  }
}

function response(headersAt: number | undefined): ResponseFacts {
  const completed = headersAt !== undefined
  return {
    status: 200,
    route: '/products/:id',
    contentType: completed ? 'text/html' : undefined,
    contentDisposition: undefined,
    completed,
    headersAt,
  }
}

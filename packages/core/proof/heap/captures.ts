import { heapUse } from './heap-use.ts'
import { measuredClient } from './measured-client.ts'

/** Captures as many events as the argument says, and prints what the heap holds after a quarter and at the end. */
const captures = Number(process.argv[2])
const measured = measuredClient()
const { client } = measured

const quarter = await capture(0, captures / 4)
const end = await capture(captures / 4, captures)
await client.shutdown()

console.log(
  JSON.stringify({
    quarter,
    end,
    received: measured.received,
    stats: client.stats(),
    ...measured.leftovers(),
  }),
)

async function capture(from: number, to: number): Promise<number> {
  for (let n = from; n < to; n += 1) {
    const properties = { n, product: `Garden gloves ${n % 1000}`, price: 9.95, tags: ['garden', 'new'] }
    client.capture({ distinctId: `user_${n}`, event: 'order placed', properties })
    // The event loop turns now and then, as it does between requests.
    if (n % 100 === 0) await new Promise((resolve) => setImmediate(resolve))
  }
  await client.flush()
  return heapUse()
}

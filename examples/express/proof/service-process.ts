import type { AddressInfo } from 'node:net'
import { setTimeout as delay } from 'node:timers/promises'
import { HedgerowClient, hedgerow, shutdownWith } from '@hedgerow/express'
import express from 'express'

/**
 * A service that captures in its requests and in the background, and ends as the documentation says. Prints its port, and
 * at the end what became of its events.
 */
const [host, capturesPerSecond] = process.argv.slice(2)
const client = new HedgerowClient('phc_service', { host })

const app = express()
app.use(hedgerow(client, { flags: { preload: 'never' } }))
app.get('/', (req, res) => {
  req.hedgerow.capture('page opened')
  client.capture({ event: 'stock checked', properties: { items: 42 } })
  res.type('html').send('<h1>Service</h1>')
})
app.get('/slow', async (_req, res) => {
  await delay(300)
  res.type('html').send('<h1>Slow</h1>')
})

const background = setInterval(
  () => client.capture({ distinctId: 'service', event: 'job done' }),
  1000 / Number(capturesPerSecond),
)
const server = app.listen(0, '127.0.0.1', () => print({ port: (server.address() as AddressInfo).port }))
const delivery = shutdownWith(server, client)
// After `shutdownWith`, so that jobs are still being done when the client begins to shut down.
server.once('close', () => setImmediate(() => clearInterval(background)))
process.once('SIGTERM', () => server.close())

print({ report: await delivery, stats: client.stats() })

function print(message: object): void {
  console.log(JSON.stringify(message))
}

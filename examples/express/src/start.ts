import { createServer } from 'node:http'
import { join } from 'node:path'
import { type DevServer, DevServerError, startDevServer } from '@hedgerow/dev'
import { HedgerowClient, shutdownWith } from '@hedgerow/express'
import { createApp } from './app.ts'
import { listen } from './listen.ts'

/** Requests that are still being answered after Ctrl-C have this long. */
const graceMs = 2000

const inspector = await startInspector(8181, 0)
// One event a request, so that you see it at once; the defaults send many together.
const client = new HedgerowClient('phc_example', { host: inspector.url, flushAt: 1 })
const server = createServer(createApp({ client, inspectorUrl: inspector.url }))
const shopUrl = await listen(server, 3000)
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)

console.log(`
  Shop       ${shopUrl}
  Inspector  ${inspector.url}

  Open the shop in a browser, and watch the pageview arrive in the inspector.
  Sign in, edit examples/express/hedgerow.flags.json, and reload.
  curl alone is not a document request: curl -H 'accept: text/html' ${shopUrl}

  Ctrl-C stops both.
`)

async function startInspector(preferredPort: number, otherPort?: number): Promise<DevServer> {
  const flagsFile = join(import.meta.dirname, '../hedgerow.flags.json')
  try {
    return await startDevServer({ flagsFile, log: console.log, port: preferredPort })
  } catch (error) {
    if (!(error instanceof DevServerError)) throw error
    if (error.code === 'port-unavailable' && otherPort !== undefined) return startInspector(otherPort)
    console.error(error.message)
    return process.exit(1)
  }
}

function onSignal(): void {
  // Without a listener a second Ctrl-C ends the process at once.
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
  console.log('Stopping; Ctrl-C again ends at once.')
  void stop()
}

async function stop(): Promise<void> {
  const delivery = shutdownWith(server, client)
  server.close()
  const grace = setTimeout(() => server.closeAllConnections(), graceMs)
  await delivery
  clearTimeout(grace)
  await inspector.close()

  const { sent, accepted } = client.stats()
  console.log(`Events sent: ${sent} of ${accepted}.`)
}

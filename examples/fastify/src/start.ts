import { join } from 'node:path'
import { type DevServer, DevServerError, startDevServer } from '@hedgerow/dev'
import { createApp } from './app.ts'

const inspector = await startInspector()
const app = await createApp({
  // One event a request, so that you see it at once; the defaults send many together.
  hedgerow: { token: 'phc_example', host: inspector.url, flushAt: 1 },
  inspectorUrl: inspector.url,
})
const url = await listen()
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)

console.log(`
  Library    ${url}
  Inspector  ${inspector.url}

  Open the library in a browser, and watch the pageview arrive in the inspector.
  Sign in, borrow a book, edit examples/fastify/hedgerow.flags.json, and reload.

  Ctrl-C stops both.
`)

async function startInspector(port = 8181): Promise<DevServer> {
  const flagsFile = join(import.meta.dirname, '../hedgerow.flags.json')
  try {
    return await startDevServer({ flagsFile, log: console.log, port })
  } catch (error) {
    if (!(error instanceof DevServerError)) throw error
    if (error.code === 'port-unavailable' && port !== 0) return startInspector(0)
    console.error(error.message)
    return process.exit(1)
  }
}

/** On port 3000 or, when that is taken, on a free one. */
async function listen(port = 3000): Promise<string> {
  try {
    return await app.listen({ port, host: '127.0.0.1' })
  } catch (error) {
    if (port !== 0 && error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return listen(0)
    throw error
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
  await app.close() // sends what is left
  await inspector.close()

  const { sent, accepted } = app.hedgerow.stats()
  console.log(`Events sent: ${sent} of ${accepted}.`)
}

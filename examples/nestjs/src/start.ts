import { join } from 'node:path'
import { type DevServer, DevServerError, startDevServer } from '@hedgerow/dev'
import { HedgerowService } from '@hedgerow/nestjs'
import { createApp } from './create-app.ts'

const inspector = await startInspector()
// One event a request, so that you see it at once; the defaults send many together.
const app = await createApp({ token: 'phc_example', host: inspector.url, flushAt: 1 })
const url = await listen()
process.once('exit', () => {
  const { sent, accepted } = app.get(HedgerowService).client.stats()
  console.log(`Events sent: ${sent} of ${accepted}.`)
})

console.log(`
  Cinema     ${url}
  Inspector  ${inspector.url}

  Open the cinema in a browser, and watch the pageview arrive in the inspector.
  Try ${url}/api/v1/previews, edit examples/nestjs/hedgerow.flags.json, and try again.

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
    await app.listen(port, '127.0.0.1')
    return await app.getUrl()
  } catch (error) {
    if (port !== 0 && error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')
      return listen(0)
    throw error
  }
}

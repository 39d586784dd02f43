import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createRequire } from 'node:module'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { type DevServer, DevServerError, startDevServer } from '@hedgerow/dev'

const inspector = await startInspector()
const port = await freePort(3000)
const next = startNext(port)
process.on('SIGINT', onSignal)
process.on('SIGTERM', onSignal)

console.log(`
  Shop       http://localhost:${port}
  Inspector  ${inspector.url}

  Open the shop in a browser, and watch the pageview arrive in the inspector.
  Sign in, edit examples/next/hedgerow.flags.json, and reload.

  Ctrl-C stops both.
`)

const [code] = (await once(next, 'exit')) as [number | null]
await inspector.close()
process.exitCode = code ?? 0

async function startInspector(inspectorPort = 8181): Promise<DevServer> {
  const flagsFile = join(import.meta.dirname, 'hedgerow.flags.json')
  try {
    return await startDevServer({ flagsFile, log: console.log, port: inspectorPort })
  } catch (error) {
    if (!(error instanceof DevServerError)) throw error
    if (error.code === 'port-unavailable' && inspectorPort !== 0) return startInspector(0)
    console.error(error.message)
    return process.exit(1)
  }
}

/** The shop as one works on it: what is edited shows at once. */
function startNext(shopPort: number): ChildProcess {
  const command = createRequire(import.meta.url).resolve('next/dist/bin/next')
  return spawn(process.execPath, [command, 'dev', '-H', 'localhost', '-p', String(shopPort)], {
    cwd: import.meta.dirname,
    env: {
      ...process.env,
      POSTHOG_KEY: 'phc_example',
      POSTHOG_HOST: inspector.url,
      INSPECTOR_URL: inspector.url,
      NEXT_TELEMETRY_DISABLED: '1',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
  })
}

/** The preferred port or, when that is taken, a free one. */
async function freePort(preferred: number): Promise<number> {
  const server = createServer()
  const taken = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(true))
    server.listen(preferred, 'localhost', () => resolve(false))
  })
  if (taken) return freePort(0)
  const address = server.address()
  server.close()
  await once(server, 'close')
  return typeof address === 'object' && address ? address.port : preferred
}

/** Next.js sends what the shop has captured before it ends. */
function onSignal(): void {
  process.off('SIGINT', onSignal)
  process.off('SIGTERM', onSignal)
  next.kill('SIGTERM')
}

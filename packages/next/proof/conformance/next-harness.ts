import { AsyncLocalStorage } from 'node:async_hooks'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createNextApp, type NextApp } from 'testkit'
import type { AdapterHarness, SiteDescription } from 'testkit/conformance'
// Not from this package, which loads Next.js before that knows where it runs.
import { HedgerowClient } from '@hedgerow/core'

const require = createRequire(import.meta.url)
const packages = join(import.meta.dirname, '../../..')

/** One request, as the built application finds it. */
interface Call {
  readonly site: SiteDescription<HedgerowClient>
  readonly incoming: IncomingMessage
  readonly outgoing: ServerResponse
}

type Handler = (incoming: IncomingMessage, outgoing: ServerResponse) => Promise<void>

/** The application that stands for all sites of the suite: it is built once, and asks which one a request is for. */
export interface ConformanceApp {
  readonly harness: AdapterHarness<HedgerowClient>
  remove(): Promise<void>
}

/** Builds the application, and starts it within this process, so that tests can describe sites to it. */
export async function startConformanceApp(): Promise<ConformanceApp> {
  const app = await createNextApp(join(import.meta.dirname, 'app'), {
    '@hedgerow/core': join(packages, 'core'),
    '@hedgerow/next': join(packages, 'next'),
  })
  await app.build()
  const { handle, close } = await serverOf(app)
  const calls = new AsyncLocalStorage<Call>()
  Reflect.set(globalThis, Symbol.for('test.conformance.calls'), calls)
  return {
    harness: {
      name: 'Next.js 16',
      createClient: (token, options) => new HedgerowClient(token, options),
      async start(site) {
        const server = createServer((incoming, outgoing) => {
          void calls.run({ site, incoming, outgoing }, () => handle(incoming, outgoing))
        })
        await once(server.listen(0, '127.0.0.1'), 'listening')
        return {
          server,
          close: async () => {
            server.close()
            if (server.listening) await once(server, 'close')
          },
        }
      },
    },
    async remove() {
      await close()
      await app.remove()
    },
  }
}

async function serverOf({ directory }: NextApp) {
  type Server = { prepare(): Promise<void>; getRequestHandler(): Handler; close(): Promise<void> }
  void require('next/dist/server/node-environment') // what its command line begins with
  const createNext = require('next') as (options: object) => Server
  const server = createNext({ dev: false, dir: directory, hostname: 'localhost', port: 3000, quiet: true })
  await server.prepare()
  return { handle: server.getRequestHandler(), close: () => server.close() }
}

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Express } from 'express'
import { createFakeRuntime, type FakeRuntime, type ScriptedServer, startScriptedServer } from 'testkit'
import { onTestFinished } from 'vitest'
import {
  type ClientOptions,
  type ExpressIngestProxyOptions,
  HedgerowClient,
  ingestProxy,
} from '../../src/index.ts'
import type { ExpressModule } from '../test-site.ts'

/** How to build a site. */
export interface IngestSiteParts {
  readonly proxy?: ExpressIngestProxyOptions
  readonly client?: ClientOptions
  /** Everything above the proxy. */
  readonly above?: (app: Express) => void
  /** Everything below it. */
  readonly below?: (app: Express) => void
  /** Where the proxy is mounted. @default '/ingest' */
  readonly path?: string
}

/** An Express application with the proxy on a real server, and the PostHog server behind it. Time stands still. */
export interface IngestSite {
  readonly url: string
  readonly port: number
  readonly server: Server
  readonly posthog: ScriptedServer
  readonly runtime: FakeRuntime
  /** The WARN lines so far. */
  warnings(): string[]
}

/** Starts a site that stops with the test. */
export async function startIngestSite(
  module: ExpressModule,
  parts: IngestSiteParts = {},
): Promise<IngestSite> {
  const posthog = await startScriptedServer()
  for (const path of ['/e/', '/i/v0/e/', '/s/']) posthog.always(path, { status: 200, body: { status: 'Ok' } })
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime, ...parts.client })
  const app = module()
  parts.above?.(app)
  app.use(parts.path ?? '/ingest', ingestProxy(client, parts.proxy))
  parts.below?.(app)
  const server = createServer(app)
  const port = await listening(server)
  onTestFinished(() => posthog.close())
  const warnings = () => runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line)
  return { url: `http://127.0.0.1:${port}`, port, server, posthog, runtime, warnings }
}

/** Listens on a free port of 127.0.0.1 until the test ends. */
export async function listening(server: Server): Promise<number> {
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
    server.closeAllConnections()
  })
  return (server.address() as AddressInfo).port // a TCP server that listens has an address object
}

import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import express from 'express'
import type { Express, Request } from 'express'
import {
  createFakeRuntime,
  documentHeaders,
  type FakeRuntime,
  type HttpAnswer,
  type HttpRequest,
  type ScriptedServer,
  send,
  startScriptedServer,
  type WireEvent,
} from 'testkit'
import { onTestFinished } from 'vitest'
import { type ClientOptions, hedgerow, HedgerowClient, type RequestOptions } from '../src/index.ts'

/** Express 5, or Express 4, which has no types of its own and is used the same way. */
export type ExpressModule = typeof express

/** Both majors, for `describe.each`. */
export const majors: readonly (readonly [name: string, express: ExpressModule])[] = [
  ['Express 5', express],
  ['Express 4', createRequire(import.meta.url)('express4') as ExpressModule],
]

/** When every test begins, by the site's clock: 2024-06-15T12:30:45.123Z. */
export const startTime = 1_718_454_645_123

/** How to build a site. */
export interface SiteParts {
  /** Everything below the middleware. */
  readonly routes: (app: Express, client: HedgerowClient) => void
  /** Everything above it. */
  readonly above?: (app: Express) => void
  readonly request?: RequestOptions<Request>
  readonly client?: ClientOptions
  readonly token?: string
  /** @default a PostHog server of its own that answers everything */
  readonly posthog?: ScriptedServer
}

/** An Express application with Hedgerow on a real server, and the PostHog server that it talks to. Time stands still. */
export interface TestSite {
  readonly url: string
  readonly port: number
  readonly server: Server
  readonly posthog: ScriptedServer
  readonly client: HedgerowClient
  readonly runtime: FakeRuntime
  /** Opens a page as a browser does. */
  visit(path?: string, headers?: HttpRequest['headers']): Promise<HttpAnswer>
  /** Makes a request with no headers but those given. */
  send(path: string, options?: HttpRequest): Promise<HttpAnswer>
  /** Resolves when every response so far has closed, so that its scope has ended. */
  closed(): Promise<void>
  /** All events so far, in order, sent and arrived. */
  events(): Promise<WireEvent[]>
  /** The WARN lines so far. */
  warnings(): string[]
}

/** Starts a site that stops with the test. */
export async function startSite(module: ExpressModule, parts: SiteParts): Promise<TestSite> {
  const posthog = parts.posthog ?? (await startScriptedServer())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient(parts.token ?? 'phc_test', {
    host: posthog.url,
    runtime,
    ...parts.client,
  })
  const app = module()
  parts.above?.(app)
  app.use(hedgerow(client, parts.request))
  parts.routes(app, client)

  let open = 0
  const server = createServer((req, res) => {
    open++
    // Every listener of the event has run by then.
    res.once('close', () => queueMicrotask(() => open--))
    app(req, res)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo // a TCP server that listens has an address object
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await posthog.close()
  })

  const url = `http://127.0.0.1:${port}`
  const closed = () => posthog.waitFor(() => open === 0)
  return {
    url,
    port,
    server,
    posthog,
    client,
    runtime,
    closed,
    visit: (path = '/', headers = {}) => send(url + path, { headers: { ...documentHeaders, ...headers } }),
    send: (path, options) => send(url + path, options),
    async events() {
      await closed()
      await client.flush()
      return posthog.events()
    },
    warnings: () => runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line),
  }
}

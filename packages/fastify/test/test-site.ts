import type { Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import fastify from 'fastify'
import type { FastifyInstance, FastifyRequest, FastifyServerOptions } from 'fastify'
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

/** Fastify 5, or Fastify 4, which is used the same way. */
export type FastifyModule = typeof fastify

/** Both majors, for `describe.each`. */
export const majors: readonly (readonly [name: string, fastify: FastifyModule])[] = [
  ['Fastify 5', fastify],
  ['Fastify 4', createRequire(import.meta.url)('fastify4') as FastifyModule],
]

/** How to build a site. */
export interface SiteParts {
  /** Everything below the plugin. */
  readonly routes: (app: FastifyInstance, client: HedgerowClient) => unknown
  /** Everything above it. */
  readonly above?: (app: FastifyInstance) => unknown
  readonly request?: RequestOptions<FastifyRequest>
  readonly client?: ClientOptions
  readonly server?: FastifyServerOptions
  readonly token?: string
  /** @default a PostHog server of its own that answers everything */
  readonly posthog?: ScriptedServer
}

/** A Fastify application with Hedgerow on a real server, and the PostHog server that it talks to. Time stands still. */
export interface TestSite {
  readonly url: string
  readonly port: number
  readonly app: FastifyInstance
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
export async function startSite(module: FastifyModule, parts: SiteParts): Promise<TestSite> {
  const posthog = parts.posthog ?? (await startScriptedServer())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient(parts.token ?? 'phc_test', {
    host: posthog.url,
    runtime,
    ...parts.client,
  })
  const app = module({ forceCloseConnections: true, ...parts.server })
  onTestFinished(async () => {
    await app.close() // sends what is left, as long as there is somebody to send it to
    await posthog.close()
  })
  let open = 0
  app.server.on('request', (_request, response) => {
    open++
    // Every listener of the event has run by then.
    response.once('close', () => queueMicrotask(() => open--))
  })
  await parts.above?.(app)
  await app.register(hedgerow, { client, ...parts.request })
  await parts.routes(app, client)
  const url = await app.listen({ port: 0, host: '127.0.0.1' })

  const closed = () => posthog.waitFor(() => open === 0)
  return {
    url,
    port: (app.server.address() as AddressInfo).port, // a TCP server that listens has an address object
    app,
    server: app.server,
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

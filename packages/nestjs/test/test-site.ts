import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import {
  type INestApplication,
  Module,
  type ModuleMetadata,
  type NestApplicationOptions,
} from '@nestjs/common'
import { NestFactory } from '@nestjs/core'
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
import { type ClientOptions, HedgerowClient, HedgerowModule, type NestRequestOptions } from '../src/index.ts'
import type { Platform } from './platforms.ts'

/** How to build a site. */
export interface SiteParts extends ModuleMetadata {
  readonly request?: NestRequestOptions<{ user?: unknown }>
  readonly client?: ClientOptions
  /** What the PostHog server answers from the first request on. */
  readonly script?: (posthog: ScriptedServer) => void
  /** What `main.ts` does between creating the application and listening. */
  readonly prepare?: (app: INestApplication) => unknown
}

/** A Nest application with Hedgerow on a real server, and the PostHog server that it talks to. Time stands still. */
export interface TestSite {
  readonly url: string
  readonly app: INestApplication
  readonly posthog: ScriptedServer
  readonly client: HedgerowClient
  readonly runtime: FakeRuntime
  /** Opens a page as a browser does. */
  visit(path?: string, headers?: HttpRequest['headers']): Promise<HttpAnswer>
  /** Makes a request with no headers but those given. */
  send(path: string, options?: HttpRequest): Promise<HttpAnswer>
  /** All events so far, in order, sent and arrived, once every response has closed. */
  events(): Promise<WireEvent[]>
  /** The WARN lines so far. */
  warnings(): string[]
}

/** Starts a site that stops with the test. */
export async function startSite(platform: Platform, parts: SiteParts): Promise<TestSite> {
  const posthog = await startScriptedServer()
  parts.script?.(posthog)
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime, ...parts.client })
  const { request, client: _options, script: _script, prepare, ...metadata } = parts
  const hedgerow = HedgerowModule.forRoot({ client, isGlobal: true, ...request })
  const app = await createApp(platform, { ...metadata, imports: [hedgerow, ...(metadata.imports ?? [])] })
  await prepare?.(app)
  const url = await listen(app)
  onTestFinished(async () => {
    await app.close() // sends what is left, as long as there is somebody to send it to
    await posthog.close()
  })
  let open = 0
  const server: Server = app.getHttpServer()
  server.on('request', (_request, response) => {
    open++
    // Every listener of the event has run by then.
    response.once('close', () => queueMicrotask(() => open--))
  })
  return {
    url,
    app,
    posthog,
    client,
    runtime,
    visit: (path = '/', headers = {}) => send(url + path, { headers: { ...documentHeaders, ...headers } }),
    send: (path, options) => send(url + path, options),
    async events() {
      await posthog.waitFor(() => open === 0)
      await client.flush()
      return posthog.events()
    },
    warnings: () => runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line),
  }
}

/** An application of one module, as `main.ts` makes it. */
export function createApp(
  platform: Platform,
  metadata: ModuleMetadata,
  options: NestApplicationOptions = {},
): Promise<INestApplication> {
  @Module({})
  class App {}
  return NestFactory.create(
    { module: App, ...metadata },
    platform.createAdapter({ bodyLimit: 1024 * 1024 }),
    {
      logger: false,
      abortOnError: false,
      ...options,
    },
  )
}

/** Listens on a free port. @returns its URL. */
export async function listen(app: INestApplication): Promise<string> {
  await app.listen(0, '127.0.0.1')
  const { port } = app.getHttpServer().address() as AddressInfo // a TCP server that listens has an address object
  return `http://127.0.0.1:${port}`
}

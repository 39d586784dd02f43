import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { it, onTestFinished } from 'vitest'
import { createFakeRuntime, type FakeRuntime } from '../fake-runtime.ts'
import { documentHeaders, type HttpAnswer, type HttpRequest, send } from '../http-client.ts'
import { type ScriptedServer, startScriptedServer } from '../scripted-server.ts'
import type { WireEvent } from '../wire-event.ts'
import type {
  AdapterHarness,
  ConformanceClient,
  ConformanceClientOptions,
  ConformanceRequestOptions,
  SitePlan,
  Withheld,
} from './adapter-harness.ts'

/** The verdict on a handler's scope, where the page was counted in another one. */
const ofSecondScopes = 'not counted, reason: route-option'

/** How to build a site. */
export interface SiteParts {
  readonly build: (client: ConformanceClient) => SitePlan
  readonly request?: ConformanceRequestOptions
  readonly client?: Partial<ConformanceClientOptions>
  /** @default a PostHog server of its own that answers everything */
  readonly posthog?: ScriptedServer
}

/** A site with Hedgerow on a real server, and the PostHog server that it talks to. Time stands still. */
export interface ConformanceSite {
  readonly url: string
  readonly port: number
  readonly server: Server
  readonly posthog: ScriptedServer
  readonly client: ConformanceClient
  readonly runtime: FakeRuntime
  /** Opens a page as a browser does. */
  visit(path: string, headers?: HttpRequest['headers']): Promise<HttpAnswer>
  /** Makes a request with no headers but those given. */
  send(path: string, options?: HttpRequest): Promise<HttpAnswer>
  /**
   * Resolves when every request that the server has seen so far has settled: with what was decided about each, in order.
   * Rejects when one has settled twice.
   */
  settled(): Promise<string[]>
  /** All events so far, in order, sent and arrived. */
  events(): Promise<WireEvent[]>
}

/** As `it`, and no test where the framework withholds what it needs. */
export function itWhereSeen(
  { withholds = [] }: AdapterHarness,
  needed: Withheld,
): (name: string, test: () => Promise<void>) => void {
  return withholds.includes(needed) ? () => {} : it
}

/** Starts a site that stops with the test. */
export async function startSite(harness: AdapterHarness, parts: SiteParts): Promise<ConformanceSite> {
  const posthog = parts.posthog ?? (await startScriptedServer())
  const runtime = createFakeRuntime()
  const client = harness.createClient('phc_test', {
    host: posthog.url,
    logLevel: 'debug',
    runtime,
    ...parts.client,
  })
  const { server, close } = await harness.start({
    client,
    request: parts.request ?? {},
    ...parts.build(client),
  })
  let requests = 0
  server.on('request', () => requests++)
  onTestFinished(async () => {
    server.closeAllConnections()
    await closeInTime(close(), runtime)
    await posthog.close()
  })

  const { port } = server.address() as AddressInfo // a TCP server that listens has an address object
  const url = `http://127.0.0.1:${port}`
  const verdicts = () => {
    const all = runtime.lines.flatMap(({ line }) => /\bpageview: ([^(]*[^( ])/.exec(line)?.[1] ?? [])
    return all.filter((verdict) => verdict !== ofSecondScopes)
  }
  const settled = async () => {
    await posthog.waitFor(() => verdicts().length >= requests)
    await runtime.settle()
    const settlements = verdicts()
    // A second scope that a test has ended by hand cannot be told from a first.
    if (settlements.length === requests || harness.withholds?.includes('outcome')) return settlements
    throw new Error(`${requests} requests have settled ${settlements.length} times`)
  }
  return {
    url,
    port,
    server,
    posthog,
    client,
    runtime,
    settled,
    visit: (path, headers = {}) => send(url + path, { headers: { ...documentHeaders, ...headers } }),
    send: (path, options) => send(url + path, options),
    async events() {
      await settled()
      await client.flush()
      return posthog.events()
    },
  }
}

/** Starts a site without Hedgerow, which stops with the test. @returns its port. */
export async function startPlainSite(harness: AdapterHarness, plan: SitePlan): Promise<number> {
  const { server, close } = await harness.start({ client: undefined, request: {}, ...plan })
  onTestFinished(async () => {
    server.closeAllConnections()
    await close()
  })
  return (server.address() as AddressInfo).port // a TCP server that listens has an address object
}

/** An adapter may send what is left when its framework closes, and wait for that by a clock that stands still. */
async function closeInTime(closing: Promise<void>, runtime: FakeRuntime): Promise<void> {
  let closed = false
  const done = closing.finally(() => (closed = true))
  for (let seconds = 0; !closed && seconds < 60; seconds++) await runtime.advance(1000)
  await done
}

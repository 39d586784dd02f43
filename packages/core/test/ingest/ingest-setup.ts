import {
  createFakeRuntime,
  type FakeRuntime,
  type FakeRuntimeOverrides,
  type ScriptedServer,
  startScriptedServer,
} from 'testkit'
import { onTestFinished } from 'vitest'
import {
  type ClientOptions,
  HedgerowClient,
  type IngestProxy,
  type IngestProxyOptions,
} from '../../src/index.ts'

/** A proxy with a PostHog server behind it. Time stands still. */
export interface IngestSetup {
  readonly posthog: ScriptedServer
  readonly runtime: FakeRuntime
  readonly proxy: IngestProxy
  /** Calls the proxy as a web-standard server does, on `https://shop.example`. */
  call(path: string, init?: RequestInit & { readonly duplex?: 'half' }): Promise<Response>
  /** Where PostHog was called, in order. */
  paths(): string[]
  /** The WARN lines so far. */
  warnings(): string[]
}

/** Starts a proxy that stops with the test. */
export async function startIngest(
  options: IngestProxyOptions = {},
  client: ClientOptions = {},
  overrides: FakeRuntimeOverrides = {},
): Promise<IngestSetup> {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime(overrides)
  const proxy = new HedgerowClient('phc_test', { host: posthog.url, runtime, ...client }).ingestProxy(options)
  return {
    posthog,
    runtime,
    proxy,
    call: (path, init) => proxy.fetch(new Request(`https://shop.example${path}`, init)),
    paths: () => posthog.requests.map(({ method, path }) => `${method} ${path}`),
    warnings: () => runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line),
  }
}

import { createFakeRuntime, type FakeRuntime, startScriptedServer, type WireEvent } from 'testkit'
import { onTestFinished } from 'vitest'
import type { RequestFacts, RequestLayer, ResponseFacts } from '../../src/adapter.ts'
import {
  type ClientOptions,
  HedgerowClient,
  type RequestOptions,
  type RequestScope,
} from '../../src/index.ts'

/** A response with a page of HTML that went out in one piece. */
export const page: ResponseFacts = {
  status: 200,
  route: '/page',
  contentType: 'text/html; charset=utf-8',
  contentDisposition: undefined,
  cacheControl: undefined,
  completed: true,
  headersAt: Date.UTC(2024, 5, 15, 12, 30, 45, 123),
}

/** A mounted request layer, and what it captured and logged. Time stands still. */
export interface PageviewSetup {
  readonly client: HedgerowClient
  readonly runtime: FakeRuntime
  readonly layer: RequestLayer
  /** A request from its arrival to the end of its response, with what the application does in between. */
  end(facts: RequestFacts, response: ResponseFacts, during?: (scope: RequestScope) => void): void
  /** All events so far, sent and arrived. */
  events(): Promise<WireEvent[]>
  /** What was logged of pageviews so far. */
  verdicts(): string[]
  warnings(): string[]
}

/** Starts a client that stops with the test. */
export async function startPageviews(
  pageviews: RequestOptions['pageviews'] = {},
  options: ClientOptions = {},
): Promise<PageviewSetup> {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime, logLevel: 'debug', ...options })
  const layer = client.requestLayer({ flags: { preload: 'never' }, pageviews })
  const lines = (pattern: RegExp) => runtime.lines.flatMap(({ line }) => pattern.exec(line)?.[1] ?? [])
  return {
    client,
    runtime,
    layer,
    end(facts, response, during) {
      const scope = layer.open({}, facts, { setCookie: () => true, beforeHeaders: () => undefined })
      during?.(scope)
      scope.end(response)
    },
    async events() {
      await client.flush()
      return posthog.events()
    },
    verdicts: () => lines(/\] pageview: (.*)/),
    warnings: () => runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line),
  }
}

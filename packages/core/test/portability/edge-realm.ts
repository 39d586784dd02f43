import { createWebContext, portableBundle, startScriptedServer, type WebContext } from 'testkit'
import { onTestFinished } from 'vitest'
import type { ClientOptions } from '../../src/index.ts'

/** What an application on the edge has, in its realm. */
export type EdgeRealm = typeof import('./inside.ts') & Pick<WebContext, 'lines'>

const script = await portableBundle({
  code: "export * from './inside.ts'",
  folder: import.meta.dirname,
  conditions: ['@hedgerow/source'],
})

/**
 * The whole of core in a realm without Node.js, as an edge runtime loads it.
 *
 * @param globals more than the web's; `undefined` takes one away.
 */
export function enterEdge(globals: Readonly<Record<string, unknown>> = {}): EdgeRealm {
  const context = createWebContext(globals)
  context.run(script)
  // The exports of that script.
  return { ...(context.run('bundle') as typeof import('./inside.ts')), lines: context.lines }
}

/** A client in such a realm, and a PostHog that it reaches through the network of this one. */
export async function startOnEdge(
  globals: Readonly<Record<string, unknown>> = {},
  options: ClientOptions = {},
) {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const edge = enterEdge(globals)
  const client = new edge.HedgerowClient('phc_test', { host: posthog.url, ...options })
  onTestFinished(async () => void (await client.shutdown()))
  return { posthog, edge, client }
}

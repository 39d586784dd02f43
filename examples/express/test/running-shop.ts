import { createServer } from 'node:http'
import { HedgerowClient, shutdownWith } from '@hedgerow/express'
import { type ScriptedServer, startScriptedServer, type WireEvent } from 'testkit'
import { onTestFinished } from 'vitest'
import { createApp } from '../src/app.ts'
import { listen } from '../src/listen.ts'

/** The shop on a free port, with a PostHog that the test drives. */
export interface RunningShop {
  readonly url: string
  readonly posthog: ScriptedServer
  /** What the shop reported as its own errors. */
  readonly errors: readonly unknown[]
  /** Stops the shop and gives everything that reached PostHog, in the order in which it happened, but for exposures. */
  finish(): Promise<WireEvent[]>
  /** The `$feature_flag_called` events among what reached PostHog. */
  exposures(): WireEvent[]
}

/** Starts the shop; it ends with the test at the latest. */
export async function runningShop(flags: ScriptedServer['flags'] = {}): Promise<RunningShop> {
  const posthog = await startScriptedServer()
  posthog.flags = flags
  const client = new HedgerowClient('phc_shop', { host: posthog.url })
  const errors: unknown[] = []
  const server = createServer(createApp({ client, reportError: (error) => errors.push(error) }))
  const delivery = shutdownWith(server, client)
  const url = await listen(server, 0)
  onTestFinished(async () => {
    server.close()
    server.closeAllConnections()
    await delivery
    await posthog.close()
  })

  return {
    url,
    posthog,
    errors,
    async finish() {
      server.close()
      await delivery
      return posthog.events().filter((event) => !isExposure(event))
    },
    exposures: () => posthog.events().filter(isExposure),
  }
}

function isExposure({ event }: WireEvent): boolean {
  return event === '$feature_flag_called'
}

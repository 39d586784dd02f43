import { join } from 'node:path'
import { nextAppIn, type ScriptedServer, startScriptedServer } from 'testkit'

/** The shop as it is deployed, with a PostHog that a test drives. */
export interface BuiltShop {
  readonly url: string
  readonly posthog: ScriptedServer
  /** Ends both. */
  stop(): Promise<void>
}

/** Builds the shop and starts it. */
export async function builtShop(): Promise<BuiltShop> {
  const app = nextAppIn(join(import.meta.dirname, '..'))
  await app.build()
  const posthog = await startScriptedServer()
  // What posthog-js sends there.
  for (const path of ['/e/', '/i/v0/e/']) posthog.always(path, { status: 200, body: { status: 'Ok' } })
  posthog.flags = { hero: 'b', 'new-checkout': true }
  // Where Next.js takes 127.0.0.1 for localhost, the browser takes them for two sites.
  const { url, stop } = await app.start(
    // However busy the machine is, its pages read the flags that are there.
    { POSTHOG_KEY: 'phc_example', POSTHOG_HOST: posthog.url, FLAGS_DEADLINE_MS: '10000' },
    'localhost',
  )
  return {
    url,
    posthog,
    async stop() {
      await stop()
      await posthog.close()
    },
  }
}

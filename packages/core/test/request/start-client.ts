import { createFakeRuntime, startScriptedServer } from 'testkit'
import { onTestFinished } from 'vitest'
import { type ClientOptions, HedgerowClient, type RequestOptions } from '../../src/index.ts'
import { createBrowser } from './browser.ts'
import { scopeOpener } from './open-scope.ts'

/** When every test begins: 2024-06-15T12:30:45.123Z. */
export const startTime = 1_718_454_645_123

/** A client with its PostHog and one mount; time stands still, and flags are not loaded ahead unless asked for. */
export async function startClient(identity: RequestOptions['identity'] = {}, options: ClientOptions = {}) {
  const posthog = await startScriptedServer()
  onTestFinished(() => posthog.close())
  const clock = createFakeRuntime()
  let signatures = 0
  const hmac = (key: string, data: string) => {
    signatures++
    return clock.hmac(key, data)
  }
  const runtime = { ...clock, hmac }
  const client = new HedgerowClient('phc_test', { host: posthog.url, runtime, flushAt: 100_000, ...options })
  const open = scopeOpener(client, { identity, flags: { preload: 'never' } })
  return {
    posthog,
    client,
    open,
    browser: () => createBrowser(open),
    /** Moves the clock alone. */
    pass: (ms: number) => clock.setNow(clock.now() + ms),
    /** Moves the clock and fires timers. */
    advance: (ms: number) => clock.advance(ms),
    /** HMACs computed so far. */
    signatures: () => signatures,
    warnings: () => clock.lines.filter(({ level }) => level === 'warn').map(({ line }) => line),
    async events() {
      await client.flush()
      return posthog.events()
    },
  }
}

import { createFakeRuntime, startScriptedServer } from 'testkit'
import { onTestFinished } from 'vitest'
import { type ClientOptions, HedgerowClient, type RequestOptions } from '../../src/index.ts'
import { createBrowser } from './browser.ts'
import { scopeOpener } from './open-scope.ts'

/** A secret with which visitors get a cookie of ours. */
export const identity = { secret: 'a-secret-of-thirty-two-characters' }

/** posthog-js's cookie of a visitor who said no, or yes. */
export const noCookie = '__ph_opt_in_out_phc_test=0'
export const yesCookie = '__ph_opt_in_out_phc_test=1'

/** Flags of which one is on for everybody, and one for half of all visitors. */
const definitions = {
  flags: [
    { key: 'everyone', active: true, filters: { groups: [{ properties: [], rollout_percentage: 100 }] } },
    { key: 'half', active: true, filters: { groups: [{ properties: [], rollout_percentage: 50 }] } },
  ],
}

/** A client with its PostHog and one mount with these options; time stands still. */
export async function startConsent(options: RequestOptions = {}, clientOptions: ClientOptions = {}) {
  const posthog = await startScriptedServer()
  posthog.always('/flags/definitions', { status: 200, body: definitions })
  onTestFinished(() => posthog.close())
  const runtime = createFakeRuntime()
  const client = new HedgerowClient('phc_test', {
    host: posthog.url,
    runtime,
    flushAt: 100_000,
    ...clientOptions,
  })
  const open = scopeOpener(client, { identity, flags: { preload: 'never' }, ...options })
  return {
    posthog,
    client,
    open,
    runtime,
    browser: () => createBrowser(open),
    refused: () => client.stats().refused['consent-denied'] ?? 0,
    warnings: () => runtime.lines.filter(({ level }) => level === 'warn').map(({ line }) => line),
    async events() {
      await client.flush()
      return posthog.events()
    },
  }
}

import type { FlagSnapshot, Hedgerow } from '@hedgerow/core'
import type { HedgerowModuleOptions } from './hedgerow.options.ts'

/** Facts of a request that nobody made. */
const noFacts = {
  method: '',
  protocol: 'http',
  host: undefined,
  path: '',
  ip: undefined,
  header: () => undefined,
} as const
const noCookies = { beforeHeaders: () => {}, setCookie: () => true }

/**
 * Flags for code that runs for no visitor: what definitions in this process decide for everybody, else the defaults.
 * PostHog is neither asked nor told anything.
 *
 * @returns a fresh snapshot at each call.
 */
export function flagsOfNobody(client: Hedgerow, { flags }: HedgerowModuleOptions): () => FlagSnapshot {
  // Those of a visitor who may not be told apart from others, which is one who does not agree to being captured.
  const layer = client.requestLayer({
    flags: { defaults: flags?.defaults },
    consent: { resolve: () => false },
  })
  return () => layer.open({}, noFacts, noCookies).flags
}

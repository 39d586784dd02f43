import type { FlagPlan } from './flag-plan.ts'
import { postHogDefinitions } from './formats/posthog.ts'

const bodies = new WeakMap<readonly FlagPlan[], Buffer>()

/** The body of PostHog's definitions endpoint for these flags; for the same list it is the same one. */
export function definitionsBody(flags: readonly FlagPlan[]): Buffer {
  const known = bodies.get(flags)
  if (known) return known
  const body = Buffer.from(JSON.stringify(postHogDefinitions(flags)))
  bodies.set(flags, body)
  return body
}

/** A provider of shared definitions, for whichever client: gives a freshly parsed body, and keeps nothing of it. */
export function definitionProvider(body: Buffer) {
  return {
    getFlagDefinitions: () => JSON.parse(body.toString()),
    shouldFetchFlagDefinitions: () => false,
    onFlagDefinitionsReceived: () => {},
    shutdown: () => {},
  }
}

/** For clients that must not need the network. */
export function refuseRequests(): Promise<never> {
  return Promise.reject(new Error('flags are evaluated in this process, yet a request was made'))
}

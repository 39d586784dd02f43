import type { Subject } from '../runner/rounds.ts'

/** A subject of the flags benchmark, and what its values have to agree with. */
export interface FlagSubject extends Subject {
  /** Its values are PostHog's, for hashed flags too. */
  readonly isPostHog: boolean
  /** False: flags that need person properties stay undecided. */
  readonly knowsProperties: boolean
}

/** The engine beneath every snapshot, without a client. */
export const hedgerowEngine = subject('hedgerow-engine', '@hedgerow/core', { isPostHog: true })
/** The awaited calls that posthog-node has too. */
export const hedgerowCall = subject('hedgerow-call', '@hedgerow/core', { isPostHog: true })
/** posthog-node's calls: what everything is compared with. */
export const postHogNodeCall = subject('posthog-node-call', 'posthog-node', { isPostHog: true })

/** Clients of other vendors. */
export const otherPeers = [
  subject('unleash-client', 'unleash-client'),
  subject('growthbook', '@growthbook/growthbook'),
  subject('launchdarkly', '@launchdarkly/node-server-sdk'),
]

export const flagSubjects: readonly FlagSubject[] = [
  hedgerowEngine,
  subject('hedgerow-snapshot', '@hedgerow/core', { isPostHog: true }),
  hedgerowCall,
  subject('hedgerow-scope', '@hedgerow/core', { isPostHog: true, knowsProperties: false }),
  postHogNodeCall,
  subject('posthog-node-snapshot', 'posthog-node', { isPostHog: true }),
  ...otherPeers,
]

function subject(name: string, packageName: string, more: Partial<FlagSubject> = {}): FlagSubject {
  const module = new URL(`subjects/${name}.ts`, import.meta.url)
  return { name, module, package: packageName, isPostHog: false, knowsProperties: true, ...more }
}

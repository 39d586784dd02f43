import type { Express } from 'express'
import { type Answer, startScriptedServer } from 'testkit'
import type { FetchResponse } from '../src/index.ts'
import { type ExpressModule, type SiteParts, startSite, type TestSite } from './test-site.ts'

const everyone = { properties: [], rollout_percentage: 100 }
const onlyFor = (id: string) => ({ properties: [{ key: 'distinct_id', operator: 'exact', value: id }] })
const blue = { groups: [everyone], multivariate: { variants: [{ key: 'blue', rollout_percentage: 100 }] } }

/** A flag as PostHog defines it; without conditions nobody has it. */
export function flag(key: string, groups: readonly unknown[], more: object = {}): object {
  return { key, active: true, filters: { groups }, ...more }
}

/** A flag that nobody has, one that all have, a variant, one for a single visitor, and two that only PostHog can decide. */
export const definitions = {
  flags: [
    flag('off', []),
    flag('on', [everyone]),
    { key: 'hero', active: true, filters: blue },
    flag('mine', [onlyFor('browser_1')]),
    flag('open', [everyone], { ensure_experience_continuity: true }),
    flag('other', [everyone], { ensure_experience_continuity: true }),
  ],
}

/** How to build a site whose client evaluates flags itself. */
export interface LocalSite extends Omit<SiteParts, 'client'> {
  readonly client?: SiteParts['client']
  /** @default the definitions, at once */
  readonly definitions?: Answer
}

/** A site whose client has a secret key, and PostHog's definitions if they come at once. */
export async function localSite(express: ExpressModule, parts: LocalSite): Promise<TestSite> {
  const posthog = await startScriptedServer()
  posthog.always('/flags/definitions', parts.definitions ?? { status: 200, body: definitions })
  posthog.flags = { open: 'remote', on: 'remote', off: 'remote' }
  const site = await startSite(express, {
    posthog,
    ...parts,
    client: { secretKey: 'phs_test', ...parts.client },
  })
  await posthog.waitFor(() => posthog.requests.length === 1)
  if (!parts.definitions) await site.client.waitForLocalEvaluationReady()
  return site
}

/** `/` says whether flags are loaded, and what they are; null for undecided. */
export function readingRoutes(
  app: Express,
  keys: readonly string[] = ['off', 'on', 'hero', 'mine', 'open', 'unknown'],
): void {
  app.all('/', ({ hedgerow: { flags } }, res) => {
    res.json([flags.state, ...keys.map((key) => flags.getFlag(key) ?? null)])
  })
}

/** A site whose definitions come when the test gives them. */
export async function waitingSite(
  express: ExpressModule,
  parts: Omit<SiteParts, 'client' | 'posthog'>,
): Promise<{ site: TestSite; give: () => void }> {
  let settle: (response: FetchResponse) => void = () => {}
  const loaded = new Promise<FetchResponse>((resolve) => (settle = resolve))
  const site = await startSite(express, {
    ...parts,
    client: {
      secretKey: 'phs_test',
      fetch: (url, init) => (url.includes('/flags/definitions') ? loaded : fetch(url, init)),
    },
  })
  const give = () => settle({ status: 200, json: async () => definitions, text: async () => '' })
  return { site, give }
}

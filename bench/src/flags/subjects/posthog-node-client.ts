import { PostHog } from 'posthog-node'
import type { FlagWorld } from '../flag-workload.ts'
import { definitionProvider, definitionsBody, refuseRequests } from '../shared-definitions.ts'

const never = 2 ** 31 - 1

/** posthog-node with the definitions of a world, evaluating in this process alone. */
export async function postHogClient({ flags }: FlagWorld): Promise<PostHog> {
  const client = new PostHog('phc_bench', {
    flagDefinitionCacheProvider: definitionProvider(definitionsBody(flags)),
    featureFlagsPollingInterval: never,
    strictLocalEvaluation: true,
    sendFeatureFlagEvent: false,
    fetch: refuseRequests,
  })
  if (!(await client.waitForLocalEvaluationReady()))
    throw new Error('posthog-node did not load the definitions')
  return client
}

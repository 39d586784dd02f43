import { HedgerowClient } from '@hedgerow/core'
import type { FlagWorld } from '../flag-workload.ts'
import { definitionProvider, definitionsBody, refuseRequests } from '../shared-definitions.ts'

/** A client that has loaded the definitions of a world, and evaluates in this process alone. */
export async function hedgerowClient({ flags }: FlagWorld): Promise<HedgerowClient> {
  const client = new HedgerowClient('phc_bench', {
    flagDefinitionCacheProvider: definitionProvider(definitionsBody(flags)),
    featureFlagsPollingInterval: null,
    strictLocalEvaluation: true,
    fetch: refuseRequests,
  })
  if (!(await client.waitForLocalEvaluationReady())) throw new Error('Hedgerow did not load the definitions')
  return client
}

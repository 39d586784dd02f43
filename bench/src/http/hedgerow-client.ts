import { HedgerowClient } from '@hedgerow/core'
import { siteDefinitions, token } from './site.ts'

/** Hedgerow with its defaults, which has the site's definitions. */
export async function hedgerowClient(host: string): Promise<HedgerowClient> {
  const client = new HedgerowClient(token, {
    host,
    flagDefinitionCacheProvider: siteDefinitions(),
    strictLocalEvaluation: true,
  })
  if (!(await client.waitForLocalEvaluationReady())) throw new Error('Hedgerow did not load the definitions')
  return client
}

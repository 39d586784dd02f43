import type { IncomingMessage } from 'node:http'
import { PostHog } from 'posthog-node'
import { siteDefinitions, token } from './site.ts'

/** posthog-node with its defaults, which has the site's definitions. */
export async function postHogClient(host: string): Promise<PostHog> {
  const client = new PostHog(token, {
    host,
    flagDefinitionCacheProvider: siteDefinitions(),
    strictLocalEvaluation: true,
  })
  if (!(await client.waitForLocalEvaluationReady()))
    throw new Error('posthog-node did not load the definitions')
  return client
}

/** The visitor's id in posthog-js's cookie, which a server reads by itself: posthog-node reads it of identified users alone. */
export function cookieDistinctId({ headers }: IncomingMessage): string {
  const [, value = '{}'] = new RegExp(`ph_${token}_posthog=([^;]+)`).exec(headers.cookie ?? '') ?? []
  const { distinct_id: distinctId } = JSON.parse(decodeURIComponent(value)) as { distinct_id?: string }
  return distinctId ?? 'anonymous'
}

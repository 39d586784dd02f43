import { HedgerowClient } from '@hedgerow/core'

export const runtime = 'edge'
export const dynamic = 'force-dynamic'

const client = new HedgerowClient('phc_test', { host: process.env.POSTHOG_HOST })

export async function GET() {
  client.capture({ distinctId: 'user_1', event: 'order placed' })
  client.captureException(new TypeError('no cart'), 'user_1')
  return Response.json(await client.flush())
}

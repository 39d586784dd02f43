import { hedgerow } from '../../../hedgerow.js'

export async function POST() {
  const scope = await hedgerow()
  await scope.identify('user_9')
  return Response.json([scope.distinctId])
}

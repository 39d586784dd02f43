import { hedgerow, withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(async () => {
  const scope = await hedgerow()
  return Response.json([typeof scope.capture, scope.distinctId])
})

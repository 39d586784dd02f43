import { hedgerow, withHedgerow } from '../../../hedgerow.js'

export const runtime = 'edge'

export const GET = withHedgerow(async () => {
  const scope = await hedgerow()
  scope.capture('asked at the edge')
  return Response.json({ id: scope.distinctId })
})

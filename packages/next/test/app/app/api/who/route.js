import { hedgerow, withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(async (request, context) => {
  const scope = await hedgerow()
  scope.capture('asked', { params: await context.params, same: scope === (await hedgerow()) })
  return Response.json({ id: scope.distinctId, source: scope.identitySource })
})

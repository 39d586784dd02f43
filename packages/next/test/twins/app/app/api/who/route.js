import { hedgerow, withHedgerow } from '../../../hedgerow.js'

/** Who a client is: to handlers that are wrapped, and to those that are not. */
export const GET = withHedgerow(async () => {
  const { distinctId, identitySource, isIdentified } = await hedgerow()
  return Response.json([distinctId, identitySource, isIdentified])
})

export async function POST() {
  const scope = await hedgerow()
  scope.capture('asked')
  return Response.json([scope.distinctId, scope.identitySource, scope.isIdentified])
}

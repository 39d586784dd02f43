import { hedgerow, withHedgerow } from '../../hedgerow.js'

export const GET = withHedgerow(async () => {
  const scope = await hedgerow()
  scope.capture('asked')
  return new Response('asked')
})

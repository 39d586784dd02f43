import { hedgerow, withHedgerow } from '../../../hedgerow.js'

export const POST = withHedgerow(async () => {
  const scope = await hedgerow()
  scope.logout()
  return Response.redirect('http://127.0.0.1/', 303) // its headers cannot be changed
})

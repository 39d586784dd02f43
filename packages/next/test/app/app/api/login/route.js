import { redirect } from 'next/navigation'
import { hedgerow, withHedgerow } from '../../../hedgerow.js'

export const POST = withHedgerow(async () => {
  const scope = await hedgerow()
  await scope.identify('user_9')
  scope.capture('signed in')
  redirect('/who')
})

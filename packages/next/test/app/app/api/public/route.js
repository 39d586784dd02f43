import { hedgerow, withHedgerow } from '../../../hedgerow.js'

export const GET = withHedgerow(async () => {
  const scope = await hedgerow()
  await scope.identify('user_3')
  return new Response('for everybody', { headers: { 'cache-control': 'public, max-age=60' } })
})

import { createHedgerow } from '@hedgerow/next'
import type { NextRequest } from 'next/server.js'

const {
  hedgerow,
  withHedgerow,
  proxy: hedgerowProxy,
  onRequestError,
} = createHedgerow({ token: 'phc_smoke' })

export const GET = withHedgerow(async (request) => {
  const scope = await hedgerow()
  const distinctId: string = scope.distinctId
  return Response.json({ distinctId, path: request.nextUrl.pathname })
})
export const proxy = (request: NextRequest) => hedgerowProxy(request)
export { onRequestError }

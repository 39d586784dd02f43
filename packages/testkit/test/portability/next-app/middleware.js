import { HedgerowClient } from '@hedgerow/core'
import { factsFromNode } from '@hedgerow/core/adapter'

const client = new HedgerowClient('phc_test', { host: process.env.POSTHOG_HOST })
const layer = client.requestLayer({ flags: { preload: 'never' } })

export function middleware(request, event) {
  const { method, nextUrl } = request
  const headers = Object.fromEntries(request.headers)
  const known = { ip: undefined, protocol: 'http', host: nextUrl.host, originalUrl: nextUrl.pathname }
  const facts = factsFromNode({ method, headers }, known)
  const scope = layer.open(request, facts, { setCookie: () => false, beforeHeaders: () => undefined })
  scope.run(async () => {
    await Promise.resolve()
    client.capture({ event: 'request seen' })
    event.waitUntil(client.flush())
  })
}

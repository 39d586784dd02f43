import { factsFromWebRequest, pendingCookies } from '@hedgerow/core/adapter'
import { type NextFetchEvent, type NextRequest, NextResponse } from 'next/server.js'
import { routeOf } from './application-routes.ts'
import { forwardCookies } from './forward-cookies.ts'
import type { MountedClient } from './mounted-client.ts'
import { withSetCookie } from './with-set-cookie.ts'

/** What a proxy may answer; nothing lets the request go on. */
export type ProxyAnswer = Response | null | undefined | void

/** What answers in the application's own proxy: its authentication, its translations. */
export type ProxyHandler = (request: NextRequest) => ProxyAnswer | Promise<ProxyAnswer>

/**
 * For `proxy.ts`.
 *
 * @param then what the application's own proxy answers, or what makes that answer; Next.js itself gives its event here.
 */
export type HedgerowProxy = (
  request: NextRequest,
  then?: NextFetchEvent | Response | ProxyHandler | null,
) => Promise<Response>

/** Makes the proxy of one client. */
export function proxyOf(mounted: MountedClient): HedgerowProxy {
  return async function proxy(request, then) {
    const cookies = pendingCookies()
    const scope = mounted.open(request, (ip) => factsFromWebRequest(request, ip), cookies)
    const own = typeof then === 'function' ? await scope.run(() => then(request)) : then
    const answer = own instanceof Response ? own : NextResponse.next()
    const { status, headers } = answer
    const goesOn = headers.has('x-middleware-next') || headers.has('x-middleware-rewrite')
    const cacheControl = headers.get('cache-control') ?? undefined
    const lines = cookies.commit(cacheControl)
    const response = withSetCookie(answer, lines)
    if (goesOn) forwardCookies(request, response, [...lines, ...cookies.forwarded])
    scope.end({
      status: goesOn ? undefined : status,
      route: goesOn ? routeOf(pathOf(request, headers)) : undefined,
      contentType: headers.get('content-type') ?? undefined,
      contentDisposition: headers.get('content-disposition') ?? undefined,
      cacheControl,
      completed: true,
      headersAt: goesOn ? undefined : mounted.current.layer.now(),
    })
    return response
  }
}

/** The path of the page that answers; none that this application could know where another one does. */
function pathOf({ url }: NextRequest, headers: Headers): string {
  const own = new URL(url)
  const { origin, pathname } = new URL(headers.get('x-middleware-rewrite') ?? url, url)
  return origin === own.origin ? pathname : ''
}

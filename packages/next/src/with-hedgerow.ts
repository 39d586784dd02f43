import type { RequestScope } from '@hedgerow/core'
import { factsFromWebRequest, type PendingCookies, pendingCookies } from '@hedgerow/core/adapter'
import { cookies as cookieStore } from 'next/headers.js'
import type { NextRequest } from 'next/server.js'
import { isControlFlow } from './control-flow.ts'
import type { MountedClient } from './mounted-client.ts'
import { storeCookie } from './store-cookie.ts'
import { withSetCookie } from './with-set-cookie.ts'

/** What Next.js gives a route handler beside the request. */
export interface RouteContext {
  readonly params: Promise<Record<string, string | string[] | undefined>>
}

/** What may be wrapped: a handler of a `route.ts`, with the parameters that it declares. */
export type RouteHandler = {
  // As a method, so that a handler may know its own parameters better.
  handle(request: NextRequest, context: RouteContext): RouteAnswer | Promise<RouteAnswer>
}['handle']

/** What a route handler may answer. */
export type RouteAnswer = Response | void

interface Visit {
  readonly scope: RequestScope
  readonly cookies: PendingCookies
}

/** Makes what wraps the route handlers of one client. */
export function routeWrapper(
  mounted: MountedClient,
): <Handler extends RouteHandler>(handler: Handler) => Handler {
  return function withHedgerow<Handler extends RouteHandler>(handler: Handler): Handler {
    function wrapped(this: unknown, ...args: Parameters<RouteHandler>): ReturnType<RouteHandler> {
      const visit = openVisit(mounted, args[0])
      if (!visit) return handler.apply(this, args)
      const answer = visit.scope.run(() => handler.apply(this, args))
      if (!(answer instanceof Promise)) return finish(visit, answer)
      return answer.then(
        (response) => finish(visit, response),
        (thrown: unknown) => fail(visit, thrown),
      )
    }
    // What it takes and gives is what the handler does: waiting for nothing, it answers now or later as the handler does.
    return wrapped as Handler
  }
}

/** Nothing where there is no visitor, because Next.js prerenders the answer for all of them. */
function openVisit(mounted: MountedClient, request: NextRequest): Visit | undefined {
  if (process.env.NEXT_PHASE === 'phase-production-build') return undefined
  try {
    const cookies = pendingCookies()
    const scope = mounted.open(request, (ip) => factsFromWebRequest(request, ip), cookies)
    return { scope, cookies }
  } catch {
    // The handler has `dynamic = 'error'`, and must go on as if nobody had looked at the request.
    return undefined
  }
}

function finish<Answer extends RouteAnswer>({ scope, cookies }: Visit, answer: Answer): Answer {
  if (!(answer instanceof Response)) return answer
  const { status, headers } = answer
  const cacheControl = headers.get('cache-control') ?? undefined
  const response = withSetCookie(answer, cookies.commit(cacheControl))
  scope.end({
    status,
    route: undefined,
    contentType: headers.get('content-type') ?? undefined,
    contentDisposition: headers.get('content-disposition') ?? undefined,
    cacheControl,
    completed: true,
    headersAt: undefined,
    pageview: false, // the proxy has counted the page, if it is one
  })
  return response
}

/** A redirect is an error to Next.js, and a login often ends in one. */
async function fail({ cookies }: Visit, thrown: unknown): Promise<never> {
  const lines = isControlFlow(thrown) ? cookies.commit(undefined) : []
  if (lines.length > 0) {
    const store = await cookieStore()
    for (const line of lines) storeCookie(store, line)
  }
  throw thrown
}

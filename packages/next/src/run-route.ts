import type { RequestScope } from '@hedgerow/core'
import { factsFromWebRequest, type PendingCookies, pendingCookies } from '@hedgerow/core/adapter'
import { cookies as cookieStore } from 'next/headers.js'
import type { NextRequest } from 'next/server.js'
import { isControlFlow } from './control-flow.ts'
import type { MountedClient } from './mounted-client.ts'
import { storeCookie } from './store-cookie.ts'
import { withSetCookie } from './with-set-cookie.ts'

interface Visit {
  readonly scope: RequestScope
  readonly cookies: PendingCookies
}

/** Runs a route handler in the scope of its request. It is waited for only where it is to be waited for without us. */
export function runRoute(mounted: MountedClient, request: NextRequest, handle: () => unknown): unknown {
  const visit = openVisit(mounted, request)
  if (!visit) return handle()
  const answer = visit.scope.run(handle)
  if (!(answer instanceof Promise)) return finish(visit, answer)
  return answer.then(
    (response: unknown) => finish(visit, response),
    (thrown: unknown) => fail(visit, thrown),
  )
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

function finish({ scope, cookies }: Visit, answer: unknown): unknown {
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

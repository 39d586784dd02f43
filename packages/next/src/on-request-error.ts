import { pendingCookies } from '@hedgerow/core/adapter'
import type { Instrumentation } from 'next'
import { digestOf, isControlFlow } from './control-flow.ts'
import type { MountedClient } from './mounted-client.ts'
import { factsOfNode, visitOfNode } from './node-visit.ts'

/** Makes what captures the failures of requests, as Next.js reports them to `instrumentation.ts`. */
export function errorReporter(mounted: MountedClient): Instrumentation.onRequestError {
  return function onRequestError(error, request, context) {
    if ((process.env.NEXT_RUNTIME ?? 'nodejs') !== 'nodejs' || isControlFlow(error)) return
    const visit = visitOfNode(request)
    const scope = mounted.open(visit, (ip) => factsOfNode(request, visit, request.path, ip), pendingCookies())
    scope.captureException(
      error,
      withoutEmpty({
        $http_method: request.method,
        $route: context.routePath,
        nextjs_error_digest: digestOf(error),
        nextjs_router_kind: context.routerKind,
        nextjs_route_path: context.routePath,
        nextjs_route_type: context.routeType,
        nextjs_render_source: context.renderSource,
        nextjs_revalidate_reason: context.revalidateReason,
      }),
    )
  }
}

function withoutEmpty(properties: Readonly<Record<string, string | undefined>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(properties).filter(([, value]) => value))
}

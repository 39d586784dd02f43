import type { RequestScope } from '@hedgerow/core'
import type { Instrumentation } from 'next'
import { CurrentScope } from './current-scope.ts'
import { MountedClient } from './mounted-client.ts'
import type { HedgerowNextOptions } from './next-options.ts'
import { errorReporter } from './on-request-error.ts'
import { type HedgerowProxy, proxyOf } from './proxy.ts'
import { type RouteHandler, routeWrapper } from './with-hedgerow.ts'

/** Hedgerow for one Next.js application. */
export interface NextHedgerow {
  /**
   * The scope of the current request, in server components, server actions and route handlers. It is there when your
   * resolver has answered. Asking makes a page dynamic, as every look at a request does; importing this does not.
   *
   * @throws what Next.js throws where it renders for everybody, as in a page that is prerendered; let it pass. A
   *   `HedgerowError` with the code `scope-missing` where there is no request at all.
   */
  hedgerow(this: void): Promise<RequestScope>
  /**
   * Wraps a route handler, which then runs in the scope of its request: that knows the URL, and its cookies go out with the
   * response. The handler's type stays what it is.
   *
   * @example
   * export const GET = withHedgerow(async (request) => Response.json((await hedgerow()).flags.getFlag('hero')))
   */
  withHedgerow<Handler extends RouteHandler>(this: void, handler: Handler): Handler
  /**
   * For `proxy.ts`: gives new visitors of a page their id and cookie, which the page sees in this very request, and counts
   * the page. It returns the response of your own proxy, or lets the request go on.
   *
   * @example
   * export const proxy = (request: NextRequest) => hedgerowProxy(request, myProxy)
   */
  readonly proxy: HedgerowProxy
  /**
   * For `instrumentation.ts`: captures what fails a request on the server as `$exception` of its visitor, with the route.
   *
   * @example
   * export { onRequestError } from './hedgerow'
   */
  readonly onRequestError: Instrumentation.onRequestError
}

/**
 * Makes Hedgerow for an application: call it in one module, and import from there. All bundles of a process share one client.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * export const { hedgerow, withHedgerow, proxy, onRequestError } = createHedgerow({ identity: { resolve: async () => (await auth())?.user.id } })
 */
export function createHedgerow(options: HedgerowNextOptions = {}): NextHedgerow {
  const mounted = new MountedClient(options)
  return {
    hedgerow: new CurrentScope(mounted).find,
    withHedgerow: routeWrapper(mounted),
    proxy: proxyOf(mounted),
    onRequestError: errorReporter(mounted),
  }
}

import type { RequestScope } from '@hedgerow/core'
import type { Instrumentation } from 'next'
import { bootstrapComponent, type HedgerowBootstrap } from './bootstrap.ts'
import { CurrentScope } from './current-scope.ts'
import { type Ingest, ingestOf } from './ingest.ts'
import { MountedClient } from './mounted-client.ts'
import type { HedgerowNextOptions } from './next-options.ts'
import { errorReporter } from './on-request-error.ts'
import { type HedgerowProxy, proxyOf } from './proxy.ts'
import { registerOf } from './register.ts'
import { flagGuardOf, type RequireFlag } from './require-flag.ts'
import { gatekeeperOf, type WithFlag } from './with-flag.ts'
import { type WithHedgerow, wrapperOf } from './with-hedgerow.ts'

/** Hedgerow for one Next.js application. */
export interface NextHedgerow {
  /**
   * The scope of the current request, in server components, server actions and route handlers, and below `withHedgerow` in the
   * Pages Router. It is there when your resolver has answered. Asking makes a page dynamic, as every look at a request does;
   * importing this does not.
   *
   * @throws what Next.js throws where it renders for everybody, as in a page that is prerendered; let it pass. A
   *   `HedgerowError` with the code `scope-missing` where there is no request at all.
   */
  hedgerow(this: void): Promise<RequestScope>
  /**
   * Wraps a route handler, a server action, a handler below `pages/api` or a `getServerSideProps`, which then runs in the
   * scope of its request: that knows the URL, and its cookies go out with the response. Its type stays what it is.
   *
   * @example
   * export const GET = withHedgerow(async (request) => Response.json((await hedgerow()).flags.getFlag('hero')))
   */
  readonly withHedgerow: WithHedgerow
  /**
   * Wraps as `withHedgerow` does, and lets only those reach a handler or `getServerSideProps` for whom a flag is enabled;
   * others get 404, unless `otherwise` says what else. It loads the flags itself.
   *
   * @throws ConfigError at once for a key or option that cannot work.
   * @example
   * export const GET = withFlag('beta', async () => Response.json('welcome'), { otherwise: 'forbidden' })
   */
  readonly withFlag: WithFlag
  /**
   * Goes on where a flag is enabled for the visitor, in server components and actions; else there is no such page, unless
   * `otherwise` says what else. It loads the flags itself, and makes a page dynamic.
   *
   * @throws ConfigError for a key or option that cannot work, else what Next.js throws to end a page; let it pass.
   * @example
   * await requireFlag('new-checkout', { otherwise: { redirect: '/checkout' } })
   */
  readonly requireFlag: RequireFlag
  /**
   * Takes the calls of posthog-js on the application's own domain, in `app/ingest/[...path]/route.ts` or any other folder with
   * a catch-all.
   *
   * @example
   * export const { GET, HEAD, OPTIONS, POST } = ingest
   */
  readonly ingest: Ingest
  /**
   * For `proxy.ts`: gives new visitors of a page their id and cookie, which the page sees in this very request, and counts
   * the page. It returns the response of your own proxy, or lets the request go on.
   *
   * @example
   * export const proxy = (request: NextRequest) => hedgerowProxy(request, myProxy)
   */
  readonly proxy: HedgerowProxy
  /**
   * For `instrumentation.ts`: has pageviews name their route, and what evaluates flags in this process be there for the
   * first visitor. It waits for nothing.
   *
   * @example
   * export { onRequestError, register } from './hedgerow'
   */
  register(this: void): void
  /**
   * For `instrumentation.ts`: captures what fails a request on the server as `$exception` of its visitor, with the route.
   *
   * @example
   * export { onRequestError, register } from './hedgerow'
   */
  readonly onRequestError: Instrumentation.onRequestError
  /**
   * A server component that tells posthog-js the visitor, their session and their flags before it starts: an inline script
   * that leaves them at `window.__hedgerow`. It reads the visitor, and makes the pages that it is on dynamic.
   *
   * @example
   * <body><HedgerowBootstrap nonce={nonce} />{children}</body>
   */
  readonly HedgerowBootstrap: HedgerowBootstrap
}

/**
 * Makes Hedgerow for an application: call it in one module, and import from there. All bundles of a process share one client.
 *
 * @throws ConfigError for an option that cannot work.
 * @example
 * export const { hedgerow, withHedgerow, proxy, register, onRequestError } = createHedgerow({ identity: { resolve: async () => (await auth())?.user.id } })
 */
export function createHedgerow(options: HedgerowNextOptions = {}): NextHedgerow {
  const { ingest, distDir = '.next', ...others } = options
  const mounted = new MountedClient(others)
  const current = new CurrentScope(mounted)
  const withHedgerow = wrapperOf(mounted, current)
  return {
    hedgerow: current.find,
    withHedgerow,
    withFlag: gatekeeperOf(current, withHedgerow),
    requireFlag: flagGuardOf(current),
    ingest: ingestOf(mounted, ingest),
    proxy: proxyOf(mounted),
    register: registerOf(mounted, distDir),
    onRequestError: errorReporter(mounted),
    HedgerowBootstrap: bootstrapComponent(current),
  }
}

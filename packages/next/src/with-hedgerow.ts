import type {
  GetServerSidePropsContext,
  GetServerSidePropsResult,
  NextApiRequest,
  NextApiResponse,
} from 'next'
import type { NextRequest } from 'next/server.js'
import type { CurrentScope } from './current-scope.ts'
import { callOf } from './handler-call.ts'
import type { MountedClient } from './mounted-client.ts'
import { runRoute } from './run-route.ts'

/** What Next.js gives a route handler beside the request. */
export interface RouteContext {
  readonly params: Promise<Record<string, string | string[] | undefined>>
}

// As methods, so that a function may know its own parameters better.

/** A handler of a `route.ts`, with the parameters that it declares. */
export type RouteHandler = {
  handle(request: NextRequest, context: RouteContext): RouteAnswer | Promise<RouteAnswer>
}['handle']

/** What a route handler may answer. */
export type RouteAnswer = Response | void

/** A handler below `pages/api`. */
export type ApiHandler = { handle(request: NextApiRequest, response: NextApiResponse): unknown }['handle']

/** A `getServerSideProps`. */
export type PropsGetter = {
  get(context: GetServerSidePropsContext): Promise<GetServerSidePropsResult<object>>
}['get']

/** A server action. */
export type ServerAction = (...args: never[]) => Promise<unknown>

/** Wraps a function; its type stays what it is. */
export interface WithHedgerow {
  <Handler extends RouteHandler>(this: void, handler: Handler): Handler
  <Getter extends PropsGetter>(this: void, getServerSideProps: Getter): Getter
  <Handler extends ApiHandler>(this: void, handler: Handler): Handler
  <Action extends ServerAction>(this: void, action: Action): Action
}

/** Any of what may be wrapped: all that is done with it is to call it as Next.js did. */
type Handler = (...args: unknown[]) => unknown

/** Makes what wraps the functions of one client: nothing is waited for that was not before. */
export function wrapperOf(mounted: MountedClient, current: CurrentScope): WithHedgerow {
  return (handler: Handler): Handler =>
    function wrapped(this: unknown, ...args: unknown[]) {
      const handle = () => handler.apply(this, args)
      const call = callOf(args)
      if (call.kind === 'route') return runRoute(mounted, call.request, handle)
      if (call.kind === 'action') return current.find().then((scope) => scope.run(handle))
      return current.ofPages.run(call, handle)
    }
}

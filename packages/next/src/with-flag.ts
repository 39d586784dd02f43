import type { FlagKey } from '@hedgerow/core'
import type { GetServerSidePropsContext, GetServerSidePropsResult } from 'next'
import type { NextRequest } from 'next/server.js'
import type { CurrentScope } from './current-scope.ts'
import { createGate, type FlagGateOptions } from './flag-gate.ts'
import { refuse } from './flag-refusal.ts'
import { callOf } from './handler-call.ts'
import type { ApiHandler, PropsGetter, RouteContext, RouteHandler, WithHedgerow } from './with-hedgerow.ts'

/** Answers instead of a route handler, and is given the same. */
export type InsteadOfRoute = {
  answer(request: NextRequest, context: RouteContext): Response | Promise<Response>
}['answer']

/** Gives instead of a `getServerSideProps`, of the same context. */
export type InsteadOfProps<Result> = {
  get(context: GetServerSidePropsContext): Result | NoProps | Promise<Result | NoProps>
}['get']

/** A handler that may be answered for before it runs. */
type Gated<Handler extends (...args: never[]) => unknown, Answer> = (
  ...args: Parameters<Handler>
) => Promise<Awaited<ReturnType<Handler>> | Answer>

/** What may stand for the properties of a page. */
type NoProps = Exclude<GetServerSidePropsResult<object>, { props: unknown }>

/** Wraps a function as `withHedgerow` does, and lets only those reach it for whom a flag is enabled. */
export interface WithFlag {
  <Key extends FlagKey, Handler extends RouteHandler>(
    this: void,
    key: Key,
    handler: Handler,
    options?: FlagGateOptions<InsteadOfRoute, Key>,
  ): Gated<Handler, Response>
  <Key extends FlagKey, Getter extends PropsGetter>(
    this: void,
    key: Key,
    getServerSideProps: Getter,
    options?: FlagGateOptions<InsteadOfProps<Awaited<ReturnType<Getter>>>, Key>,
  ): Gated<Getter, NoProps>
  <Key extends FlagKey, Handler extends ApiHandler>(
    this: void,
    key: Key,
    handler: Handler,
    options?: FlagGateOptions<ApiHandler, Key>,
  ): Gated<Handler, unknown>
}

type Handler = (...args: unknown[]) => unknown

/** Makes what puts a gate before handlers. */
export function gatekeeperOf(current: CurrentScope, withHedgerow: WithHedgerow): WithFlag {
  const withFlag = (key: FlagKey, handler: Handler, options: FlagGateOptions<Handler> = {}): Handler => {
    const gate = createGate('withFlag', key, options)
    const gated = async function gated(this: unknown, ...args: unknown[]): Promise<unknown> {
      if (await gate.opens(await current.find())) return handler.apply(this, args)
      if (typeof gate.otherwise === 'function') return gate.otherwise.apply(this, args)
      return refuse(callOf(args), gate.otherwise)
    }
    // As an action, which takes and gives anything; it is called like what it is.
    return withHedgerow<(...args: never[]) => Promise<unknown>>(gated) as Handler
  }
  return withFlag as WithFlag
}

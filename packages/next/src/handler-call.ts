import type { GetServerSidePropsContext, NextApiRequest, NextApiResponse } from 'next'
import type { NextRequest } from 'next/server.js'

/** A request to the Pages Router. */
export interface PagesCall {
  readonly kind: 'api' | 'props'
  readonly request: GetServerSidePropsContext['req']
  readonly response: GetServerSidePropsContext['res']
  /** Path and query as the visitor sees them, without the base path of the application. */
  readonly url: string
}

/** How Next.js calls a function, by what it gives. */
export type HandlerCall =
  | { readonly kind: 'route'; readonly request: NextRequest }
  | PagesCall
  | { readonly kind: 'action' }

/**
 * Tells a route handler's call from one of the Pages Router and from an action's. What an action is given comes from a browser, which
 * may make it look like anything but an instance of the server's own classes.
 */
export function callOf(args: readonly unknown[]): HandlerCall {
  const [first, second] = args
  if (first instanceof Request) return { kind: 'route', request: first as NextRequest }
  if (isServerResponse(second)) {
    const [request, response] = args as [NextApiRequest, NextApiResponse]
    return { kind: 'api', request, response, url: request.url ?? '/' }
  }
  const context = first as Partial<GetServerSidePropsContext> | null | undefined
  if (!isServerResponse(context?.res)) return { kind: 'action' }
  const { req, res } = context as GetServerSidePropsContext
  return { kind: 'props', request: req, response: res, url: urlOf(context as GetServerSidePropsContext) }
}

/** Next.js asks for the properties of a page that is about to open under an address of its own, and takes locales off. */
function urlOf({ req, resolvedUrl, locale, defaultLocale }: GetServerSidePropsContext): string {
  const url = req.url === undefined || req.url.includes('/_next/data/') ? resolvedUrl : req.url
  return locale === undefined || locale === defaultLocale ? url : `/${locale}${url}`
}

function isServerResponse(value: unknown): value is GetServerSidePropsContext['res'] {
  if (typeof value !== 'object' || value === null) return false
  // Looked up where it is used, because edge runtimes have none.
  const { process } = globalThis as { process?: Pick<NodeJS.Process, 'getBuiltinModule'> }
  const http = process?.getBuiltinModule?.('node:http')
  return http !== undefined && value instanceof http.ServerResponse
}

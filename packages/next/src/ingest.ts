import type { IngestProxy, IngestProxyOptions } from '@hedgerow/core'
import type { IngestCall } from '@hedgerow/core/adapter'
import type { NextRequest } from 'next/server.js'
import type { MountedClient } from './mounted-client.ts'
import { visitCounter } from './visited-page.ts'
import type { RouteContext } from './with-hedgerow.ts'

/** A route handler of the ingest proxy. Never rejects. */
export type IngestHandler = (this: void, request: NextRequest, context: RouteContext) => Promise<Response>

/** The route handlers of the ingest proxy, by method, as a `route.ts` exports them. */
export interface Ingest {
  readonly GET: IngestHandler
  readonly HEAD: IngestHandler
  readonly OPTIONS: IngestHandler
  readonly POST: IngestHandler
}

/** Makes the ingest proxy of one client. @throws ConfigError for an option that cannot work. */
export function ingestOf(
  mounted: MountedClient,
  options: Omit<IngestProxyOptions, 'pathPrefix'> = {},
): Ingest {
  let { client } = mounted.current
  let proxy = client.ingestProxy(options)
  const current = (): IngestProxy => {
    if (client !== mounted.current.client) {
      client = mounted.current.client
      proxy = client.ingestProxy(options)
    }
    return proxy
  }
  const countVisit = visitCounter(mounted)
  const answer: IngestHandler = async (request, { params }) => {
    const call = callOf(request, mounted.ipOf(request), await params)
    const isVisit = call.method === 'POST' && call.target === '/visit' // nothing that PostHog would take
    return isVisit ? countVisit(request) : current().forward(call)
  }
  return { GET: answer, HEAD: answer, OPTIONS: answer, POST: answer }
}

function callOf(
  request: NextRequest,
  ip: string | undefined,
  params: Awaited<RouteContext['params']>,
): IngestCall {
  return {
    method: request.method,
    target: targetOf(new URL(request.url), params),
    header: (name) => request.headers.get(name) ?? undefined,
    body: request.bodyUsed ? 'consumed' : (request.body ?? undefined),
    ip,
    signal: request.signal,
  }
}

/** What the catch-all parameter stands for, as it was received: without the folders that the route lies in. */
function targetOf({ pathname, search }: URL, params: Awaited<RouteContext['params']>): string {
  const below = Object.values(params).find((value) => Array.isArray(value))?.length ?? 0
  const parts = pathname.split('/')
  const given = parts.at(-1) === '' ? below + 1 : below // a slash at the end is part of the address
  return below === 0 ? '' : `/${parts.slice(-given).join('/')}${search}`
}

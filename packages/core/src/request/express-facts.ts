import { factsFromNode, type NodeRequest } from './node-facts.ts'
import type { RequestFacts } from './request-facts.ts'

/** The part of an Express 4 or 5 request that facts are read from. */
export interface ExpressFactsRequest extends NodeRequest {
  readonly ip?: string | undefined
  readonly protocol: string
  readonly originalUrl: string
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly app: { get(setting: string): unknown }
}

/** Facts as Express's own `trust proxy` setting reports them. */
export function factsFromExpress(request: ExpressFactsRequest): RequestFacts {
  return factsFromNode(request, {
    ip: request.ip,
    protocol: request.protocol,
    host: hostOf(request),
    originalUrl: request.originalUrl,
  })
}

/** The rule of Express 5's `req.host`; in Express 4 that property loses the port and warns. */
function hostOf(request: ExpressFactsRequest): string | undefined {
  const { 'x-forwarded-host': forwarded, host } = request.headers
  const trusts = request.app.get('trust proxy fn')
  const isTrusted = typeof trusts === 'function' && trusts(request.socket.remoteAddress, 0) === true
  const value = isTrusted && forwarded ? forwarded : host
  const text = String(value ?? '')
  const comma = text.indexOf(',')
  return (comma < 0 ? text : text.slice(0, comma)).trim() || undefined
}

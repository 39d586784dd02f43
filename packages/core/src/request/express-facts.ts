import { factsFromNode, type FrameworkFacts, type NodeRequest } from './node-facts.ts'
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
  return factsFromNode(request, new ExpressFacts(request))
}

class ExpressFacts implements FrameworkFacts {
  readonly #request: ExpressFactsRequest
  readonly originalUrl: string

  constructor(request: ExpressFactsRequest) {
    this.#request = request
    this.originalUrl = request.originalUrl
  }

  get ip(): string | undefined {
    return this.#request.ip
  }

  get protocol(): string {
    return this.#request.protocol
  }

  /** The rule of Express 5's `req.host`; in Express 4 that property loses the port and warns. */
  get host(): string | undefined {
    const { headers, app, socket } = this.#request
    const { 'x-forwarded-host': forwarded, host } = headers
    const isTrusted = forwarded !== undefined && isTrusting(app.get('trust proxy fn'), socket.remoteAddress)
    const text = String((isTrusted && forwarded ? forwarded : host) ?? '')
    const comma = text.indexOf(',')
    return (comma < 0 ? text : text.slice(0, comma)).trim() || undefined
  }
}

function isTrusting(trusts: unknown, address: string | undefined): boolean {
  return typeof trusts === 'function' && trusts(address, 0) === true
}

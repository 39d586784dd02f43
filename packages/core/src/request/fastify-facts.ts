import { factsFromNode, type FrameworkFacts, type NodeRequest } from './node-facts.ts'
import type { RequestFacts } from './request-facts.ts'

/** The part of a Fastify 4 or 5 request that facts are read from. */
export interface FastifyFactsRequest {
  readonly raw: NodeRequest
  readonly ip?: string | undefined
  readonly protocol?: string | undefined
  /** Fastify 5 alone. */
  readonly host?: string | undefined
  /** In Fastify 4 with the port, which 5 takes off. */
  readonly hostname?: string | undefined
  readonly originalUrl?: string | undefined
}

/** Facts as Fastify's own `trustProxy` option reports them. */
export function factsFromFastify(request: FastifyFactsRequest): RequestFacts {
  return factsFromNode(request.raw, new FastifyFacts(request))
}

class FastifyFacts implements FrameworkFacts {
  readonly #request: FastifyFactsRequest
  readonly originalUrl: string | undefined

  constructor(request: FastifyFactsRequest) {
    this.#request = request
    this.originalUrl = request.originalUrl
  }

  get ip(): string | undefined {
    return this.#request.ip
  }

  get protocol(): string | undefined {
    return this.#request.protocol
  }

  /** The first versions of Fastify 5 throw from `hostname` when a request has no host. */
  get host(): string | undefined {
    const request = this.#request
    return ('host' in request ? request.host : request.hostname) || undefined
  }
}

import type { RequestFacts } from './request-facts.ts'

/** The part of Node's `IncomingMessage` that facts are read from. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
}

/** What a framework knows better than the raw request, by its trust setting and before its routers changed the URL. */
export interface FrameworkFacts {
  readonly ip: string | undefined
  readonly protocol: string | undefined
  readonly host: string | undefined
  readonly originalUrl: string | undefined
}

/** Facts of a request that came through Node's `http`; headers are looked up, not copied. */
export function factsFromNode(request: NodeRequest, known: FrameworkFacts): RequestFacts {
  const { headers } = request
  return {
    method: request.method ?? 'GET',
    protocol: known.protocol === 'https' ? 'https' : 'http',
    host: known.host,
    path: known.originalUrl ?? request.url ?? '/',
    ip: known.ip?.replace(/^::ffff:(?=\d+\.)/, ''),
    header(name) {
      const value = headers[name]
      return typeof value === 'string' ? value : value?.[0]
    },
  }
}

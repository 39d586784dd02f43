import type { RequestFacts } from './request-facts.ts'

/** The part of a web-standard `Request` that facts are read from. */
export interface WebRequest {
  readonly method: string
  readonly url: string
  readonly headers: WebHeaders
}

/** The part of web-standard `Headers` that facts are read from. */
export interface WebHeaders {
  get(name: string): string | null
}

/** Facts of a web-standard request; headers are looked up, not copied. @param ip the visitor's, if the platform vouches for one. */
export function factsFromWebRequest(request: WebRequest, ip: string | undefined): RequestFacts {
  const { protocol, host, pathname, search } = new URL(request.url)
  return {
    method: request.method,
    protocol: protocol === 'https:' ? 'https' : 'http',
    // Servers build the URL of what they were told to listen on; the header is what the visitor asked for.
    host: request.headers.get('host') ?? host,
    path: pathname + search,
    ip,
    header: (name) => request.headers.get(name) ?? undefined,
  }
}

/**
 * Facts of a request of which a framework shows no more than its headers: method and path are not known.
 *
 * @param ip the visitor's, if the platform vouches for one.
 */
export function factsFromWebHeaders(headers: WebHeaders, ip: string | undefined): RequestFacts {
  return {
    method: headers.get('content-type') === null ? 'GET' : 'POST',
    protocol: headers.get('x-forwarded-proto') === 'https' ? 'https' : 'http',
    host: headers.get('host') ?? undefined,
    path: '',
    ip,
    header: (name) => headers.get(name) ?? undefined,
  }
}

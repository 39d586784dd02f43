import type { RequestFacts } from './request-facts.ts'

/** The part of Node's `IncomingMessage` that facts are read from. */
export interface NodeRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly socket?: { readonly remoteAddress?: string | undefined } | undefined
}

/**
 * What a framework knows better than the raw request, by its trust setting and before its routers changed the URL. Address,
 * protocol and host are looked at when they are needed, once: most requests for data never need them.
 */
export interface FrameworkFacts {
  readonly ip: string | undefined
  readonly protocol: string | undefined
  readonly host: string | undefined
  readonly originalUrl: string | undefined
}

/** Facts of a request that came through Node's `http`; headers are looked up, not copied. */
export function factsFromNode(request: NodeRequest, known: FrameworkFacts): RequestFacts {
  return new NodeFacts(request, known)
}

class NodeFacts implements RequestFacts {
  readonly method: string
  readonly path: string
  /** Own, since applications take it out of the facts that they are given. */
  readonly header: (name: string) => string | undefined
  readonly #known: FrameworkFacts
  #from: ConnectionFacts | undefined

  constructor(request: NodeRequest, known: FrameworkFacts) {
    this.method = request.method ?? 'GET'
    this.path = known.originalUrl ?? request.url ?? '/'
    this.#known = known
    // Once read, a socket knows it after it has closed too.
    readable(() => request.socket?.remoteAddress)
    const { headers } = request
    this.header = (name) => {
      const value = headers[name]
      return typeof value === 'string' ? value : value?.[0]
    }
  }

  get ip(): string | undefined {
    return this.#connection.ip
  }

  get protocol(): 'http' | 'https' {
    return this.#connection.protocol
  }

  get host(): string | undefined {
    return this.#connection.host
  }

  get #connection(): ConnectionFacts {
    this.#from ??= connectionFacts(this.#known)
    return this.#from
  }
}

type ConnectionFacts = Pick<RequestFacts, 'ip' | 'protocol' | 'host'>

function connectionFacts(known: FrameworkFacts): ConnectionFacts {
  const ip = readable(() => known.ip)
  const protocol = readable(() => known.protocol)
  const host = readable(() => known.host)
  return { ip: ip && withoutMapping(ip), protocol: protocol === 'https' ? 'https' : 'http', host }
}

/** What a framework knows; once its connection is gone, HTTP/2 throws when it is asked about that. */
function readable<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

/** An IPv4 address as itself, also where it arrived at a socket for IPv6. */
function withoutMapping(ip: string): string {
  return ip.startsWith('::ffff:') ? ip.replace(/^::ffff:(?=\d+\.)/, '') : ip
}

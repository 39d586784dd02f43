import { factsFromNode, type NodeRequest, type RequestFacts } from '@hedgerow/core/adapter'
import type { NextVisit } from './next-options.ts'

/** A request of Node.js as resolvers see it. */
export function visitOfNode({ headers }: NodeRequest): NextVisit {
  const first = (name: string) => [headers[name.toLowerCase()] ?? []].flat()[0]
  return { headers: { get: (name) => first(name) ?? null, has: (name) => first(name) !== undefined } }
}

/** Facts of a request of Node.js whose protocol and host are those that Next.js was told. @param path with its query. */
export function factsOfNode(
  request: NodeRequest,
  { headers }: NextVisit,
  path: string,
  ip: string | undefined,
): RequestFacts {
  return factsFromNode(request, {
    protocol: headers.get('x-forwarded-proto') ?? undefined,
    host: headers.get('host') ?? undefined,
    originalUrl: path,
    ip,
  })
}

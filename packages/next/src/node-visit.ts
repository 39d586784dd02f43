import type { NodeRequest } from '@hedgerow/core/adapter'
import type { NextVisit } from './next-options.ts'

/** A request of Node.js as resolvers see it. */
export function visitOfNode({ headers }: NodeRequest): NextVisit {
  const first = (name: string) => [headers[name.toLowerCase()] ?? []].flat()[0]
  return { headers: { get: (name) => first(name) ?? null, has: (name) => first(name) !== undefined } }
}

import type { NodeRequest } from './node-facts.ts'
import type { RequestScope } from './request-scope.ts'

/** The part of Node's `IncomingMessage` through which its body arrives. */
export interface NodeBody extends Pick<NodeRequest, 'method' | 'headers'> {
  readonly httpVersionMajor?: number
  // `never` fits every overload of Node and of frameworks that add their own.
  emit(...event: never[]): boolean
}

/**
 * Lets a request's body arrive inside its scope. Node emits what arrives outside of any asynchronous context, so that a
 * body parser which calls on from such an event would leave `client.scope()` empty in all that follows. Requests without
 * a body are left as they are.
 */
export function emitInside(request: NodeBody, scope: Pick<RequestScope, 'run'>): void {
  if (!hasBody(request)) return
  const { emit } = request
  // Named first, as in `beforeHead`: the request must not live on until the next full garbage collection.
  const inside = function (this: unknown, ...event: never[]) {
    return scope.run(() => emit.apply(this, event))
  }
  request.emit = inside
}

/** HTTP/2 announces no body: there every method counts that may have one. */
function hasBody({ method, headers, httpVersionMajor = 1 }: NodeBody): boolean {
  if (headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined) return true
  return httpVersionMajor >= 2 && method !== 'GET' && method !== 'HEAD'
}

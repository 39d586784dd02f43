import { ExceptionsHandler } from '@nestjs/core/exceptions/exceptions-handler.js'
import { ExternalExceptionsHandler } from '@nestjs/core/exceptions/external-exceptions-handler.js'

/** Nest's gateways, for code that runs for one: then they are installed. */
export const webSockets = () => import('@nestjs/websockets').catch(fail)

/** Nest's microservices, for code that runs for one: then they are installed. */
export const microservices = () => import('@nestjs/microservices').catch(fail)

/**
 * What Nest handles exceptions with: by the first those of HTTP, by the second those of GraphQL and other libraries, by the
 * others, where they are installed, those of gateways and microservices.
 */
export async function exceptionsHandlers(): Promise<
  readonly { readonly prototype: object; readonly method: 'next' | 'handle' }[]
> {
  const [ws, rpc] = await Promise.all([
    import('@nestjs/websockets/exceptions/ws-exceptions-handler.js').catch(() => undefined),
    import('@nestjs/microservices/exceptions/rpc-exceptions-handler.js').catch(() => undefined),
  ])
  return [
    { prototype: ExceptionsHandler.prototype, method: 'next' },
    { prototype: ExternalExceptionsHandler.prototype, method: 'next' },
    ...(ws ? [{ prototype: ws.WsExceptionsHandler.prototype, method: 'handle' } as const] : []),
    ...(rpc ? [{ prototype: rpc.RpcExceptionsHandler.prototype, method: 'handle' } as const] : []),
  ]
}

/** Bundlers leave out what they cannot find if its failure is seen to, and refuse it else. */
function fail(error: unknown): never {
  throw error
}

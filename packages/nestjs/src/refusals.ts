import { ConfigError } from '@hedgerow/core'
import type { GateRefusal } from '@hedgerow/core/adapter'
import { type ExecutionContext, HttpException, NotFoundException } from '@nestjs/common'
import { microservices, webSockets } from './nest-packages.ts'

/** Gives the exception that a refused request or message ends with. */
export type Refusal = (context: ExecutionContext) => Error | Promise<Error>

/** What happens to a request or message that a gate does not let through. */
export type Otherwise = GateRefusal<Refusal>

/** Refuses by an exception, or by false, of which Nest makes an exception of the transport. */
type Refuse = (context: ExecutionContext) => false | Promise<never>

/**
 * The way to refuse that was asked for, in terms of the transport that it happens on.
 *
 * @throws ConfigError for one that there is not.
 */
export function refusalOf(otherwise: Otherwise): Refuse {
  if (otherwise === 'forbidden') return forbidden
  if (otherwise === 'not-found') return notFound
  if (typeof otherwise === 'function') {
    return async (context) => {
      throw await otherwise(context)
    }
  }
  if (typeof otherwise?.redirect === 'string') {
    const { redirect } = otherwise
    // Nothing else can be sent elsewhere.
    return (context) => (context.getType() === 'http' ? redirected(context, redirect) : notFound(context))
  }
  throw new ConfigError(
    "RequireFlag needs 'not-found', 'forbidden', { redirect } or a function that gives an exception as its otherwise",
  )
}

function forbidden(context: ExecutionContext): false | Promise<never> {
  if (context.getType<string>() !== 'graphql') return false
  return Promise.reject(new GraphqlRefusal('Forbidden resource', 403, 'FORBIDDEN'))
}

async function notFound(context: ExecutionContext): Promise<never> {
  const what = 'Not Found'
  switch (context.getType<string>()) {
    case 'http':
      throw new NotFoundException(`Cannot ${requestLine(context)}`) // what Nest itself says of a path that no route has
    case 'graphql':
      throw new GraphqlRefusal(what, 404, 'NOT_FOUND')
    case 'ws':
      throw new (await webSockets()).WsException(what)
    case 'rpc':
      throw new (await microservices()).RpcException(what)
    default:
      throw new NotFoundException(what)
  }
}

function requestLine(context: ExecutionContext): string {
  const {
    method,
    url,
    originalUrl = url,
  } = context.switchToHttp().getRequest<{ method: string; url: string; originalUrl?: string }>()
  return `${method} ${originalUrl}`
}

/** An answer by hand would come into the way of exception filters; headers stay on what they answer. */
async function redirected(context: ExecutionContext, location: string): Promise<never> {
  const response = context.switchToHttp().getResponse<{ header(name: string, value: string): unknown }>()
  response.header('Location', location)
  throw new HttpException('Found', 302)
}

/**
 * GraphQL takes over the extensions of whatever is thrown, so no package of it is needed. Apollo's driver would replace the
 * code of an exception whose response has a status.
 */
class GraphqlRefusal extends HttpException {
  readonly extensions: { readonly code: string }

  constructor(message: string, status: number, code: string) {
    super(message, status)
    this.extensions = { code }
  }
}

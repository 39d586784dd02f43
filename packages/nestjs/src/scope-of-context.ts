import { ConfigError, type RequestScope } from '@hedgerow/core'
import type { ArgumentsHost, ExecutionContext } from '@nestjs/common'
import { scopesOfCall } from './call-scopes.ts'

/**
 * The scope of what a guard, an interceptor or an exception filter is called for, on every transport; undefined where there is
 * none.
 *
 * @param name of the client, where there are several. @default 'hedgerow'
 * @example
 * canActivate(context: ExecutionContext) { return scopeOf(context)?.isIdentified ?? false }
 */
export function scopeOf(host: ArgumentsHost, name = 'hedgerow'): RequestScope | undefined {
  return scopesOfCall(host).get(name)
}

/**
 * The scope of the request or message that a guard, an interceptor or a parameter is for.
 *
 * @param owner what asks for it, as its user knows it.
 * @throws ConfigError where there is none.
 */
export function scopeOfContext(owner: string, context: ExecutionContext, name = 'hedgerow'): RequestScope {
  const scope = scopeOf(context, name)
  if (scope) return scope
  throw new ConfigError(
    `${owner} needs a request or message with a scope called ${name}; import HedgerowModule with that name, and connect microservices with { inheritAppConfig: true }`,
  )
}

import { ConfigError, type RequestScope } from '@hedgerow/core'
import type { ExecutionContext } from '@nestjs/common'
import { scopeOf } from './request-scope-property.ts'

/**
 * The scope of the request that a guard, an interceptor or a parameter is for.
 *
 * @param owner what asks for it, as its user knows it.
 * @throws ConfigError where there is none.
 */
export function scopeOfContext(owner: string, context: ExecutionContext, name = 'hedgerow'): RequestScope {
  if (context.getType() === 'http') {
    const scope = scopeOf(context.switchToHttp().getRequest<object>(), name)
    if (scope) return scope
  }
  throw new ConfigError(
    `${owner} needs an HTTP request with a scope called ${name}; import HedgerowModule with that name, and use it on handlers of HTTP`,
  )
}

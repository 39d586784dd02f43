import { ConfigError, decideGate, type FlagKey, type GateRule } from '@hedgerow/core'
import { type GateOptions, type GateRefusal, resolveGateRule } from '@hedgerow/core/adapter'
import { type CanActivate, type ExecutionContext, HttpException, NotFoundException } from '@nestjs/common'
import { hasOwnSay } from './flag-level.ts'
import { scopeOfContext } from './scope-of-context.ts'

/** Gives the exception that a refused request ends with. */
export type Refusal = (context: ExecutionContext) => Error | Promise<Error>

/** What happens to a request that a gate does not let through. */
export type Otherwise = GateRefusal<Refusal>

/** Options of `RequireFlag` and `RequireFlagGuard`. */
export type RequireFlagOptions<Key extends FlagKey = FlagKey> = GateOptions<Refusal, Key>

/** Where a guard stands; the nearest to a handler decides. */
export type GuardLevel = 'global' | 'class' | 'method'

/** Refuses in one of the ways of `otherwise`: by an exception, or by false, which is Nest's own 403. */
type Refuse = (context: ExecutionContext) => false | Promise<never>

/**
 * Lets a request through when a flag is enabled for its visitor, loading the flags first if nobody has yet. As a global
 * guard it holds for all handlers that have neither `@RequireFlag` nor `@SkipFlag`, nor their controllers.
 *
 * @throws ConfigError at once for a key or option that cannot work.
 * @example
 * \@Module({ providers: [{ provide: APP_GUARD, useValue: new RequireFlagGuard('open-for-business') }] })
 */
export class RequireFlagGuard<Key extends FlagKey = FlagKey> implements CanActivate {
  readonly #rule: GateRule<Key>
  readonly #name: string | undefined
  readonly #level: GuardLevel
  readonly #refuse: Refuse

  /** @param level `RequireFlag` says it of its guards. @default 'global' */
  constructor(key: Key, options: RequireFlagOptions<Key> = {}, level: GuardLevel = 'global') {
    this.#rule = resolveGateRule<Key>('RequireFlag', { ...options, key })
    this.#name = options.name
    this.#level = level
    this.#refuse = refusalOf(options.otherwise ?? 'not-found')
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    if (this.#level !== 'method' && hasOwnSay(context.getHandler())) return true
    if (this.#level === 'global' && hasOwnSay(context.getClass())) return true
    const scope = scopeOfContext(`RequireFlag('${this.#rule.key}')`, context, this.#name)
    const flags = await scope.flags.load(this.#rule.key)
    return decideGate<Key>(flags, this.#rule).allow || this.#refuse(context)
  }
}

function refusalOf(otherwise: Otherwise): Refuse {
  if (otherwise === 'forbidden') return () => false
  if (otherwise === 'not-found') return (context) => Promise.reject(notFound(context))
  if (typeof otherwise === 'function') {
    return async (context) => {
      throw await otherwise(context)
    }
  }
  if (typeof otherwise?.redirect === 'string') {
    const { redirect } = otherwise
    return (context) => Promise.reject(redirected(context, redirect))
  }
  throw new ConfigError(
    "RequireFlag needs 'not-found', 'forbidden', { redirect } or a function that gives an exception as its otherwise",
  )
}

/** What Nest itself says of a path that no route has. */
function notFound(context: ExecutionContext): NotFoundException {
  const {
    method,
    url,
    originalUrl = url,
  } = context.switchToHttp().getRequest<{ method: string; url: string; originalUrl?: string }>()
  return new NotFoundException(`Cannot ${method} ${originalUrl}`)
}

/** An answer by hand would come into the way of exception filters; headers stay on what they answer. */
function redirected(context: ExecutionContext, location: string): HttpException {
  const response = context.switchToHttp().getResponse<{ header(name: string, value: string): unknown }>()
  response.header('Location', location)
  return new HttpException('Found', 302)
}

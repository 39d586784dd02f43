import { decideGate, type FlagKey, type GateRule } from '@hedgerow/core'
import { type GateOptions, resolveGateRule } from '@hedgerow/core/adapter'
import type { CanActivate, ExecutionContext } from '@nestjs/common'
import { hasOwnSay } from './flag-level.ts'
import { type Refusal, refusalOf } from './refusals.ts'
import { scopeOfContext } from './scope-of-context.ts'

/** Options of `RequireFlag` and `RequireFlagGuard`. */
export type RequireFlagOptions<Key extends FlagKey = FlagKey> = GateOptions<Refusal, Key>

/** Where a guard stands; the nearest to a handler decides. */
export type GuardLevel = 'global' | 'class' | 'method'

/**
 * Lets a request or message through when a flag is enabled for its visitor, loading the flags first if nobody has yet. As a global
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
  readonly #refuse: ReturnType<typeof refusalOf>

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
